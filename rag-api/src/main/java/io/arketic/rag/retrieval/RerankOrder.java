package io.arketic.rag.retrieval;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.RerankSettings;
import io.arketic.embeddings.Reranker;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Has a reranker order what a search found, within its time. A reranker that hangs, fails, answers nonsense or is busy
 * changes nothing; one that failed often is left alone for a while.
 */
@Component
public class RerankOrder {

    private static final Logger log = LoggerFactory.getLogger(RerankOrder.class);

    /** Searches that wait for an endpoint at once; a local model has a thread for each of half the processors. */
    private static final int REMOTE_CALLS = 16;

    private final RerankSettings settings;
    private final @Nullable Reranker reranker;
    private final ThreadPoolExecutor calls;
    private final CircuitBreaker breaker = CircuitBreaker.of(
            "reranker",
            CircuitBreakerConfig.custom()
                    .slidingWindowSize(10)
                    .minimumNumberOfCalls(5)
                    .failureRateThreshold(60)
                    .waitDurationInOpenState(Duration.ofSeconds(30))
                    .permittedNumberOfCallsInHalfOpenState(1)
                    .ignoreExceptions(RejectedExecutionException.class, InterruptedException.class)
                    .build());

    RerankOrder(Environment environment) {
        this.settings = RerankSettings.from(environment::getProperty);
        this.reranker = settings.open();
        int most = settings.url() != null
                ? REMOTE_CALLS
                : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        this.calls = new ThreadPoolExecutor(
                0, most, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> new Thread(task, "reranking"));
    }

    /** Returns whether this deployment has a reranker. */
    public boolean available() {
        return reranker != null;
    }

    /** @throws ProblemException where it is wanted and this deployment has none */
    public void mustBeAvailable(@Nullable Boolean wanted) {
        if (Boolean.TRUE.equals(wanted) && !available()) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "rerank", "needs a reranker, and this deployment has none");
        }
    }

    /** Passages that are read again; more than a search returns. */
    int candidates() {
        return settings.candidates();
    }

    /** Returns the passages in the reranker's order, with its scores; empty if the earlier order stays. */
    Optional<List<FoundPassage>> of(String question, List<FoundPassage> passages) {
        Reranker model = reranker;
        if (model == null || passages.size() < 2) {
            return Optional.empty();
        }
        List<String> texts =
                passages.stream().map(passage -> passage.hit().text()).toList();
        try {
            double[] scores = breaker.executeCallable(() -> within(() -> model.score(question, texts)));
            List<FoundPassage> scored = new ArrayList<>();
            for (int i = 0; i < scores.length; i++) {
                scored.add(passages.get(i).scored(scores[i]));
            }
            // Stable: passages of one score stay in the order before.
            scored.sort(Comparator.comparingDouble(
                            (FoundPassage passage) -> passage.hit().score())
                    .reversed());
            return Optional.of(scored);
        } catch (CallNotPermittedException | RejectedExecutionException busy) {
            return Optional.empty();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (Exception failure) {
            log.warn("The order before the reranker stands: {}", failure.toString());
            return Optional.empty();
        }
    }

    private interface Scoring {
        double[] scores() throws EmbeddingException;
    }

    private double[] within(Scoring scoring) throws Exception {
        Future<double[]> scores = calls.submit(scoring::scores);
        try {
            return scores.get(settings.budget().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        } catch (TimeoutException late) {
            throw new TimeoutException("no answer within " + settings.budget());
        } finally {
            scores.cancel(true);
        }
    }

    @PreDestroy
    void close() {
        calls.shutdownNow();
        if (reranker != null) {
            reranker.close();
        }
    }
}
