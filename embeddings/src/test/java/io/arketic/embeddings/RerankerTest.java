package io.arketic.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.arketic.embeddings.EmbeddingException.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The local network counts the words that a question and a passage share. */
class RerankerTest {

    private static final String QUESTION = "How often is the filter changed?";
    private static final List<String> PASSAGES =
            List.of("Lost property is kept for a year.", "The filter is changed every week.");

    @TempDir
    private Path directory;

    private HttpServer endpoint;
    private volatile String answer = "";
    private volatile int status = 200;
    private final List<JsonNode> requests = new ArrayList<>();
    private final List<String> paths = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    @BeforeEach
    void start() throws Exception {
        endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endpoint.createContext("/", exchange -> {
            requests.add(new ObjectMapper().readTree(exchange.getRequestBody()));
            paths.add(exchange.getRequestURI().getPath());
            if (answer.equals("hang")) {
                try {
                    ended.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        endpoint.start();
    }

    @AfterEach
    void stop() {
        ended.countDown();
        endpoint.stop(0);
    }

    @Test
    void aFileScoresQuestionAndPassageTogether() throws Exception {
        try (Reranker reranker = opened(Map.of("model", file().toString()))) {
            double[] scores = reranker.score(QUESTION, PASSAGES);
            assertThat(scores[1]).isGreaterThan(scores[0]);
            assertThat(Math.max(scores[0], scores[1])).isBetween(0.0, 1.0);
            assertThat(Math.min(scores[0], scores[1])).isBetween(0.0, 1.0);
            assertThat(reranker.score(QUESTION + " filter".repeat(3_000), List.of("week ".repeat(3_000))))
                    .as("what is too long is cut")
                    .hasSize(1);
        }
    }

    @Test
    void anInterruptEndsReading() throws Exception {
        try (Reranker reranker = opened(Map.of("model", file().toString()))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> reranker.score(QUESTION, PASSAGES))
                    .isInstanceOfSatisfying(
                            EmbeddingException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.INTERRUPTED));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void whatIsNoCrossEncoderIsRefusedAtTheStart() throws Exception {
        Path broken = Files.writeString(directory.resolve("broken.onnx"), "no network");
        Files.copy(file().resolveSibling("tokenizer.json"), directory.resolve("tokenizer.json"));
        for (Path model : List.of(broken, directory.resolve("missing.onnx"))) {
            assertThatThrownBy(() -> opened(Map.of("model", model.toString())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ARKETIC_RERANK_MODEL");
        }
        Path alone = Files.createDirectories(directory.resolve("a/b/c"));
        Files.copy(file(), alone.resolve("model.onnx"));
        assertThatThrownBy(
                        () -> opened(Map.of("model", alone.resolve("model.onnx").toString())))
                .hasMessageContaining("tokenizer.json");
    }

    @Test
    void bothProtocolsAreSpoken() throws Exception {
        answer = "[{\"index\": 1, \"score\": 0.9}, {\"index\": 0, \"score\": 0.1}]";
        try (Reranker reranker = opened(Map.of("url", url()))) {
            assertThat(reranker.score(QUESTION, PASSAGES)).containsExactly(0.1, 0.9);
        }
        answer = "{\"results\": [{\"index\": 1, \"relevance_score\": 0.8}, {\"index\": 0, \"relevance_score\": 0}]}";
        try (Reranker reranker = opened(Map.of("url", url(), "protocol", "cohere", "remote-model", "rerank-v3.5"))) {
            assertThat(reranker.score(QUESTION, PASSAGES)).containsExactly(0, 0.8);
        }
        assertThat(paths).containsExactly("/rerank", "/v2/rerank");
        assertThat(requests.get(0).path("texts").size()).isEqualTo(2);
        assertThat(requests.get(1).path("documents").size()).isEqualTo(2);
        assertThat(requests.get(1).path("model").asText()).isEqualTo("rerank-v3.5");
    }

    @Test
    @Timeout(60)
    void nonsenseIsNoScore() throws Exception {
        List<String> nonsense = List.of(
                "",
                "<html>",
                "{}",
                "[]",
                "null",
                "[{\"index\": 0, \"score\": 1}]",
                "[{\"index\": 0, \"score\": 1}, {\"index\": 0, \"score\": 2}]",
                "[{\"index\": 0, \"score\": 1}, {\"index\": 2, \"score\": 2}]",
                "[{\"index\": 0, \"score\": 1}, {\"index\": -1, \"score\": 2}]",
                "[{\"index\": 0, \"score\": 1}, {\"index\": 1, \"score\": \"high\"}]",
                "[{\"index\": 0, \"score\": 1}, {\"index\": 1, \"score\": 1e999}]",
                "[{\"index\": 0, \"score\": 1}, {\"index\": 1}]");
        try (Reranker reranker = opened(Map.of("url", url()))) {
            for (String text : nonsense) {
                answer = text;
                assertThatThrownBy(() -> reranker.score(QUESTION, PASSAGES))
                        .as(text)
                        .isInstanceOf(EmbeddingException.class);
            }
            status = 500;
            assertThatThrownBy(() -> reranker.score(QUESTION, PASSAGES)).hasMessageContaining("500");
            status = 413;
            assertThatThrownBy(() -> reranker.score(QUESTION, PASSAGES))
                    .isInstanceOfSatisfying(
                            EmbeddingException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
            status = 200;
            answer = " ".repeat((1 << 20) + 1);
            assertThatThrownBy(() -> reranker.score(QUESTION, PASSAGES)).hasMessageContaining("longer than");
        }
        try (Reranker late = opened(Map.of("url", url(), "budget", "200ms"))) {
            answer = "hang";
            assertThatThrownBy(() -> late.score(QUESTION, PASSAGES))
                    .isInstanceOfSatisfying(
                            EmbeddingException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
        }
    }

    @Test
    void settingsThatMeanNothingAreRefusedByTheirName() {
        assertThat(RerankSettings.from(property -> null).open()).isNull();
        Map.of(
                        "protocol", "smtp",
                        "candidates", "101",
                        "budget", "0s",
                        "url", "no address")
                .forEach((name, value) -> assertThatThrownBy(() -> settings(Map.of(name, value)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("arketic.rerank." + name));
        assertThatThrownBy(() -> settings(Map.of("url", "http://a", "model", "b")))
                .hasMessageContaining("arketic.rerank.url");
        assertThatThrownBy(() -> settings(Map.of("url", "http://a", "protocol", "cohere")))
                .hasMessageContaining("arketic.rerank.remote-model");
        assertThat(settings(Map.of("url", "http://a", "api-key", "secret")).toString())
                .doesNotContain("secret");
    }

    private String url() {
        return "http://127.0.0.1:" + endpoint.getAddress().getPort();
    }

    private static Path file() throws Exception {
        return Path.of(Objects.requireNonNull(RerankerTest.class.getResource("overlap.onnx"))
                .toURI());
    }

    private static RerankSettings settings(Map<String, String> settings) {
        Map<String, String> named = new HashMap<>();
        settings.forEach((name, value) -> named.put("arketic.rerank." + name, value));
        return RerankSettings.from(named::get);
    }

    private static Reranker opened(Map<String, String> settings) {
        return Objects.requireNonNull(settings(settings).open());
    }
}
