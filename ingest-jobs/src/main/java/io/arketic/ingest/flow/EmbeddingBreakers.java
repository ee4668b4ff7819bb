package io.arketic.ingest.flow;

import io.arketic.embeddings.EmbeddingException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.util.concurrent.Callable;

/**
 * Keeps a circuit breaker for each embedding model. While a model does not answer, its files stop at once and hold no
 * thread, parser or memory that files of other models need. Safe for use by several threads.
 */
final class EmbeddingBreakers {

    private final CircuitBreakerRegistry breakers =
            CircuitBreakerRegistry.of(OutageBreaker.opensOn(EmbeddingBreakers::unavailable));

    /**
     * Calls a model through its breaker.
     *
     * @param trial asked first while it is not known whether the model answers again
     * @throws EmbeddingException also when the model has not answered lately and is not asked now
     */
    <T> T call(String model, Callable<?> trial, Callable<T> question) throws Exception {
        try {
            return OutageBreaker.call(breaker(model), trial, question);
        } catch (CallNotPermittedException e) {
            throw notAsked(model);
        }
    }

    /** Throws while the model is known not to answer. Call it before work that needs the model afterwards. */
    void requireAnswering(String model) throws EmbeddingException {
        CircuitBreaker breaker = breaker(model);
        if (!breaker.tryAcquirePermission()) {
            throw notAsked(model);
        }
        breaker.releasePermission();
    }

    private CircuitBreaker breaker(String model) {
        return breakers.circuitBreaker(model);
    }

    private static EmbeddingException notAsked(String model) {
        return new EmbeddingException(
                EmbeddingException.Reason.UNAVAILABLE, "the embedding model " + model + " has not answered lately");
    }

    private static boolean unavailable(Throwable failure) {
        return failure instanceof EmbeddingException embedding && embedding.mayPass();
    }
}
