package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that work of one tenant that waits forever, for a model or a lock, holds only its share, and the others are
 * served.
 */
@Timeout(120)
class BulkheadIT extends BulkheadTenants {

    private static final String MODEL = "bge-small-en-v1.5";
    private static final int CALLS = 80;

    private static final int THREADS = 84;

    /** Half of the threads without ten, and four whose organization was not known at first; see {@code RequestThreads}. */
    private static final int SHARE_OF_THREADS = 41;

    private HeldEndpoint held;

    @BeforeAll
    void start() throws Exception {
        held = new HeldEndpoint();
        Map<String, Object> settings = new HashMap<>(settings());
        settings.put("arketic.chat.endpoints[0].name", "held");
        settings.put("arketic.chat.endpoints[0].models", "held");
        settings.put("arketic.chat.endpoints[0].base-url", held.address() + "/v1");
        settings.put("arketic.embedding.remote.id", "remote");
        settings.put("arketic.embedding.remote.url", held.address() + "/v1");
        settings.put("arketic.embedding.remote.model", "remote");
        settings.put("arketic.embedding.remote.dimensions", 8);
        settings.put("arketic.embedding.remote.max-tokens", 100);
        meet(RunningApi.start("127.0.0.1:1", settings));
    }

    @AfterAll
    void stop() {
        held.close();
        api.close();
    }

    @Test
    void wholeAnswersOfASlowModelHoldNoThreadAndEndWithTheirCallers() throws Exception {
        String chat = attacker.chat(
                attacker.owner(),
                Map.of("title", "Slow", "ai_model", "held", "knowledge_base_ids", List.of(indexed(attacker))));
        String path = "/api/v1" + chat + "/messages";
        Map<String, Object> question = Map.of("content", QUESTION);
        var waiting = flood(api, CALLS, path, question);
        held.awaitCalls(CALLS);
        assertOthersAreServed(api);
        assertThat(other.owner()
                        .api()
                        .post(
                                other.chat(other.owner(), Map.of("title", "Own", "ai_model", "extractive"))
                                        + "/messages",
                                question)
                        .status())
                .isEqualTo(200);
        waiting.get(0).cancel(true);
        awaitMetric(api, "arketic_bulkhead_under_way{kind=\"answers\"}", CALLS - 1);
        var more = flood(api, MANY - CALLS, path, question);
        refused((HttpResponse<?>)
                CompletableFuture.anyOf(more.toArray(CompletableFuture[]::new)).join());
        more.forEach(one -> one.cancel(true));
        waiting.forEach(one -> one.cancel(true));
        awaitMetric(api, "arketic_bulkhead_under_way{kind=\"answers\"}", 0);
    }

    /** Sends more calls than there are threads for requests. */
    @Test
    void textsThatAreEmbeddedHoldNoThreadAndEndWithTheirCallers() throws Exception {
        Map<String, Object> texts = Map.of("model", "remote", "input", List.of("a text", "another"));
        int before = used(attacker).path("ai_requests").asInt(0);
        var waiting = flood(api, CALLS, "/v1/embeddings", texts);
        awaitMetric(api, "arketic_bulkhead_under_way{kind=\"embeddings\"}", CALLS);
        assertOthersAreServed(api);
        var more = flood(api, 40, "/v1/embeddings", texts);
        refused((HttpResponse<?>)
                CompletableFuture.anyOf(more.toArray(CompletableFuture[]::new)).join());
        more.forEach(one -> one.cancel(true));
        waiting.forEach(one -> one.cancel(true));
        awaitMetric(api, "arketic_bulkhead_waiting{kind=\"remote-passages\"}", 0);
        assertThat(used(attacker).path("ai_requests").asInt(0)).isGreaterThanOrEqualTo(before + CALLS);
    }

    @Test
    void textsThatAreEmbeddedAreChargedToTheOrganizationThatIsNamed() throws Exception {
        Team own = new Team(api);
        String second = own.owner()
                .api()
                .post("/organizations", Map.of("name", "Second " + UUID.randomUUID()))
                .text("id");
        Map<String, Object> texts = Map.of("model", MODEL, "input", List.of("The first text.", "The second one."));
        int tokens = body(post(api, own, "/v1/embeddings", texts).join())
                .path("usage")
                .path("total_tokens")
                .asInt();
        assertThat(tokens).isPositive();
        assertThat(used(own).path("ai_requests").asInt()).isEqualTo(1);
        assertThat(used(own).path("ai_tokens").asInt()).isEqualTo(tokens);
        assertThat(post(api, own, "/v1/embeddings", texts, "OpenAI-Organization", second)
                        .join()
                        .statusCode())
                .isEqualTo(200);
        assertThat(post(api, own, "/v1/embeddings", texts, "OpenAI-Organization", other.id())
                        .join()
                        .statusCode())
                .isEqualTo(404);
        assertThat(used(own).path("ai_requests").asInt()).isEqualTo(1);
        api.execute("update organizations set max_ai_requests_per_month = 1 where id = '" + own.id() + "'");
        HttpResponse<String> beyond = post(api, own, "/v1/embeddings", texts).join();
        assertThat(beyond.statusCode()).isEqualTo(429);
        assertThat(body(beyond).path("error").path("code").asString("")).isEqualTo("ai_request_limit");
    }

