package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions that the API reaches by itself. */
final class Awaiting {

    private static final Duration LONGEST = Duration.ofMinutes(2);

    private Awaiting() {}

    /** Fails with {@code what} if the condition does not hold within two minutes. */
    static void await(String what, BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(LONGEST);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as(what).isBefore(deadline);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }
}
