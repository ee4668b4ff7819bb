package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What one caller may send, and what every answer says to browsers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsIT {

    private RunningApi api;
    private ApiClient ada;
    private ApiClient grace;

    @BeforeAll
    void start() {
        api = RunningApi.start(
                "127.0.0.1:1",
                Map.of(
                        "arketic.limit.search",
                        3,
                        "arketic.limit.address-factor",
                        1000,
                        "arketic.limit.login",
                        40,
                        "arketic.cors.origins",
                        "https://app.example.org"));
        ada = api.client().user("ada@example.org");
        grace = api.client().user("grace@example.org");
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

    @Test
    void anAddressThatTriesTooManyTokensWaits() {
        ApiClient.Reply last = null;
        for (int attempt = 0; attempt < 200 && (last == null || last.status() != 429); attempt++) {
            last = api.client().post("/auth/refresh", Map.of("refresh_token", "guess-" + attempt));
        }
        assertThat(last.status()).isEqualTo(429);
        assertThat(last.header("Retry-After")).isNotEmpty();
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
