package io.arketic.rag.identity;

import io.arketic.rag.identity.Attempts.Bucket;
import io.arketic.rag.identity.Attempts.Level;
import io.arketic.rag.problem.ProblemException;
import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Slows down guessing: after ten failures an address waits, half a minute for each, whether or not it has an account.
 * What failed is counted by all processes of the API together.
 */
@Component
class LoginThrottle {

    private static final int FREE_FAILURES = 10;
    private static final Duration WINDOW = Duration.ofMinutes(5);

    private final Attempts attempts;

    LoginThrottle(Attempts attempts) {
        this.attempts = attempts;
    }

    void admit(String email) {
        Level level = attempts.look(failures(email));
        if (!level.admitted()) {
            throw ProblemException.tooManyRequests("Too many failed logins for this address.", level.retryAfter());
        }
    }

    void failed(String email) {
        attempts.take(failures(email));
    }

    void succeeded(String email) {
        attempts.forget(failures(email));
    }

    private static Bucket failures(String email) {
        return new Bucket("failed login", email, FREE_FAILURES, WINDOW);
    }
}
