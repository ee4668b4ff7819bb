package io.arketic.rag.model;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.model.ChatProperties.ModelEndpoint;
import io.arketic.rag.model.UpstreamFailure.Kind;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the routes to a model: each endpoint that has it, then the models that replace it. A call is tried again, and
 * then on the next route, until a token of it has been passed on. An endpoint that fails repeatedly rests for a while.
 */
public final class ModelRoutes {

    /** Describes one route. */
    public record Route(
            OpenAiEndpoint endpoint,
            CircuitBreaker breaker,
            String model,
            int contextWindow,
            Duration timeout,
            ModelPrice price) {

        /** Prices the usage; a key of a user or the organization is paid to the provider and not charged again. */
        private Usage priced(OpenAiEndpoint.Call call, Usage usage) {
            return call.apiKey() == null ? usage.at(price) : usage;
        }
    }

    /** Represents one try: the request and the receiver of its text. */
    public interface Attempt {

        OpenAiEndpoint.Call call();

        void accept(String piece);

        /** Returns whether text was passed on, so that there is no other try. */
        boolean begun();
    }

    /** Holds a try that has ended. */
    public record Completion<A>(A attempt, Route route, Usage usage) {}

    private static final Logger log = LoggerFactory.getLogger(ModelRoutes.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private static final CircuitBreakerConfig BREAKER = CircuitBreakerConfig.custom()
            .slidingWindowSize(10)
            .minimumNumberOfCalls(5)
            .failureRateThreshold(50)
            .waitDurationInOpenState(Duration.ofSeconds(15))
            .permittedNumberOfCallsInHalfOpenState(2)
            .build();

    private record Known(OpenAiEndpoint endpoint, CircuitBreaker breaker) {}

    private final ChatProperties settings;
    private final Map<ModelEndpoint, Known> endpoints = new LinkedHashMap<>();

    public ModelRoutes(ChatProperties settings) {
        this.settings = settings;
        // HTTP/2 in clear text begins with an upgrade that several of these servers do not understand.
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.connectTimeout())
                .build();
        settings.all()
                .forEach(endpoint -> endpoints.put(
                        endpoint,
                        new Known(
                                new OpenAiEndpoint(endpoint, http),
                                CircuitBreaker.of("chat-model-" + endpoint.name(), BREAKER))));
    }

    /** Returns the routes to a model and then to its replacements; empty if there is none. */
    public List<Route> to(String model) {
        List<Route> routes = new ArrayList<>(direct(model));
        if (routes.isEmpty()) {
            routes.addAll(direct(settings.defaultModel()));
        }
        settings.failover().stream()
                .filter(other -> !other.equals(model))
                .forEach(other -> routes.addAll(direct(other)));
        return routes;
    }

    /**
     * Returns what one call for this model is expected to use at its dearest route, and at most a whole context window.
     * Tries that an endpoint accepted, and that failed, add to it.
     *
     * @param free whether a route has a key that is not the deployment's, and so costs nothing here
     */
    public Usage expected(String model, int promptTokens, int completionTokens, Predicate<Route> free) {
        Usage most = Usage.NONE;
        for (Route route : to(model)) {
            int completion = Math.min(completionTokens, route.contextWindow());
            Usage tokens = new Usage(Math.min(promptTokens, route.contextWindow() - completion), completion);
            Usage priced = tokens.at(route.price());
            Usage one = priced.cost().signum() == 0 || free.test(route) ? tokens : priced;
            most = new Usage(
                    Math.max(most.promptTokens(), one.promptTokens()),
                    Math.max(most.completionTokens(), one.completionTokens()),
                    most.cost().max(one.cost()));
        }
        return most;
    }

    private List<Route> direct(String model) {
        if (model.equals(ChatProperties.EXTRACTIVE)) {
            return List.of();
        }
        List<Route> routes = new ArrayList<>();
        boolean named = endpoints.keySet().stream()
                .anyMatch(endpoint -> endpoint.models().contains(model));
        endpoints.forEach((endpoint, known) -> {
            if (named ? endpoint.models().contains(model) : endpoint.models().isEmpty()) {
                routes.add(new Route(
                        known.endpoint(),
                        known.breaker(),
                        model,
                        endpoint.contextWindow() == null ? settings.contextWindow() : endpoint.contextWindow(),
                        endpoint.timeout() == null ? settings.timeout() : endpoint.timeout(),
                        settings.price(endpoint, model)));
            }
        });
        return routes;
    }

