package io.arketic.ingest.flow;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/**
 * Configures and asks the circuit breakers of services. While a service does not answer, its calls fail at once and hold no
 * thread. Three failures in a row open the breaker; then one call in five seconds tests the service.
 */
public final class OutageBreaker {

    private OutageBreaker() {}

    /** @param outage tells a service that does not answer from every other failure, which is an answer */
    public static CircuitBreakerConfig opensOn(Predicate<Throwable> outage) {
        return CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(3)
                .minimumNumberOfCalls(3)
                .failureRateThreshold(100)
                .waitDurationInOpenState(Duration.ofSeconds(5))
                .permittedNumberOfCallsInHalfOpenState(1)
                // An Error in the one trial call would keep its permit forever.
                .maxWaitDurationInHalfOpenState(Duration.ofMinutes(5))
                .recordException(outage)
                .build();
    }

    /**
     * Asks {@code question} through a breaker. While the breaker is not closed, {@code trial} is asked first, which must
     * be cheap: a long question would keep every other one from the service for its whole time.
     *
     * @throws CallNotPermittedException when the service has not answered lately and is not asked now
     */
    public static <T> T call(CircuitBreaker breaker, Callable<?> trial, Callable<T> question) throws Exception {
        if (breaker.getState() != CircuitBreaker.State.CLOSED) {
            breaker.executeCallable(trial);
        }
        return breaker.executeCallable(question);
    }
}
