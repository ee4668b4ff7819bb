package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests what a key opens, and what it does not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiKeysIT {

    private RunningApi api;
    private ApiClient anonymous;
    private ApiClient owner;
    private String organization;
    private String bases;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
        anonymous = api.client();
        owner = anonymous.user("keys@example.org");
        String id = owner.post("/organizations", Map.of("name", "Keys")).text("id");
        organization = "/organizations/" + id;
        bases = organization + "/knowledge-bases";
        ApiClient.Reply early =
                owner.post(organization + "/api-keys", Map.of("name", "early", "scopes", List.of("read")));
        early.assertProblem(403, "api-access-off", null);
        assertThat(early.text("detail")).contains("enable_api_access").contains(organization + "/settings");
        assertThat(owner.get(organization + "/api-keys").body().path("items")).isEmpty();
        access(true);
    }

    @Test
    void aKeyActsInItsOrganizationWithinItsScopes() {
        ApiClient.Reply made = make(Map.of("name", "reader", "scopes", List.of("read")));
        String key = made.text("key");
        assertThat(key).startsWith(made.text("key_prefix")).hasSizeGreaterThan(40);
        assertThat(owner.get(organization + "/api-keys").text())
                .contains("reader")
                .doesNotContain(key);
        assertThat(anonymous.get(bases, "X-API-Key", key).status()).isEqualTo(200);
        anonymous.post(bases, Map.of("name", "Base"), "X-API-Key", key).assertProblem(403, "forbidden", null);
        anonymous.get("/auth/me", "X-API-Key", key).assertProblem(403, "forbidden", null);
        anonymous.get(organization + "/api-keys", "X-API-Key", key).assertProblem(403, "forbidden", null);
        String other =
                owner.post("/organizations", Map.of("name", "Other keys")).text("id");
        anonymous
                .get("/organizations/" + other + "/knowledge-bases", "X-API-Key", key)
                .assertProblem(404, "not-found", null);
        String otherBase = owner.post("/organizations/" + other + "/knowledge-bases", Map.of("name", "B"))
                .text("id");
        anonymous.get("/knowledge-bases/" + otherBase, "X-API-Key", key).assertProblem(404, "not-found", null);
        String writer = make(Map.of("name", "writer", "scopes", List.of("write", "read")))
                .text("key");
        assertThat(anonymous
                        .post(bases, Map.of("name", "By key"), "X-API-Key", writer)
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aKeyEndsWithItsRevocationItsTimeTheSwitchAndItsMaker() {
        ApiClient.Reply made = make(Map.of("name", "ends", "scopes", List.of("read")));
        String key = made.text("key");
        access(false);
        anonymous.get(bases, "X-API-Key", key).assertProblem(401, "unauthenticated", null);
        access(true);
        assertThat(anonymous.get(bases, "X-API-Key", key).status()).isEqualTo(200);
        api.execute("update users set status = 'suspended' where email = 'keys@example.org'");
        anonymous.get(bases, "X-API-Key", key).assertProblem(401, "unauthenticated", null);
        api.execute("update users set status = 'active' where email = 'keys@example.org'");
        assertThat(owner.delete(organization + "/api-keys/" + made.text("id")).status())
                .isEqualTo(204);
        anonymous.get(bases, "X-API-Key", key).assertProblem(401, "unauthenticated", null);
        anonymous.get(bases, "X-API-Key", "ark_unknown").assertProblem(401, "unauthenticated", null);
        ApiClient.Reply timed = make(Map.of(
                "name",
                "timed",
                "scopes",
                List.of("read"),
                "expires_at",
                Instant.now().plusSeconds(3600).toString()));
        assertThat(anonymous.get(bases, "X-API-Key", timed.text("key")).status())
                .isEqualTo(200);
        api.execute("update api_keys set expires_at = now() where id = '" + timed.text("id") + "'");
        anonymous.get(bases, "X-API-Key", timed.text("key")).assertProblem(401, "unauthenticated", null);
    }

    @Test
    void whatIsInvalidIsNamedAndMembersMakeNoKeys() {
        owner.post(organization + "/api-keys", Map.of("name", "x", "scopes", List.of("everything")))
                .assertProblem(422, "invalid-input", "scopes[0]");
        owner.post(organization + "/api-keys", Map.of("name", "x", "scopes", List.of()))
                .assertProblem(422, "invalid-input", "scopes");
        anonymous.user("no-member@example.org").get(organization + "/api-keys").assertProblem(404, "not-found", null);
        api.execute("insert into organization_members (organization_id, user_id, role) select o.id, u.id, 'member'"
                + " from organizations o, users u where o.slug = 'keys' and u.email = 'no-member@example.org'");
        anonymous.user("no-member@example.org").get(organization + "/api-keys").assertProblem(403, "forbidden", null);
    }

    private ApiClient.Reply make(Map<String, Object> creation) {
        ApiClient.Reply made = owner.post(organization + "/api-keys", creation);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made;
    }

    private void access(boolean on) {
        api.execute("update organization_settings set enable_api_access = " + on
                + " where organization_id = (select id from organizations where slug = 'keys')");
    }
}
