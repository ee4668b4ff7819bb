package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tests that work of one tenant that waits forever, for a model or a store, holds only its share, and the others are
 * served.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class BulkheadIT {

    private static final String MODEL = "bge-small-en-v1.5";
    private static final String QUESTION = "How often is the filter changed?";
    private static final JsonMapper JSON = new JsonMapper();

    /** Takes three of the four places of a kind; the last one is kept for another tenant. */
    private static final int SHARE = 3;

    /** Sets the places of a kind that holds no thread; one tenant's calls exceed the threads for requests. */
    private static final int MANY = 120;

    private static final int CALLS = 80;

    private final HttpClient http = HttpClient.newHttpClient();
    private HeldEndpoint held;
    private RunningApi api;
    private Team attacker;
    private Team other;
    private String base;

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
        api = RunningApi.start("127.0.0.1:1", settings);
        attacker = new Team(api);
        other = new Team(api);
        base = base(other, Map.of("name", "Pumps"));
        IndexedText.put(api, other.owner().api(), base, "filter.txt", "The filter is changed every ninety days.");
    }

    private static Map<String, Object> settings() {
        return Map.of(
                "arketic.limit.chat", 0,
                "arketic.chat.parallel-answers", MANY,
                "arketic.bulkhead.searches", SHARE + 1,
                "arketic.bulkhead.comparisons", SHARE + 1,
                "arketic.bulkhead.uploads", SHARE + 1,
                "arketic.bulkhead.downloads", SHARE + 1,
                "arketic.bulkhead.exports", SHARE + 1,
                "arketic.bulkhead.embeddings", MANY);
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
    void filesForAStoreThatHangsLeavePlacesToOthers() throws Exception {
        try (HeldEndpoint store = new HeldEndpoint();
                RunningApi beside = api.beside(besides(store))) {
            String there = base(attacker, Map.of("name", "Files"));
            String documents = "/api/v1/knowledge-bases/" + there + "/documents";
            List<CompletableFuture<HttpResponse<String>>> waiting = IntStream.range(0, SHARE)
                    .mapToObj(number -> upload(beside, documents, "file-" + number))
                    .toList();
            store.awaitCalls(SHARE);
            refusedByTheHead(
                    () -> upload(beside, documents, "one-more").join(),
                    "http://127.0.0.1:" + beside.port() + documents);
            assertOthersAreServed(beside);
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            store.close();
            assertThat(waiting)
                    .allSatisfy(upload -> assertThat(upload.join().statusCode()).isEqualTo(503));
        }
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

    /** Checks that a malformed body is not read while the caller must wait; its connection still works. */
    private void refusedByTheHead(Supplier<HttpResponse<?>> refused, String path) throws IOException {
        URI address = request(path).build().uri();
        String body = "{".repeat(100_000);
        String head = " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                + attacker.owner().api().token() + "\r\n";
        String requests = "POST " + address.getPath() + head + "Content-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body + "GET /api/v1/auth/me" + head + "Connection: close\r\n\r\n";
        Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
        String replies;
        do {
            refused(refused.get());
            try (Socket socket = new Socket(address.getHost(), address.getPort())) {
                socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
                replies = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            }
        } while (!replies.startsWith("HTTP/1.1 429") && Instant.now().isBefore(deadline));
        assertThat(replies)
                .startsWith("HTTP/1.1 429")
                .contains("Retry-After:", "too-many-requests", "X-Content-Type-Options: nosniff", "HTTP/1.1 200");
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

    private HttpRequest.Builder request(String path) {
        String address = path.startsWith("http") ? path : "http://127.0.0.1:" + api.port() + path;
        return HttpRequest.newBuilder(URI.create(address))
                .header("Authorization", "Bearer " + attacker.owner().api().token());
    }

    private CompletableFuture<HttpResponse<String>> get(String path) {
        return http.sendAsync(request(path).build(), BodyHandlers.ofString());
    }

    private List<CompletableFuture<HttpResponse<String>>> gets(int calls, String path) {
        return IntStream.range(0, calls).mapToObj(call -> get(path)).toList();
    }

    /** Checks that removals wait for the store like uploads, and count with them. */
    @Test
    void removalsFromAStoreThatHangsLeavePlacesToOthers() throws Exception {
        String there = base(attacker, Map.of("name", "Removed"));
        List<String> documents = new ArrayList<>();
        for (int i = 0; i <= SHARE; i++) {
            documents.add("/api/v1/knowledge-bases/" + there + "/documents/"
                    + IndexedText.put(api, attacker.owner().api(), there, "removed-" + i + ".txt", "A text."));
        }
        try (HeldEndpoint store = new HeldEndpoint();
                RunningApi beside = api.beside(besides(store))) {
            String address = "http://127.0.0.1:" + beside.port();
            List<CompletableFuture<HttpResponse<String>>> waiting = documents.stream()
                    .limit(SHARE)
                    .map(document -> delete(address + document))
                    .toList();
            store.awaitCalls(SHARE);
            refused(delete(address + documents.get(SHARE)).join());
            assertOthersAreServed(beside);
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            store.close();
            assertThat(waiting)
                    .allSatisfy(
                            removal -> assertThat(removal.join().statusCode()).isEqualTo(503));
        }
    }

    private CompletableFuture<HttpResponse<String>> delete(String address) {
        return http.sendAsync(request(address).DELETE().build(), BodyHandlers.ofString());
    }

    private static Map<String, Object> besides(HeldEndpoint store) {
        Map<String, Object> settings = new HashMap<>(settings());
        settings.put("arketic.store.endpoint", store.address());
        return settings;
    }

    private void assertOthersAreServed(RunningApi there) throws Exception {
        String email = "login" + UUID.randomUUID() + "@example.org";
        assertThat(there.client().user(email).get("/auth/me").status()).isEqualTo(200);
        assertThat(metric(there, "arketic_bulkhead_places{kind=\"searches\"}")).isEqualTo(SHARE + 1);
        ApiClient.Reply found = there.client()
                .as(other.owner().api().token())
                .post("/knowledge-bases/" + base + "/search", Map.of("query", QUESTION));
        assertThat(found.status()).as(found.text()).isEqualTo(200);
        assertThat(found.body().path("items")).isNotEmpty();
    }

    private static void refused(HttpResponse<?> answer) {
        assertThat(answer.statusCode()).as(String.valueOf(answer.body())).isEqualTo(429);
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
    }

    private List<CompletableFuture<HttpResponse<String>>> flood(RunningApi there, int calls, String path, Object body) {
        return IntStream.range(0, calls)
                .mapToObj(call -> post(there, attacker, path, body))
                .toList();
    }

    private CompletableFuture<HttpResponse<String>> post(
            RunningApi there, Team team, String path, Object body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + there.port() + path))
                .header("Authorization", "Bearer " + team.owner().api().token())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)));
        return http.sendAsync(
                (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> upload(RunningApi there, String path, String name) {
        String boundary = "boundary-" + UUID.randomUUID();
        String body = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"files\"; filename=\"" + name
                + "\"\r\nContent-Type: text/plain\r\n\r\nA text.\r\n--" + boundary + "--\r\n";
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + there.port() + path))
                        .header(
                                "Authorization",
                                "Bearer " + attacker.owner().api().token())
                        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private String indexed(Team team) throws Exception {
        String made = base(team, Map.of("name", "Indexed"));
        IndexedText.put(api, team.owner().api(), made, "filter.txt", "The filter is changed every ninety days.");
        return made;
    }

    private static String base(Team team, Map<String, Object> wish) {
        ApiClient.Reply made = team.owner().api().post(team.path() + "/knowledge-bases", wish);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.text("id");
    }

    private static JsonNode used(Team team) {
        return team.owner()
                .api()
                .get(team.path() + "/usage")
                .body()
                .path("months")
                .path(0);
    }

    private static JsonNode body(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    private void awaitMetric(RunningApi there, String name, double wanted) throws Exception {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
        double seen = metric(there, name);
        while (seen != wanted) {
            assertThat(Instant.now())
                    .as(name + " is " + seen + " and not " + wanted)
                    .isBefore(deadline);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            seen = metric(there, name);
        }
    }

    private double metric(RunningApi there, String name) throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + there.managementPort() + "/actuator/prometheus");
        return http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }
}