    @Test
    void searchesThatWaitForAModelLeavePlacesToOthersAndEndWithTheirCallers() throws Exception {
        String slow = base(attacker, Map.of("name", "Slow", "embedding_model", "remote"));
        String path = "/api/v1/knowledge-bases/" + slow + "/search";
        var waiting = flood(api, SHARE, path, Map.of("query", QUESTION));
        held.awaitCalls(SHARE);
        refused(post(api, attacker, path, Map.of("query", QUESTION)).join());
        refused(post(api, attacker, "/mcp", mcpSearch(slow)).join());
        refusedByTheHead(
                () -> post(api, attacker, path, Map.of("query", QUESTION)).join(), path);
        assertOthersAreServed(api);
        waiting.forEach(one -> one.cancel(true));
        awaitMetric(api, "arketic_bulkhead_under_way{kind=\"searches\"}", 0);
        assertThat(metric(api, "arketic_bulkhead_refused_total{kind=\"searches\"}"))
                .isPositive();
    }

    @Test
    void exportsThatWaitLeavePlacesToOthersAndEndWithTheirRequests() throws Exception {
        String path = "/api/v1" + attacker.path() + "/export";
        try (Connection locked = locked("workflows")) {
            var waiting = gets(SHARE, path);
            awaitMetric(api, "arketic_bulkhead_under_way{kind=\"exports\"}", SHARE);
            refused(get(path).join());
            refused(get("/api/v1" + attacker.path() + "/audit-log/export").join());
            assertOthersAreServed(api);
            assertThat(other.owner()
                            .api()
                            .get(other.path() + "/audit-log/export")
                            .status())
                    .isEqualTo(200);
            waiting.get(0).cancel(true);
            locked.rollback();
        }
        awaitMetric(api, "arketic_bulkhead_under_way{kind=\"exports\"}", 0);
        assertThat(get(path).join().statusCode()).isEqualTo(200);
    }

    @Test
    void listsThatAreSearchedByWordsLeavePlacesAndConnectionsToOthers() throws Exception {
        String documents = "/api/v1/knowledge-bases/" + base(attacker, Map.of("name", "Listed")) + "/documents?q=pump";
        String messages = "/api/v1" + attacker.path() + "/messages/search?q=pump";
        // From now on it is known where the knowledge bases belong, which the locked table would be asked for.
        assertThat(get(documents).join().statusCode()).isEqualTo(200);
        assertOthersAreServed(api);
        try (Connection locked = locked("chat_messages")) {
            var waiting = gets(SHARE, messages);
            awaitMetric(api, "arketic_bulkhead_under_way{kind=\"searches\"}", SHARE);
            refused(get(messages).join());
            refused(get(documents).join());
            assertOthersAreServed(api);
            waiting.forEach(one -> assertThat(one).isNotDone());
            locked.rollback();
            waiting.forEach(one -> assertThat(one.join().statusCode()).isEqualTo(200));
        }
        awaitMetric(api, "arketic_bulkhead_under_way{kind=\"searches\"}", 0);
        assertThat(get(documents).join().statusCode()).isEqualTo(200);
    }

