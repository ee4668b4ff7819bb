package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests accounts, tokens and refusals while the broker is down. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdentityIT {

    private RunningApi api;
    private ApiClient anonymous;

    @BeforeAll
    void start() {
        api = RunningApi.start("127.0.0.1:1", Map.of());
        anonymous = api.client();
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    void anAddressIsTakenInEverySpelling() {
        anonymous.user("taken@example.org");
        assertProblem(anonymous.post("/auth/register", account(" TAKEN@Example.org")), 409, "email-taken", "email");
    }

    @Test
    void aWrongPasswordAndAnUnknownAddressAreAnsweredAlike() {
        anonymous.user("known@example.org");
        ApiClient.Reply wrong =
                anonymous.post("/auth/login", Map.of("email", "known@example.org", "password", "not this one"));
        ApiClient.Reply unknown =
                anonymous.post("/auth/login", Map.of("email", "nobody@example.org", "password", "not this one"));
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(unknown.text()).isEqualTo(wrong.text());
    }

    @Test
    void aSpentRefreshTokenEndsItsFamily() {
        anonymous.post("/auth/register", account("fresh@example.org"));
        String first = anonymous
                .post("/auth/login", Map.of("email", "fresh@example.org", "password", "a good password"))
                .body()
                .path("refresh_token")
                .stringValue();
        JsonNode second =
                anonymous.post("/auth/refresh", Map.of("refresh_token", first)).body();
        assertThat(anonymous
                        .as(second.path("access_token").stringValue())
                        .get("/auth/me")
                        .status())
                .isEqualTo(200);
        api.execute(
                "update refresh_tokens set rotated_at = now() - interval '11 seconds' where rotated_at is not null");
        assertProblem(
                anonymous.post("/auth/refresh", Map.of("refresh_token", first)), 401, "refresh-token-invalid", null);
        assertThat(anonymous
                        .post(
                                "/auth/refresh",
                                Map.of(
                                        "refresh_token",
                                        second.path("refresh_token").stringValue()))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void twoTabsThatRefreshAtOnceBothStay() throws Exception {
        anonymous.post("/auth/register", account("tabs@example.org"));
        Map<String, String> token = Map.of("refresh_token", refreshToken("tabs@example.org"));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            CyclicBarrier together = new CyclicBarrier(2);
            List<Future<ApiClient.Reply>> tabs = Stream.generate(() -> threads.submit(() -> {
                        together.await();
                        return anonymous.post("/auth/refresh", token);
                    }))
                    .limit(2)
                    .toList();
            for (Future<ApiClient.Reply> tab : tabs) {
                assertThat(tab.get().status()).as(tab.get().text()).isEqualTo(200);
                String successor = tab.get().body().path("refresh_token").stringValue();
                JsonNode next = anonymous
                        .post("/auth/refresh", Map.of("refresh_token", successor))
                        .body();
                assertThat(anonymous
                                .as(next.path("access_token").stringValue())
                                .get("/auth/me")
                                .status())
                        .isEqualTo(200);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whatIsInvalidIsNamed() {
        assertProblem(anonymous.post("/auth/register", account("no address")), 422, "invalid-input", "email");
        assertProblem(
                anonymous.post("/auth/register", Map.of("email", "a@example.org", "password", "long enough")),
                422,
                "invalid-input",
                "first_name");
        assertProblem(anonymous.post("/auth/register", "{"), 400, "malformed-request", null);
        ApiClient user = anonymous.user("inputs@example.org");
        String organization = user.post("/organizations", Map.of("name", "Inputs"))
                .body()
                .path("id")
                .stringValue();
        String bases = "/organizations/" + organization + "/knowledge-bases";
        assertProblem(user.post("/organizations", Map.of("name", "Inputs")), 409, "slug-taken", "slug");
        assertProblem(user.post("/organizations", Map.of("name", "X", "slug", "Not It")), 422, "invalid-input", "slug");
        assertProblem(
                user.post(bases, Map.of("name", "x", "embedding_model", "none")),
                422,
                "unknown-embedding-model",
                "embedding_model");
        assertProblem(
                user.post(bases, Map.of("name", "x", "chunk_size", 200, "chunk_overlap", 200)),
                422,
                "chunk-overlap-too-large",
                "chunk_overlap");
        assertProblem(
                user.post(bases, Map.of("name", "x", "vector_store_type", "chroma")),
                422,
                "unsupported-vector-store",
                "vector_store_type");
        assertProblem(user.post(bases, Map.of("name", "x", "chunk_size", "big")), 422, "invalid-input", "chunk_size");
        JsonNode base = user.post(bases, Map.of("name", "x")).body();
        assertThat(base.path("embedding_model").stringValue()).isEqualTo("bge-small-en-v1.5");
        String path = "/knowledge-bases/" + base.path("id").stringValue();
        assertProblem(user.post(path + "/search", Map.of("query", "")), 422, "invalid-input", "query");
        assertProblem(user.post(path + "/search", Map.of("query", "x", "limit", 101)), 422, "invalid-input", "limit");
        assertProblem(user.post(path + "/search", Map.of("query", "x", "mode", "magic")), 422, "invalid-input", "mode");
        assertProblem(user.get(path + "/documents?cursor=nonsense"), 422, "invalid-cursor", "cursor");
        assertProblem(user.get(path + "/documents?limit=0"), 422, "invalid-input", "limit");
        assertProblem(user.get("/knowledge-bases/not-an-id"), 404, "not-found", null);
        assertProblem(user.get("/nothing-here"), 404, "not-found", null);
        assertProblem(
                user.upload(path + "/documents", Map.of("../../etc/passwd", "x")), 422, "invalid-filename", "files");
        assertProblem(user.patch(path, Map.of("name", "y")), 428, "precondition-required", null);
        assertProblem(user.patch(path, Map.of("name", "y"), "If-Match", "\"0\""), 412, "stale-version", null);
        String etag = user.get(path).header("ETag");
        assertThat(user.patch(path, Map.of("name", "y"), "If-Match", etag)
                        .body()
                        .path("name")
                        .stringValue())
                .isEqualTo("y");
        // the broker is down: the upload is taken all the same
        assertThat(user.upload(path + "/documents", Map.of("waits.txt", "text")).status())
                .isEqualTo(202);
    }

    @Test
    void whatCannotBeStoredOrIsTooLargeIsRefused() {
        ApiClient user = anonymous.user("nul@example.org");
        assertProblem(user.post("/organizations", Map.of("name", "a\u0000b")), 422, "invalid-input", null);
        String organization = user.post("/organizations", Map.of("name", "Nul"))
                .body()
                .path("id")
                .stringValue();
        String chat = user.post("/organizations/" + organization + "/chats", Map.of("title", "Nul"))
                .body()
                .path("id")
                .stringValue();
        assertProblem(
                user.post("/chats/" + chat + "/messages", Map.of("content", "a\u0000b")), 422, "invalid-input", null);
        assertProblem(user.post("/organizations", Map.of("name", "x".repeat(1_000_001))), 413, "too-large", null);
        assertProblem(
                anonymous.post("/auth/login", Map.of("email", "x".repeat(256), "password", "a good password")),
                422,
                "invalid-input",
                "email");
    }

    @Test
    void aFamilyThatEndsBesideItsRotationEndsWhole() throws Exception {
        anonymous.post("/auth/register", account("races@example.org"));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 8; round++) {
                Map<String, String> token = Map.of("refresh_token", refreshToken("races@example.org"));
                CyclicBarrier together = new CyclicBarrier(2);
                Future<ApiClient.Reply> rotated = threads.submit(() -> {
                    together.await();
                    return anonymous.post("/auth/refresh", token);
                });
                Future<ApiClient.Reply> ended = threads.submit(() -> {
                    together.await();
                    return anonymous.post("/auth/logout", token);
                });
                assertThat(ended.get().status()).isEqualTo(204);
                if (rotated.get().status() == 200) {
                    String successor =
                            rotated.get().body().path("refresh_token").stringValue();
                    assertThat(anonymous
                                    .post("/auth/refresh", Map.of("refresh_token", successor))
                                    .status())
                            .isEqualTo(401);
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aSuspendedUserStopsAtItsNextRequest() throws SQLException {
        ApiClient user = anonymous.user("suspended@example.org");
        String organization = "/organizations/"
                + user.post("/organizations", Map.of("name", "Suspended"))
                        .body()
                        .path("id")
                        .stringValue();
        assertThat(user.get(organization).status()).isEqualTo(200);
        try (var connection = DriverManager.getConnection(
                        api.database().url(),
                        api.database().user(),
                        api.database().password());
                var statement = connection.createStatement()) {
            statement.execute("update users set status = 'suspended' where email = 'suspended@example.org'");
        }
        assertProblem(user.get(organization), 401, "unauthenticated", null);
        assertProblem(user.post("/organizations", Map.of("name", "Another")), 401, "unauthenticated", null);
    }

    private String refreshToken(String email) {
        return anonymous
                .post("/auth/login", Map.of("email", email, "password", "a good password"))
                .body()
                .path("refresh_token")
                .stringValue();
    }

    @Test
    void everyAnswerCarriesItsRequestsId() {
        assertThat(anonymous.get("/auth/me", "X-Request-Id", "abc-1").header("X-Request-Id"))
                .isEqualTo("abc-1");
        assertThat(anonymous.get("/auth/me", "X-Request-Id", "not fit").header("X-Request-Id"))
                .hasSize(36);
        assertThat(anonymous.get("/auth/me").header("Cache-Control")).contains("no-store");
    }

    @Test
    void theManagementPortTellsOfHealth() {
        String address = "http://127.0.0.1:" + api.managementPort();
        assertThat(anonymous.get(address + "/actuator/health/readiness").text())
                .contains("\"UP\"")
                .contains("database")
                .contains("outbox");
        assertThat(anonymous.get(address + "/actuator/prometheus").text()).contains("jvm_memory_used_bytes");
        assertThat(anonymous.get("/openapi").text()).contains("/api/v1/chats/{chat}/messages");
    }

    private static Map<String, String> account(String email) {
        return Map.of("email", email, "password", "a good password", "first_name", "Ada", "last_name", "L");
    }

    private static void assertProblem(ApiClient.Reply reply, int status, String reason, String field) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
        assertThat(reply.body().path("type").stringValue()).isEqualTo("urn:arketic:problem:" + reason);
        if (field != null) {
            assertThat(reply.body().path("errors").findValuesAsString("field")).contains(field);
        }
    }
}
