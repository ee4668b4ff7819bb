package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AccountDataIT {

    private static final String PASSWORD = "a good password";

    private final RunningApi api = RunningApi.shared();
    private final String name = "data" + UUID.randomUUID();
    private final ApiClient user = api.client().user(name + "@example.org");

    @Test
    void everythingOfAnAccountIsTakenAlongAndNothingOfOthers() {
        ApiClient.Reply organization = user.post("/organizations", Map.of("name", name));
        String chats = "/organizations/" + organization.text("id") + "/chats";
        assertThat(user.post(chats, Map.of("title", "My notes")).status()).isEqualTo(201);
        user.patch("/users/me/profile", Map.of("bio", "Writes notes."), "If-Match", "*");
        ApiClient.Reply export = user.get("/users/me/export");
        assertThat(export.status()).isEqualTo(200);
        assertThat(export.header("Content-Disposition")).contains("account.json");
        JsonNode all = export.body();
        assertThat(all.path("users").size()).isEqualTo(1);
        assertThat(all.path("users").get(0).path("email").stringValue()).isEqualTo(name + "@example.org");
        assertThat(all.path("user_profiles").get(0).path("bio").stringValue()).isEqualTo("Writes notes.");
        assertThat(all.path("chats").get(0).path("title").stringValue()).isEqualTo("My notes");
        assertThat(all.path("organization_members").size()).isEqualTo(1);
        assertThat(export.text())
                .doesNotContain("argon2")
                .doesNotContain("_hash")
                .doesNotContain("two_factor_secret");
    }

    @Test
    void anErasedAccountIsGoneWithItsSessionsAndItsOwnOrganization() {
        ApiClient.Reply organization = user.post("/organizations", Map.of("name", name, "slug", name));
        String bases = "/organizations/" + organization.text("id") + "/knowledge-bases";
        String documents =
                "/knowledge-bases/" + user.post(bases, Map.of("name", "Base")).text("id") + "/documents";
        assertThat(user.upload(documents, Map.of("a.txt", "A note")).status()).isEqualTo(202);
        user.delete("/users/me", Map.of("password", "not this one")).assertProblem(403, "wrong-password", null);
        assertThat(user.get("/auth/me").status()).isEqualTo(200);
        assertThat(user.delete("/users/me", Map.of("password", PASSWORD)).status())
                .isEqualTo(204);
        user.get("/auth/me").assertProblem(401, "unauthenticated", null);
        api.client()
                .post("/auth/login", Map.of("email", name + "@example.org", "password", PASSWORD))
                .assertProblem(401, "bad-credentials", null);
        Instant deadline = Instant.now().plus(Duration.ofMinutes(2));
        while (api.count("select count(*) from organizations where slug = '" + name + "'") > 0) {
            assertThat(Instant.now()).as("it is still there").isBefore(deadline);
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
        assertThat(StoredKeys.of(RunningApi.BUCKET, name + "/")).isEmpty();
        assertThat(api.client()
                        .user(name + "@example.org")
                        .get("/organizations")
                        .body()
                        .path("items")
                        .size())
                .isZero();
    }

    @Test
    void theLastOwnerHandsItsOrganizationOverFirst() {
        ApiClient.Reply organization = user.post("/organizations", Map.of("name", name, "slug", name));
        ApiClient member = api.client().user("member" + name + "@example.org");
        String memberId = member.get("/auth/me").text("id");
        api.execute("insert into organization_members (organization_id, user_id, role) values ('"
                + organization.text("id") + "', '" + memberId + "', 'member')");
        user.delete("/users/me", Map.of("password", PASSWORD)).assertProblem(409, "last-owner", null);
        assertThat(user.get("/auth/me").status()).isEqualTo(200);
        api.execute("update organization_members set role = 'owner' where user_id = '" + memberId + "'");
        assertThat(user.delete("/users/me", Map.of("password", PASSWORD)).status())
                .isEqualTo(204);
        assertThat(member.get("/organizations/" + organization.text("id")).text("role"))
                .isEqualTo("owner");
    }
}
