package io.arketic.rag.identity;

import io.arketic.rag.problem.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Slows down guessing: after ten failures in five minutes an address waits, whether or not it has an account. Kept in
 * this process, for the addresses that failed last.
 */
@Component
class LoginThrottle {

    private record Failures(int count, Instant since) {}

    private static final int FREE_FAILURES = 10;
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final int ADDRESSES = 10_000;

    private final Clock clock;
    private final Map<String, Failures> failures = new LinkedHashMap<>();

    LoginThrottle(Clock clock) {
        this.clock = clock;
    }

    synchronized void admit(String email) {
        Failures known = failures.get(email);
        if (known == null) {
            return;
        }
        Duration age = Duration.between(known.since(), clock.instant());
        if (age.compareTo(WINDOW) >= 0) {
            failures.remove(email);
        } else if (known.count() >= FREE_FAILURES) {
            throw ProblemException.tooManyRequests("Too many failed logins for this address.", WINDOW.minus(age));
        }
    }

    synchronized void failed(String email) {
        failures.merge(
                email, new Failures(1, clock.instant()), (old, one) -> new Failures(old.count() + 1, old.since()));
        if (failures.size() > ADDRESSES) {
            failures.remove(failures.keySet().iterator().next());
        }
    }

    synchronized void succeeded(String email) {
        failures.remove(email);
    }
}
