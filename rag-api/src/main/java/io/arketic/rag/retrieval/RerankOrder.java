package io.arketic.rag.retrieval;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingException.Reason;
import io.arketic.embeddings.RerankSettings;
import io.arketic.embeddings.Reranker;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.MeterRegistry;
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
    private final MeterRegistry registry;
    private final CircuitBreaker breaker = CircuitBreaker.of(
            "reranker",
            CircuitBreakerConfig.custom()
                    .slidingWindowSize(10)
                    .minimumNumberOfCalls(5)
                    .failureRateThreshold(60)
                    .waitDurationInOpenState(Duration.ofSeconds(30))
                    .permittedNumberOfCallsInHalfOpenState(1)
                    .ignoreException(RerankOrder::saysNothingOfTheReranker)
                    .build());

    RerankOrder(Environment environment, MeterRegistry registry) {
        this.registry = registry;
        this.settings = RerankSettings.from(environment::getProperty);
        this.reranker = settings.open();
        int most = settings.url() != null
                ? REMOTE_CALLS
                : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        this.calls =
                new ThreadPoolExecutor(0, most, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), RerankOrder::thread);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "reranking");
        thread.setDaemon(true);
        return thread;
    }

    /** Returns whether a failure is due to this process or this question's texts, and says nothing about the reranker. */
    private static boolean saysNothingOfTheReranker(Throwable failure) {
        return failure instanceof RejectedExecutionException
                || failure instanceof InterruptedException
                || failure instanceof EmbeddingException refused
                        && (refused.reason() == Reason.REFUSED || refused.reason() == Reason.INTERRUPTED);
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

    /**
     * Returns whether a search is reranked: as each knowledge base chose, or else by the search's own choice. Text of a
     * knowledge base that did not choose it never leaves for an endpoint, whatever a search wants.
     *
     * @param asked the search's choice; null for that of the knowledge bases
     */
    boolean chosen(List<KnowledgeBase> knowledgeBases, @Nullable Boolean asked) {
        if (!available() || Boolean.FALSE.equals(asked)) {
            return false;
        }
        boolean staysHere = settings.url() == null;
        return staysHere && Boolean.TRUE.equals(asked)
                || knowledgeBases.stream().allMatch(KnowledgeBase::rerank);
    }

    /** Passages that are read again at most. */
    int candidates() {
        return settings.candidates();
    }

    /**
     * Returns the first {@link #candidates} in the reranker's order, with its scores, and the others after them; empty if
     * the earlier order stays.
     */
    Optional<List<FoundPassage>> of(String question, List<FoundPassage> passages) {
        Reranker model = reranker;
        List<FoundPassage> read = passages.subList(0, Math.min(passages.size(), candidates()));
        if (model == null || read.size() < 2) {
            return Optional.empty();
        }
        List<String> texts = read.stream().map(passage -> passage.hit().text()).toList();
        try {
            double[] scores = breaker.executeCallable(() -> within(() -> model.score(question, texts)));
            List<FoundPassage> scored = new ArrayList<>();
            for (int i = 0; i < scores.length; i++) {
                scored.add(read.get(i).scored(scores[i]));
            }
            // Stable: passages of one score stay in the order before.
            scored.sort(Comparator.comparingDouble(
                            (FoundPassage passage) -> passage.hit().score())
                    .reversed());
            addAfter(scored, passages.subList(read.size(), passages.size()));
            count("ordered");
            return Optional.of(scored);
        } catch (CallNotPermittedException leftAlone) {
            count("left_alone");
            return Optional.empty();
        } catch (RejectedExecutionException busy) {
            count("busy");
            log.info("The order before the reranker stands: {} calls wait for it", calls.getMaximumPoolSize());
            return Optional.empty();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (Exception failure) {
            count("failed");
            log.warn("The order before the reranker stands: {}", failure.toString());
            return Optional.empty();
        }
    }

    /** Their scores go on from the lowest before them, with the differences that they had. */
    private static void addAfter(List<FoundPassage> scored, List<FoundPassage> rest) {
        double lowest = scored.get(scored.size() - 1).hit().score();
        for (FoundPassage passage : rest) {
            double behind = rest.get(0).hit().score() - passage.hit().score();
            scored.add(passage.scored(lowest - behind));
        }
    }

    private void count(String outcome) {
        registry.counter("arketic.rerank", "outcome", outcome).increment();
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
