package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests sessions, profile and preferences, and the rights of the system roles. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnAccountIT {

    private static final String PASSWORD = "a good password";

    private RunningApi api;
    private ApiClient anonymous;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
        anonymous = api.client();
    }

    @Test
    void anotherPasswordEndsEverySessionAtOnce() {
        ApiClient first = anonymous.user("changes@example.org");
        ApiClient second = first.as(login("changes@example.org", PASSWORD).text("access_token"));
        first.post("/auth/password", Map.of("current_password", "not this one", "new_password", "quite another one"))
                .assertProblem(403, "wrong-password", null);
        ApiClient.Reply changed =
                first.post("/auth/password", Map.of("current_password", PASSWORD, "new_password", "quite another one"));
        first.get("/auth/me").assertProblem(401, "unauthenticated", null);
        second.get("/auth/me").assertProblem(401, "unauthenticated", null);
        assertThat(first.as(changed.text("access_token")).get("/auth/me").status())
                .isEqualTo(200);
        assertThat(login("changes@example.org", PASSWORD).status()).isEqualTo(401);
    }

    @Test
    void aLogoutEndsItsAccessTokenAtOnceAndNoOther() {
        ApiClient first = anonymous.user("leaves@example.org");
        ApiClient.Reply second = login("leaves@example.org", PASSWORD);
        assertThat(first.get("/users/me/sessions").body().path("items").size()).isEqualTo(2);
        assertThat(first.post("/auth/logout", "").status()).isEqualTo(204);
        first.get("/auth/me").assertProblem(401, "unauthenticated", null);
        ApiClient left = first.as(second.text("access_token"));
        assertThat(left.get("/users/me/sessions").body().path("items").size()).isEqualTo(1);
        String session = left.get("/users/me/sessions")
                .body()
                .path("items")
                .get(0)
                .path("id")
                .stringValue();
        anonymous
                .user("stranger@example.org")
                .delete("/users/me/sessions/" + session)
                .assertProblem(404, "not-found", null);
        assertThat(left.delete("/users/me/sessions/" + session).status()).isEqualTo(204);
        left.get("/auth/me").assertProblem(401, "unauthenticated", null);
        anonymous.post("/auth/logout", "").assertProblem(401, "unauthenticated", null);
    }

    @Test
    void aSessionEndsWhenItIsIdleForLongerThanTheOrganizationAllows() {
        ApiClient user = anonymous.user("idle@example.org");
        user.post("/organizations", Map.of("name", "Idle"));
        api.execute("update user_sessions set last_seen_at = now() - interval '9 hours' where user_id ="
                + " (select id from users where email = 'idle@example.org')");
        user.get("/auth/me").assertProblem(401, "unauthenticated", null);
    }

    @Test
    void aProfileIsMergedAndEachWrongFieldNamed() {
        ApiClient user = anonymous.user("profile@example.org");
        ApiClient.Reply read = user.get("/users/me/profile");
        assertThat(read.text("timezone")).isEqualTo("UTC");
        user.patch("/users/me/profile", Map.of("bio", "x")).assertProblem(428, "precondition-required", null);
        Map<String, Object> change = new HashMap<>(Map.of(
                "bio",
                "Writes notes.",
                "timezone",
                "Europe/London",
                "skills",
                List.of("maths"),
                "experience_years",
                12));
        ApiClient.Reply changed = user.patch("/users/me/profile", change, "If-Match", read.header("ETag"));
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
        assertThat(changed.body().path("skills").get(0).stringValue()).isEqualTo("maths");
        user.patch("/users/me/profile", change, "If-Match", read.header("ETag"))
                .assertProblem(412, "stale-version", null);
        Map<String, Object> clear = new HashMap<>();
        clear.put("bio", null);
        ApiClient.Reply cleared = user.patch("/users/me/profile", clear, "If-Match", "*");
        assertThat(cleared.body().path("bio").isNull()).isTrue();
        assertThat(cleared.text("timezone")).isEqualTo("Europe/London");
        for (String wrong : Arrays.asList("timezone", "language", "avatar_url", "experience_years", "skills")) {
            user.patch("/users/me/profile", Map.of(wrong, "no such {}"), "If-Match", "*")
                    .assertProblem(422, "invalid-input", wrong);
        }
    }

    @Test
    void preferencesAndNamesAreChanged() {
        ApiClient user = anonymous.user("prefers@example.org");
        ApiClient.Reply changed = user.patch(
                "/users/me/preferences",
                Map.of("theme", "dark", "custom_settings", Map.of("sidebar", Map.of("open", true))),
                "If-Match",
                "*");
        assertThat(changed.text("theme")).isEqualTo("dark");
        ApiClient.Reply merged = user.patch(
                "/users/me/preferences",
                Map.of("custom_settings", Map.of("sidebar", Map.of("width", 3))),
                "If-Match",
                changed.header("ETag"));
        assertThat(merged.body()
                        .path("custom_settings")
                        .path("sidebar")
                        .path("open")
                        .booleanValue())
                .isTrue();
        user.patch("/users/me/preferences", Map.of("ai_creativity_level", 11), "If-Match", "*")
                .assertProblem(422, "invalid-input", "ai_creativity_level");
        assertThat(user.patch(
                                "/users/me",
                                Map.of("username", "prefers"),
                                "If-Match",
                                user.get("/users/me").header("ETag"))
                        .text("username"))
                .isEqualTo("prefers");
        anonymous
                .user("second@example.org")
                .patch("/users/me", Map.of("username", "prefers"), "If-Match", "*")
                .assertProblem(409, "conflict", "username");
    }

    @Test
    void adminsSeeAccountsAndSuperAdminsSuspendThem() {
        ApiClient user = anonymous.user("ordinary@example.org");
        ApiClient admin = anonymous.user("admin@example.org");
        ApiClient root = anonymous.user("root@example.org");
        user.get("/users").assertProblem(403, "forbidden", null);
        api.execute("update users set role = 'admin' where email = 'admin@example.org'");
        api.execute("update users set role = 'super_admin' where email = 'root@example.org'");
        String path = "/users/"
                + admin.get("/users?email=ordinary@example.org")
                        .body()
                        .path("items")
                        .get(0)
                        .path("id")
                        .stringValue();
        assertThat(admin.get(path).status()).isEqualTo(200);
        admin.patch(path, Map.of("status", "suspended"), "If-Match", "*").assertProblem(403, "forbidden", null);
        assertThat(root.patch(
                                path,
                                Map.of("status", "suspended"),
                                "If-Match",
                                root.get(path).header("ETag"))
                        .text("status"))
                .isEqualTo("suspended");
        user.get("/auth/me").assertProblem(401, "unauthenticated", null);
        assertThat(login("ordinary@example.org", PASSWORD).status()).isEqualTo(401);
        root.patch(path, Map.of("status", "active"), "If-Match", "*");
        user.get("/auth/me").assertProblem(401, "unauthenticated", null);
        assertThat(login("ordinary@example.org", PASSWORD).status()).isEqualTo(200);
        String self = "/users/" + root.get("/users/me").text("id");
        root.patch(self, Map.of("role", "user"), "If-Match", "*").assertProblem(409, "conflict", null);
    }

    @Test
    void anAccountOfTheSystemRoleViewerOnlyReads() {
        ApiClient user = anonymous.user("viewer@example.org");
        String bases = "/organizations/"
                + user.post("/organizations", Map.of("name", "Viewers")).text("id") + "/knowledge-bases";
        api.execute("update users set role = 'viewer' where email = 'viewer@example.org'");
        assertThat(user.get(bases).status()).isEqualTo(200);
        user.post(bases, Map.of("name", "Base")).assertProblem(403, "forbidden", null);
        user.post("/organizations", Map.of("name", "More")).assertProblem(403, "forbidden", null);
    }

    private ApiClient.Reply login(String email, String password) {
        return anonymous.post("/auth/login", Map.of("email", email, "password", password));
    }
}
