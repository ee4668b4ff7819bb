package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import tools.jackson.databind.JsonNode;

/** Tests what a personal token opens, and when it ends. */
@TestInstance(Lifecycle.PER_CLASS)
class PersonalTokensIT {

    private static final String TOKENS = "/users/me/tokens";

    private RunningApi api;
    private Team team;
    private Person ada;
    private Person grace;
    private String bases;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
    }

    @BeforeEach
    void aTeamThatLetsProgramsIn() {
        team = new Team(api);
        ada = team.owner();
        grace = team.member("member");
        bases = team.path() + "/knowledge-bases";
        set(Map.of("enable_api_access", true));
    }

    @Test
    void aTokenActsForItsUserWithinItsScopes() {
        ApiClient.Reply made = make(grace, "laptop", "read", "write");
        String text = made.text("token");
        assertThat(text)
                .startsWith(made.text("token_prefix"))
                .startsWith("arp_")
                .hasSizeGreaterThan(40);
        ApiClient token = grace.api().as(text);
        assertThat(token.get(bases).status()).isEqualTo(200);
        ApiClient.Reply base = token.post(bases, Map.of("name", "By token"));
        assertThat(base.status()).as(base.text()).isEqualTo(201);
        assertThat(api.client().get(bases, "X-API-Key", text).status()).isEqualTo(200);
        token.post("/knowledge-bases/" + base.text("id") + "/search", Map.of("query", "x"))
                .assertProblem(403, "forbidden", null);
        token.patch(team.path() + "/settings", Map.of("enable_workflows", false), "If-Match", "*")
                .assertProblem(403, "forbidden", null);
        JsonNode listed = grace.api().get(TOKENS).body().path("items").get(0);
        assertThat(listed.path("name").stringValue()).isEqualTo("laptop");
        assertThat(listed.path("last_used_at").isNull()).isFalse();
        assertThat(listed.toString()).doesNotContain(text);
        assertThat(ada.api().get(TOKENS).body().path("items")).isEmpty();
        assertThat(api.count("select count(*) from personal_tokens where token_hash = '" + text + "'"))
                .isZero();
    }

    /** A role is read with each request, so that a token never has more than its user has now. */
    @Test
    void aTokenIsNeverWiderThanItsUser() {
        ApiClient token = grace.api()
                .as(make(grace, "all", "read", "search", "chat", "write").text("token"));
        assertThat(token.post(bases, Map.of("name", "One")).status()).isEqualTo(201);
        team.give(grace, "viewer");
        token.post(bases, Map.of("name", "Two")).assertProblem(403, "forbidden", null);
        assertThat(token.get(bases).status()).isEqualTo(200);
        Team other = new Team(api);
        token.get(other.path()).assertProblem(404, "not-found", null);
    }

    @Test
    void aTokenChangesNothingOfTheAccount() {
        ApiClient token = grace.api()
                .as(make(grace, "all", "read", "search", "chat", "write").text("token"));
        Map<String, ApiClient.Reply> refused = new LinkedHashMap<>();
        refused.put("tokens", token.get(TOKENS));
        refused.put(
                "another token",
                token.post(
                        TOKENS,
                        Map.of(
                                "name",
                                "more",
                                "scopes",
                                List.of("read"),
                                "expires_at",
                                Instant.now().plusSeconds(60).toString())));
        refused.put("account", token.get("/auth/me"));
        refused.put(
                "password",
                token.post(
                        "/auth/password",
                        Map.of("current_password", "a good password", "new_password", "another good one")));
        refused.put("second factor", token.post("/auth/two-factor/enable", Map.of("password", "a good password")));
        refused.put("sessions", token.get("/users/me/sessions"));
        refused.put("keys", token.get(team.path() + "/api-keys"));
        refused.forEach((what, reply) ->
                assertThat(reply.status()).as(what + ": " + reply.text()).isIn(403, 404));
        refused.get("another token").assertProblem(403, "forbidden", null);
        refused.get("account").assertProblem(403, "forbidden", null);
    }

    @Test
    void aTokenEndsWithItsTimeItsRevocationItsAccountAndTheMembership() {
        ApiClient.Reply made = make(grace, "ends", "read");
        ApiClient token = grace.api().as(made.text("token"));
        team.dismiss(grace);
        token.get(bases).assertProblem(404, "not-found", null);
        team.give(grace, "member");
        token.get(bases).assertProblem(403, "forbidden", null);
        assertThat(token.get("/organizations").status())
                .as("elsewhere it counts")
                .isNotEqualTo(401);
        made = make(grace, "after the return", "read");
        token = grace.api().as(made.text("token"));
        assertThat(token.get(bases).status()).isEqualTo(200);
        set(Map.of("enable_api_access", false));
        token.get(bases).assertProblem(403, "api-access-off", null);
        set(Map.of("enable_api_access", true));
        api.execute("update users set status = 'suspended' where id = '" + grace.id() + "'");
        token.get(bases).assertProblem(401, "unauthenticated", null);
        api.execute("update users set status = 'active' where id = '" + grace.id() + "'");
        assertThat(token.get(bases).status()).isEqualTo(200);
        ada.api().delete(TOKENS + "/" + made.text("id"));
        assertThat(token.get(bases).status()).as("of another user").isEqualTo(200);
        assertThat(grace.api().delete(TOKENS + "/" + made.text("id")).status()).isEqualTo(204);
        token.get(bases).assertProblem(401, "unauthenticated", null);
        assertThat(grace.api().get(TOKENS).body().path("items"))
                .extracting(item -> item.path("name").asText())
                .as("the one from before the return counts outside the organization")
                .containsExactly("ends");
        ApiClient.Reply timed = make(grace, "timed", "read");
        api.execute("update personal_tokens set expires_at = now() where id = '" + timed.text("id") + "'");
        grace.api().as(timed.text("token")).get(bases).assertProblem(401, "unauthenticated", null);
        grace.api().as("arp_unknown").get(bases).assertProblem(401, "unauthenticated", null);
    }

    /** A token counts like the session that made it. */
    @Test
    void aTokenWithoutASecondFactorDoesNotOpenWhatRequiresOne() {
        ApiClient token = grace.api().as(make(grace, "plain", "read").text("token"));
        api.execute("update organization_settings set require_2fa = true where organization_id = '" + team.id() + "'");
        token.get(bases).assertProblem(403, "second-factor-required", null);
        api.execute("update personal_tokens set second_factor = true where user_id = '" + grace.id() + "'");
        token.get(bases).assertProblem(403, "second-factor-required", null);
        api.execute("update users set two_factor_enabled = true where id = '" + grace.id() + "'");
        assertThat(token.get(bases).status()).isEqualTo(200);
    }

    /** A token of the organization's provider ends with the membership, and one of the password goes on elsewhere. */
    @Test
    void aMemberThatLeavesLosesTheTokensOfTheProvider() {
        api.execute("insert into identity_providers (organization_id, name, issuer, client_id) values ('" + team.id()
                + "', 'login', 'https://login.example', 'client')");
        String own = make(grace, "own", "read").text("id");
        String ofProvider = make(grace, "of the provider", "read").text("id");
        api.execute("update personal_tokens set provider = (select id from identity_providers where organization_id = '"
                + team.id() + "') where id = '" + ofProvider + "'");
        team.dismiss(grace);
        assertThat(api.count("select count(*) from personal_tokens where revoked_at is not null and id = '" + ofProvider
                        + "'"))
                .isEqualTo(1);
        assertThat(api.count("select count(*) from personal_tokens where revoked_at is null and id = '" + own + "'"))
                .isEqualTo(1);
    }

    @Test
    void aTokenEndsSoonerThanItsUserMayWish() {
        Map<String, Object> creation =
                Map.of("name", "for ever", "scopes", List.of("read"), "expires_at", "2099-12-31T00:00:00Z");
        Instant end = Instant.parse(grace.api().post(TOKENS, creation).text("expires_at"));
        assertThat(end)
                .isBetween(
                        Instant.now().plus(Duration.ofDays(364)), Instant.now().plus(Duration.ofDays(366)));
        api.execute("update user_sessions set provider = 'login' where user_id = '" + grace.id() + "'");
        Instant soon = Instant.parse(grace.api().post(TOKENS, creation).text("expires_at"));
        assertThat(soon)
                .isBetween(
                        Instant.now().plus(Duration.ofDays(29)), Instant.now().plus(Duration.ofDays(31)));
    }

    @Test
    void twoDifferentCredentialsAreRefused() {
        String text = make(grace, "one", "read").text("token");
        String another = make(ada, "another", "read").text("token");
        ApiClient session = grace.api();
        session.get(bases, "X-API-Key", text).assertProblem(401, "unauthenticated", null);
        ApiClient token = grace.api().as(another);
        token.get(bases, "X-API-Key", text).assertProblem(401, "unauthenticated", null);
        assertThat(grace.api().as(text).get(bases, "X-API-Key", text).status())
                .as("the same one twice")
                .isEqualTo(200);
    }

    @Test
    void theAuditLogNamesTheTokenAndTheKey() {
        ApiClient token =
                grace.api().as(make(grace, "night \"job\"", "read", "write").text("token"));
        token.post(bases, Map.of("name", "By token"));
        String key = ada.api()
                .post(team.path() + "/api-keys", Map.of("name", "import", "scopes", List.of("write")))
                .text("key");
        ada.api().as(key).post(bases, Map.of("name", "By key"));
        ada.api().post(bases, Map.of("name", "By session"));
        List<JsonNode> made = ada.api()
                .get(team.path() + "/audit-log?table_name=knowledge_bases&action=insert")
                .body()
                .path("items")
                .valueStream()
                .toList();
        assertThat(made).hasSize(3);
        assertThat(made.get(0).path("credential").isNull()).isTrue();
        assertThat(made.get(1).path("credential").stringValue()).startsWith("API key \"import\" (ark_");
        assertThat(made.get(2).path("credential").stringValue()).startsWith("personal token \"night \"job\"\" (arp_");
        assertThat(made.get(2).path("user_id").stringValue()).isEqualTo(grace.id());
    }

    @Test
    void aTokenOpensTheProtocolsOfPrograms() throws Exception {
        String base = ada.api().post(bases, Map.of("name", "Pumps")).text("id");
        IndexedText.put(api, ada.api(), base, "filter.txt", "The filter is changed every ninety days.");
        ApiClient token =
                grace.api().as(make(grace, "program", "read", "search", "chat").text("token"));
        ApiClient.Reply completed = token.post(
                "http://127.0.0.1:" + api.port() + "/v1/chat/completions",
                Map.of(
                        "model",
                        "kb:" + base,
                        "messages",
                        List.of(Map.of("role", "user", "content", "How often is the filter changed?"))));
        assertThat(completed.status()).as(completed.text()).isEqualTo(200);
        assertThat(completed.text()).contains("ninety days");
        ApiClient.Reply called = token.post(
                "http://127.0.0.1:" + api.port() + "/mcp",
                Map.of("jsonrpc", "2.0", "id", 1, "method", "tools/list", "params", Map.of()),
                "Accept",
                "application/json, text/event-stream");
        assertThat(called.status()).as(called.text()).isEqualTo(200);
        assertThat(called.text()).contains("search");
        JsonNode shares = ada.api().get(team.path() + "/usage?by=person").body().path("breakdown");
        assertThat(shares.get(0).path("key").stringValue())
                .as("its user is charged")
                .isEqualTo(grace.id());
    }

    @Test
    void whatIsInvalidIsNamed() {
        String soon = Instant.now().plusSeconds(60).toString();
        Map<String, Map<String, Object>> invalid = new LinkedHashMap<>();
        invalid.put("name", Map.of("name", " ", "scopes", List.of("read"), "expires_at", soon));
        invalid.put("scopes", Map.of("name", "t", "scopes", List.of(), "expires_at", soon));
        invalid.put("scopes[0]", Map.of("name", "t", "scopes", List.of("all"), "expires_at", soon));
        invalid.forEach((field, body) -> grace.api().post(TOKENS, body).assertProblem(422, "invalid-input", field));
        String past = Instant.now().minusSeconds(1).toString();
        grace.api()
                .post(TOKENS, Map.of("name", "t", "scopes", List.of("read"), "expires_at", past))
                .assertProblem(422, "invalid-input", "expires_at");
        grace.api()
                .post(TOKENS, Map.of("name", "t", "scopes", List.of("read")))
                .assertProblem(422, "invalid-input", "expires_at");
        grace.api().get(TOKENS + "/" + UUID.randomUUID()).assertProblem(405, "method-not-allowed", null);
        assertThat(grace.api().delete(TOKENS + "/" + UUID.randomUUID()).status())
                .isEqualTo(404);
        api.execute("insert into personal_tokens (user_id, name, token_prefix, token_hash, scopes, second_factor,"
                + " provider_factor, expires_at) select '" + grace.id() + "', 'many', 'arp_', md5(random()::text),"
                + " '{read}', false, false, now() + interval '1 day' from generate_series(1, 50)");
        grace.api()
                .post(TOKENS, Map.of("name", "t", "scopes", List.of("read"), "expires_at", soon))
                .assertProblem(409, "conflict", null);
    }

    private static ApiClient.Reply make(Person person, String name, String... scopes) {
        ApiClient.Reply made = person.api()
                .post(
                        TOKENS,
                        Map.of(
                                "name",
                                name,
                                "scopes",
                                List.of(scopes),
                                "expires_at",
                                Instant.now().plusSeconds(3600).toString()));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made;
    }

    private void set(Map<String, Object> change) {
        assertThat(ada.api()
                        .patch(team.path() + "/settings", change, "If-Match", "*")
                        .status())
                .isEqualTo(200);
    }
}
