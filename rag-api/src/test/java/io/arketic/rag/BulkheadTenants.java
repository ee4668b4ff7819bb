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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoublePredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds two tenants of an API with few places: one fills its share of them, and the other must be served. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BulkheadTenants {

    static final String QUESTION = "How often is the filter changed?";
    static final JsonMapper JSON = new JsonMapper();

    /** Takes three of the four places of a kind; the last one is kept for another tenant. */
    static final int SHARE = 3;

    /** Sets the places of a kind that holds no thread; one tenant's calls exceed the threads for requests. */
    static final int MANY = 120;

    final HttpClient http = HttpClient.newHttpClient();
    RunningApi api;
    Team attacker;
    Team other;
    String base;

    static Map<String, Object> settings() {
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

    /** Creates both tenants in an API. */
    void meet(RunningApi there) throws Exception {
        api = there;
        attacker = new Team(api);
        other = new Team(api);
        base = base(other, Map.of("name", "Pumps"));
        IndexedText.put(api, other.owner().api(), base, "filter.txt", "The filter is changed every ninety days.");
    }

    /** Checks that a malformed body is not read while the caller must wait; its connection still works. */
    void refusedByTheHead(Supplier<HttpResponse<?>> refused, String path) throws IOException {
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

    HttpRequest.Builder request(String path) {
        String address = path.startsWith("http") ? path : "http://127.0.0.1:" + api.port() + path;
        return HttpRequest.newBuilder(URI.create(address))
                .header("Authorization", "Bearer " + attacker.owner().api().token());
    }

    void assertOthersAreServed(RunningApi there) throws Exception {
        String email = "login" + UUID.randomUUID() + "@example.org";
        assertThat(there.client().user(email).get("/auth/me").status()).isEqualTo(200);
        assertThat(metric(there, "arketic_bulkhead_places{kind=\"searches\"}")).isEqualTo(SHARE + 1);
        ApiClient.Reply found = there.client()
                .as(other.owner().api().token())
                .post("/knowledge-bases/" + base + "/search", Map.of("query", QUESTION));
        assertThat(found.status()).as(found.text()).isEqualTo(200);
        assertThat(found.body().path("items")).isNotEmpty();
    }

    static void refused(HttpResponse<?> answer) {
        assertThat(answer.statusCode()).as(String.valueOf(answer.body())).isEqualTo(429);
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
    }

    List<CompletableFuture<HttpResponse<String>>> flood(RunningApi there, int calls, String path, Object body) {
        return IntStream.range(0, calls)
                .mapToObj(call -> post(there, attacker, path, body))
                .toList();
    }

    CompletableFuture<HttpResponse<String>> post(
            RunningApi there, Team team, String path, Object body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + there.port() + path))
                .header("Authorization", "Bearer " + team.owner().api().token())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)));
        return http.sendAsync(
                (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    static String base(Team team, Map<String, Object> wish) {
        ApiClient.Reply made = team.owner().api().post(team.path() + "/knowledge-bases", wish);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.text("id");
    }

    static JsonNode used(Team team) {
        return team.owner()
                .api()
                .get(team.path() + "/usage")
                .body()
                .path("months")
                .path(0);
    }

    static JsonNode body(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    void awaitMetric(RunningApi there, String name, double wanted) throws Exception {
        awaitMetric(there, name, seen -> seen == wanted);
    }

    void awaitMetric(RunningApi there, String name, DoublePredicate wanted) throws Exception {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
        double seen = metric(there, name);
        while (!wanted.test(seen)) {
            assertThat(Instant.now()).as(name + " is " + seen).isBefore(deadline);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            seen = metric(there, name);
        }
    }

    double metric(RunningApi there, String name) throws IOException, InterruptedException {
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