    /** Returns the first complete try; {@code begin} creates a new one for each. */
    public <A extends Attempt> Completion<A> complete(
            List<Route> routes, Function<Route, A> begin, Cancellation cancellation) throws Failed {
        long start = System.nanoTime();
        UpstreamFailure last = new UpstreamFailure(Kind.UNREACHABLE, false);
        Usage spent = Usage.NONE;
        String asked = settings.defaultModel();
        for (Route route : routes) {
            asked = route.model();
            for (int tries = 1; tries <= settings.attempts(); tries++) {
                Duration left = route.timeout().minusNanos(System.nanoTime() - start);
                if (left.isNegative() || left.isZero()) {
                    throw new Failed(last, asked, spent);
                }
                A attempt = begin.apply(route);
                Metered<A> metered = new Metered<>(attempt);
                try {
                    Usage used = route.priced(attempt.call(), call(route, metered, left, cancellation));
                    return new Completion<>(attempt, route, spent.plus(used));
                } catch (UpstreamFailure failure) {
                    log.warn("Model {}: {}", route.model(), failure.kind(), failure.getCause());
                    last = failure;
                    if (failure.accepted()) {
                        spent = spent.plus(
                                route.priced(attempt.call(), OpenAiEndpoint.estimated(attempt.call(), metered.text)));
                    }
                }
                if (attempt.begun() || last.kind() == Kind.CANCELLED) {
                    throw new Failed(last, asked, spent);
                }
                if (!last.passing()) {
                    break;
                }
                if (tries < settings.attempts() && cancellation.await(pause(last, tries, left))) {
                    throw new Failed(new UpstreamFailure(Kind.CANCELLED, false), asked, spent);
                }
            }
        }
        throw new Failed(last, asked, spent);
    }

    private Usage call(Route route, Metered<?> metered, Duration left, Cancellation cancellation)
            throws UpstreamFailure {
        CircuitBreaker breaker = route.breaker();
        if (!breaker.tryAcquirePermission()) {
            throw new UpstreamFailure(Kind.RESTING, false);
        }
        long begin = System.nanoTime();
        Duration firstToken = left.compareTo(settings.firstTokenTimeout()) < 0 ? left : settings.firstTokenTimeout();
        try {
            Usage usage =
                    route.endpoint().stream(metered.attempt.call(), firstToken, left, metered::accept, cancellation);
            breaker.onSuccess(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
            if (metered.text.toString().isBlank()) {
                throw new UpstreamFailure(Kind.EMPTY, true);
            }
            return usage;
        } catch (UpstreamFailure failure) {
            if (failure.fault()) {
                breaker.onError(System.nanoTime() - begin, TimeUnit.NANOSECONDS, failure);
            } else if (failure.kind() != Kind.EMPTY) {
                breaker.releasePermission();
            }
            throw failure;
        } catch (RuntimeException | Error broken) {
            // Our own failure says nothing about the endpoint, and a permit that stays taken would block a half-open
            // breaker.
            breaker.releasePermission();
            throw broken;
        }
    }

    /**
     * Returns the pause that the endpoint requests, else a doubling one with some randomness, so that callers do not
     * return together.
     */
    private static Duration pause(UpstreamFailure failure, int tries, Duration left) {
        Duration wanted = failure.retryAfter();
        if (wanted == null) {
            long base = FIRST_PAUSE.multipliedBy(1L << Math.min(tries - 1, 6)).toMillis();
            wanted = Duration.ofMillis(base / 2 + ThreadLocalRandom.current().nextLong(base / 2 + 1));
        }
        Duration longest = left.compareTo(LONGEST_PAUSE) < 0 ? left : LONGEST_PAUSE;
        return wanted.compareTo(longest) < 0 ? wanted : longest;
    }

    /** Keeps the received text, to compute the cost of an interrupted call. */
    private static final class Metered<A extends Attempt> {

        private final A attempt;
        private final StringBuilder text = new StringBuilder();

        Metered(A attempt) {
            this.attempt = attempt;
        }

        void accept(String piece) {
            text.append(piece);
            attempt.accept(piece);
        }
    }

    /** Reports that no route led to an answer. */
    public static final class Failed extends Exception {

        private static final long serialVersionUID = 1L;

        private final UpstreamFailure last;
        private final String model;
        private final transient Usage usage;

        Failed(UpstreamFailure last, String model, Usage usage) {
            super(last);
            this.last = last;
            this.model = model;
            this.usage = usage;
        }

        UpstreamFailure last() {
            return last;
        }

        public AnswerBroken broken() {
            return new AnswerBroken(last.problem(), model, usage);
        }

        public Usage usage() {
            return usage;
        }
    }
}
