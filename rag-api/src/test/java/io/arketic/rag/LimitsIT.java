package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests what one caller may send, and the headers for browsers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsIT {

    private RunningApi api;
    private ApiClient ada;
    private ApiClient grace;
    private ApiClient assisted;

    @BeforeAll
    void start() {
        api = RunningApi.start(
                "127.0.0.1:1",
                Map.of(
                        "arketic.limit.search",
                        3,
                        "arketic.limit.chat",
                        4,
                        "arketic.limit.address-factor",
                        1000,
                        "arketic.limit.login",
                        40,
                        "arketic.limit.sign-out-reports",
                        20,
                        "arketic.limit.public-links",
                        20,
                        "arketic.cors.origins",
                        "https://app.example.org"));
        ada = api.client().user("ada@example.org");
        grace = api.client().user("grace@example.org");
        assisted = api.client().user("assisted@example.org");
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    void oneUserThatSearchesTooOftenWaitsAndTheOthersDoNot() {
        String path = organization(ada);
        for (int left = 2; left >= 0; left--) {
            ApiClient.Reply reply = ada.post(path, Map.of("query", "pumps"));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("RateLimit-Limit")).isEqualTo("3");
            assertThat(Long.parseLong(reply.header("RateLimit-Remaining"))).isGreaterThanOrEqualTo(left);
        }
        ApiClient.Reply refused = ada.post(path, Map.of("query", "pumps"));
        for (int more = 0; more < 3 && refused.status() == 200; more++) {
            refused = ada.post(path, Map.of("query", "pumps"));
        }
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.body().path("type").stringValue()).isEqualTo("urn:arketic:problem:too-many-requests");
        assertThat(Long.parseLong(refused.header("Retry-After"))).isBetween(1L, 20L);
        assertThat(refused.header("RateLimit-Remaining")).isEqualTo("0");
        assertThat(grace.post(organization(grace), Map.of("query", "pumps")).status())
                .isEqualTo(200);
    }

    /** Checks that a search counts over each protocol; beyond the limit, no body is read. */
    @Test
    void searchesOfAssistantsAreLimitedAsOthersAre() {
        String mcp = assisted.address() + "/mcp";
        Map<String, Object> search = Map.of(
                "jsonrpc",
                "2.0",
                "id",
                1,
                "method",
                "tools/call",
                "params",
                Map.of("name", "search", "arguments", Map.of("query", "pumps")));
        ApiClient.Reply reply = assisted.post(mcp, search);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        for (int searches = 1; reply.status() == 200; searches++) {
            assertThat(searches).isLessThan(60);
            reply = assisted.post(mcp, search);
        }
        reply.assertProblem(429, "too-many-requests", null);
        assertThat(Long.parseLong(reply.header("Retry-After"))).isPositive();
        int searches = 0;
        while (assisted.post(mcp, "{").status() != 429) {
            assertThat(++searches).isLessThan(60);
            assisted.post(mcp, search);
        }
    }

    @Test
    void aKeyIsLimitedBesideItsMaker() {
        String path = organization(grace).replace("/search", "");
        assertThat(grace.patch(path + "/settings", Map.of("enable_api_access", true), "If-Match", "*")
                        .status())
                .isEqualTo(200);
        String key = grace.post(path + "/api-keys", Map.of("name", "k", "scopes", List.of("search")))
                .text("key");
        ApiClient anonymous = api.client();
        int searches = 0;
        while (anonymous
                        .post(path + "/search", Map.of("query", "pumps"), "X-API-Key", key)
                        .status()
                == 200) {
            assertThat(++searches).isLessThan(60);
        }
        assertThat(searches).isGreaterThanOrEqualTo(3);
        assertThat(grace.post(path + "/search", Map.of("query", "pumps")).status())
                .isEqualTo(200);
    }

    @Test
    void questionsAreLimitedToo() {
        String path = organization(ada).replace("/search", "");
        int chats = 0;
        ApiClient.Reply reply = ada.post(path + "/chats", Map.of("title", "Pumps"));
        while (reply.status() == 201) {
            assertThat(++chats).isLessThan(60);
            reply = ada.post(path + "/chats", Map.of("title", "Pumps"));
        }
        reply.assertProblem(429, "too-many-requests", null);
        assertThat(reply.header("RateLimit-Limit")).isEqualTo("4");
        assertThat(ada.get(path + "/chats").status()).isEqualTo(200);
    }

    @Test
    void anAddressThatTriesTooManyTokensWaits() {
        ApiClient.Reply last = null;
        for (int attempt = 0; attempt < 200 && (last == null || last.status() != 429); attempt++) {
            last = api.client().post("/auth/refresh", Map.of("refresh_token", "guess-" + attempt));
        }
        assertThat(last.status()).isEqualTo(429);
        assertThat(last.header("Retry-After")).isNotEmpty();
        try (RunningApi another = api.beside(Map.of("arketic.limit.login", 40))) {
            tries(another.client());
            assertThat(tries(api.client(), "X-Forwarded-For", "203.0.113.9", "Forwarded", "for=203.0.113.9"))
                    .as("tries that the other process has not counted")
                    .isLessThan(30);
        }
    }

    @Test
    void anAddressThatReportsTooManyEndedSessionsWaits() {
        int status = 0;
        for (int report = 0; report < 200 && status != 429; report++) {
            status = SignInBrowser.send(HttpRequest.newBuilder(
                                    URI.create(api.client().address() + "/api/v1/auth/sign-in/unknown/logout"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString("logout_token=guess")))
                    .statusCode();
        }
        assertThat(status).isEqualTo(429);
    }

    @Test
    void anAddressThatOpensPublicLinksTooOftenWaits() {
        ApiClient.Reply last = api.client().get("/public-links/unknown/entries");
        for (int opened = 1; opened < 200 && last.status() != 429; opened++) {
            assertThat(last.status()).isEqualTo(404);
            last = api.client().get("/public-links/unknown/entries");
        }
        last.assertProblem(429, "too-many-requests", null);
        assertThat(last.header("RateLimit-Limit")).isEqualTo("20");
        assertThat(last.header("RateLimit-Remaining")).isEqualTo("0");
    }

    /** Returns how many tokens it tries until it has to wait: some come back meanwhile. */
    private static int tries(ApiClient client, String... headers) {
        int tries = 0;
        while (client.post("/auth/refresh", Map.of("refresh_token", "guess"), headers)
                        .status()
                != 429) {
            assertThat(++tries).isLessThan(200);
        }
        return tries;
    }

    @Test
    void refusalsTellBrowsersToRunNothingToo() {
        ApiClient anonymous = api.client();
        String base = anonymous.address();
        for (ApiClient.Reply refusal : List.of(
                anonymous.get("/auth/me"),
                ada.get("/nothing"),
                ada.get(base + "/nothing"),
                ada.get("/users"),
                ada.delete("/organizations"),
                ada.post("/organizations", Map.of()),
                ada.post("/organizations", "{"),
                ada.post("/organizations", Map.of("name", "x".repeat(2_100_000))),
                anonymous.get(base + "/v1/models"),
                anonymous.post(base + "/mcp", Map.of()),
                ada.get(base + "/api/v1/organizations?limit=%00"),
                ada.get("/organizations", "X-Long", "x".repeat(40_000)))) {
            assertThat(refusal.status()).as(refusal.text()).isBetween(400, 499);
            assertThat(refusal.header("Content-Security-Policy"))
                    .as(refusal.text())
                    .contains("default-src 'none'");
            assertThat(refusal.header("X-Content-Type-Options"))
                    .as(refusal.text())
                    .isEqualTo("nosniff");
            assertThat(refusal.text()).doesNotContain("Exception").doesNotContain("\tat ");
        }
    }

    @Test
    void answersTellBrowsersToRunNothing() {
        ApiClient.Reply reply = ada.get("/organizations");
        assertThat(reply.header("Content-Security-Policy")).contains("default-src 'none'");
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(reply.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(reply.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(reply.header("Cache-Control")).contains("no-store");
    }

    @Test
    void onlyTheNamedOriginMayCall() {
        assertThat(ada.get("/organizations", "Origin", "https://app.example.org")
                        .header("Access-Control-Allow-Origin"))
                .isEqualTo("https://app.example.org");
        ApiClient.Reply other = ada.get("/organizations", "Origin", "https://evil.example.org");
        assertThat(other.status()).isEqualTo(403);
        assertThat(other.header("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void aBodyThatIsTooLargeIsNamedSo() {
        ApiClient.Reply reply = ada.post("/organizations", Map.of("name", "x".repeat(2_100_000)));
        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.body().path("type").stringValue()).isEqualTo("urn:arketic:problem:too-large");
    }

    private static String organization(ApiClient user) {
        ApiClient.Reply made = user.post("/organizations", Map.of("name", "Acme " + System.nanoTime()));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return "/organizations/" + made.body().path("id").stringValue() + "/search";
    }
}