    /** Messages wait for the row of their chat, and questions for the row of their organization. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void messagesThatWaitForALockLeaveConnectionsToOthers(boolean ask) throws Exception {
        String chat = attacker.chat(attacker.owner(), Map.of("title", "Locked", "ai_model", "extractive"));
        String row = ask
                ? "organizations where id = '" + attacker.id() + "'"
                : "chats where id = '" + chat.substring("/chats/".length()) + "'";
        assertOthersAreServed(api);
        List<CompletableFuture<HttpResponse<String>>> waiting;
        try (Connection lock = holding("select from " + row + " for update")) {
            waiting = flood(api, CALLS, "/api/v1" + chat + "/messages", Map.of("content", QUESTION, "ask", ask));
            awaitBlocked(lock, ask ? 1 : 2);
            for (int time = 0; time < 3; time++) {
                assertOthersAreServed(api);
            }
            lock.rollback();
        }
        for (CompletableFuture<HttpResponse<String>> one : waiting) {
            assertThat(one.join().statusCode()).isIn(200, 201, 429, 503);
        }
        assertThat(post(api, attacker, "/api/v1" + chat + "/messages", Map.of("content", QUESTION, "ask", ask))
                        .join()
                        .statusCode())
                .isIn(200, 201);
    }

    /** Holds the row of a chat for longer than its messages may wait for a thread. */
    @Test
    void requestsThatWaitLeaveHalfOfTheThreadsToOthers() throws Exception {
        String chat = attacker.chat(attacker.owner(), Map.of("title", "Held", "ai_model", "extractive"));
        String path = "/api/v1" + chat + "/messages";
        Map<String, Object> message = Map.of("content", QUESTION, "ask", false);
        List<CompletableFuture<HttpResponse<String>>> waiting;
        try (Connection lock =
                holding("select from chats where id = '" + chat.substring("/chats/".length()) + "' for update")) {
            waiting = flood(api, MANY, path, message);
            awaitBlocked(lock, 1);
            awaitMetric(
                    api,
                    "arketic_bulkhead_waiting{kind=\"request-threads\"}",
                    least -> least >= MANY - SHARE_OF_THREADS);
            assertThat(metric(api, "arketic_bulkhead_under_way{kind=\"request-threads\"}"))
                    .isLessThanOrEqualTo(SHARE_OF_THREADS);
            assertThat(metric(api, "arketic_requests_threads")).isLessThan(0.6 * THREADS);
            List<CompletableFuture<HttpResponse<String>>> others = IntStream.range(0, 100)
                    .mapToObj(call -> http.sendAsync(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + api.port() + "/api/v1" + other.path()))
                                    .header(
                                            "Authorization",
                                            "Bearer " + other.owner().api().token())
                                    .build(),
                            BodyHandlers.ofString()))
                    .toList();
            others.forEach(one -> assertThat(one.join().statusCode()).isEqualTo(200));
            refused((HttpResponse<?>) CompletableFuture.anyOf(waiting.toArray(CompletableFuture[]::new))
                    .join());
            lock.rollback();
        }
        waiting.forEach(one -> assertThat(one.join().statusCode()).isIn(201, 429));
        awaitMetric(api, "arketic_bulkhead_under_way{kind=\"request-threads\"}", 0);
        awaitMetric(api, "arketic_bulkhead_waiting{kind=\"request-threads\"}", 0);
    }

    @Test
    void aBurstOfMoreRequestsThanThreadsIsAnswered() throws Exception {
        Team fresh = new Team(api);
        String chat = fresh.chat(fresh.owner(), Map.of("title", "Busy", "ai_model", "extractive"));
        List<CompletableFuture<HttpResponse<String>>> burst = IntStream.range(0, MANY)
                .mapToObj(call -> post(
                        api, fresh, "/api/v1" + chat + "/messages", Map.of("content", "Message " + call, "ask", false)))
                .toList();
        burst.forEach(one -> assertThat(one.join().statusCode()).isEqualTo(201));
    }

    /** Waits until at least so many sessions wait for what this connection holds. */
    private static void awaitBlocked(Connection lock, int sessions) throws SQLException {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
        try (Statement statement = lock.createStatement()) {
            int blocked = 0;
            while (blocked < sessions) {
                assertThat(Instant.now()).as(blocked + " sessions wait").isBefore(deadline);
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                try (ResultSet seen = statement.executeQuery(
                        "select count(*) from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0")) {
                    seen.next();
                    blocked = seen.getInt(1);
                }
            }
        }
    }

    private Connection locked(String table) throws SQLException {
        return holding("lock table " + table + " in access exclusive mode");
    }

    /** Holds the locks of the statement until it is rolled back or closed. */
    private Connection holding(String statement) throws SQLException {
        Connection connection = DriverManager.getConnection(
                api.database().url(), api.database().user(), api.database().password());
        connection.setAutoCommit(false);
        try (Statement lock = connection.createStatement()) {
            lock.execute(statement);
        }
        return connection;
    }

    private static Map<String, Object> mcpSearch(String base) {
        return Map.of(
                "jsonrpc",
                "2.0",
                "id",
                1,
                "method",
                "tools/call",
                "params",
                Map.of("name", "search", "arguments", Map.of("query", QUESTION, "knowledge_base_ids", List.of(base))));
    }

    private CompletableFuture<HttpResponse<String>> get(String path) {
        return http.sendAsync(request(path).build(), BodyHandlers.ofString());
    }

    private List<CompletableFuture<HttpResponse<String>>> gets(int calls, String path) {
        return IntStream.range(0, calls).mapToObj(call -> get(path)).toList();
    }

    private String indexed(Team team) throws Exception {
        String made = base(team, Map.of("name", "Indexed"));
        IndexedText.put(api, team.owner().api(), made, "filter.txt", "The filter is changed every ninety days.");
        return made;
    }
}
