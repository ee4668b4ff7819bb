package io.arketic.rag.signin;

import io.arketic.rag.outbound.GuardedRequests;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.stereotype.Component;

/** Limits the time that all requests of one sign-in to its provider take together. One thread sends them all. */
@Component
class SignInDeadline {

    private static final Duration LONGEST = Duration.ofSeconds(15);

    private final ThreadLocal<@Nullable Long> ends = new ThreadLocal<>();

    /** Ends the time of the thread's sign-in. */
    final class Running implements AutoCloseable {

        private Running() {}

        @Override
        public void close() {
            ends.remove();
        }
    }

    /** Starts the time of this thread's sign-in. */
    Running start() {
        ends.set(System.nanoTime() + LONGEST.toNanos());
        return new Running();
    }

    /** Returns requests that end with the sign-in of the thread that sends them. */
    ClientHttpRequestFactory limiting(GuardedRequests requests) {
        return (uri, method) -> {
            Duration left = left();
            if (left.isNegative() || left.isZero()) {
                throw new IOException("The sign-in took longer than " + LONGEST.toSeconds() + " s");
            }
            return requests.createRequest(uri, method, left);
        };
    }

    private Duration left() {
        Long end = ends.get();
        return end == null ? LONGEST : Duration.ofNanos(end - System.nanoTime());
    }
}
