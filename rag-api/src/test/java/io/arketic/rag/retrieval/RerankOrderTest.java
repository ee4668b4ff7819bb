package io.arketic.rag.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.arketic.rag.extractive.Hits;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.problem.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

@Timeout(120)
class RerankOrderTest {

    private static final List<FoundPassage> FUSED = Copies.fold(
            List.of(Hits.hit("text", "first", 0), Hits.hit("text", "second", 10), Hits.hit("text", "third", 20)));

    private HttpServer endpoint;
    private ExecutorService threads;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private volatile String answer = "";
    private volatile int status = 200;
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);

    @BeforeEach
    void start() throws Exception {
        endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        threads = Executors.newCachedThreadPool();
        endpoint.setExecutor(threads);
        endpoint.createContext("/rerank", exchange -> {
            calls.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            try {
                if (answer.equals("hang")) {
                    ended.await();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, answer.equals("endless") ? 0 : bytes.length);
            exchange.getResponseBody().write(bytes);
            try {
                if (answer.equals("endless")) {
                    exchange.getResponseBody().flush();
                    ended.await();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        endpoint.start();
    }

    @AfterEach
    void stop() {
        ended.countDown();
        endpoint.stop(0);
        threads.shutdownNow();
    }

    @Test
    void thePassagesStandInTheRerankersOrderWithItsScores() {
        RerankOrder order = order("20s");
        try {
            answer = "[{\"index\": 0, \"score\": 0.1}, {\"index\": 1, \"score\": 0.9}, {\"index\": 2, \"score\": 0.1}]";
            List<FoundPassage> reranked = order.of("question", FUSED).orElseThrow();
            assertThat(reranked)
                    .extracting(passage -> passage.hit().text())
                    .containsExactly("second", "first", "third");
            assertThat(reranked).extracting(passage -> passage.hit().score()).containsExactly(0.9, 0.1, 0.1);
        } finally {
            order.close();
        }
    }

    @Test
    void oneThatHangsOrAnswersNonsenseChangesNothingAndIsLeftAloneAfterAWhile() {
        RerankOrder order = order("300ms");
        try {
            for (String nonsense : List.of("hang", "endless", "[]", "<html>", "[{\"index\": 7, \"score\": 1}]")) {
                answer = nonsense;
                assertThat(order.of("question", FUSED)).as(nonsense).isEqualTo(Optional.empty());
            }
            int asked = calls.get();
            answer = "[{\"index\": 0, \"score\": 1}, {\"index\": 1, \"score\": 2}, {\"index\": 2, \"score\": 3}]";
            assertThat(order.of("question", FUSED)).as("left alone").isEmpty();
            assertThat(calls).hasValue(asked);
        } finally {
            order.close();
        }
    }

    @Test
    void withoutAnyItIsRefusedWhereItIsWanted() {
        RerankOrder order = new RerankOrder(new StandardEnvironment(), new SimpleMeterRegistry());
        try {
            assertThat(order.of("question", FUSED)).isEmpty();
            order.mustBeAvailable(null);
            order.mustBeAvailable(false);
            assertThatThrownBy(() -> order.mustBeAvailable(true)).isInstanceOf(ProblemException.class);
        } finally {
            order.close();
        }
    }

    @Test
    void onlyTheFirstAreReadAgainAndTheOthersFollow() {
        RerankOrder order = order("20s", "2");
        try {
            answer = "[{\"index\": 0, \"score\": 0.1}, {\"index\": 1, \"score\": 0.9}]";
            List<FoundPassage> reranked = order.of("question", FUSED).orElseThrow();
            assertThat(reranked)
                    .extracting(passage -> passage.hit().text())
                    .containsExactly("second", "first", "third");
            assertThat(reranked.get(2).hit().score())
                    .as("no score of another kind")
                    .isEqualTo(0.1);
        } finally {
            order.close();
        }
    }

    @Test
    void textsThatAreRefusedLeaveTheRerankerToOthers() {
        RerankOrder order = order("20s");
        try {
            for (int refused : List.of(413, 422, 400, 413, 422, 400)) {
                status = refused;
                assertThat(order.of("question", FUSED)).isEmpty();
            }
            status = 200;
            answer = "[{\"index\": 0, \"score\": 1}, {\"index\": 1, \"score\": 2}, {\"index\": 2, \"score\": 3}]";
            assertThat(order.of("question", FUSED)).isPresent();
            assertThat(meters.counter("arketic.rerank", "outcome", "failed").count())
                    .isEqualTo(6);
        } finally {
            order.close();
        }
    }

    @Test
    void anEndpointIsSentNothingOfAKnowledgeBaseThatDidNotChooseIt() {
        RerankOrder order = order("20s");
        try {
            assertThat(order.chosen(List.of(base(true)), null)).isTrue();
            assertThat(order.chosen(List.of(base(true)), false)).isFalse();
            assertThat(order.chosen(List.of(base(true), base(false)), null)).isFalse();
            assertThat(order.chosen(List.of(base(true), base(false)), true)).isFalse();
        } finally {
            order.close();
        }
    }

    private static KnowledgeBase base(boolean rerank) {
        return new KnowledgeBase(
                UUID.randomUUID(),
                UUID.randomUUID(),
                UUID.randomUUID(),
                "base",
                null,
                "document",
                "model",
                "pgvector",
                1000,
                100,
                0.5,
                List.of(),
                0,
                rerank,
                false,
                0,
                0,
                0,
                true,
                false,
                1,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    private RerankOrder order(String budget) {
        return order(budget, "50");
    }

    private RerankOrder order(String budget, String candidates) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "test",
                        Map.of(
                                "arketic.rerank.url",
                                "http://127.0.0.1:" + endpoint.getAddress().getPort(),
                                "arketic.rerank.budget",
                                budget,
                                "arketic.rerank.candidates",
                                candidates)));
        return new RerankOrder(environment, meters);
    }
}
