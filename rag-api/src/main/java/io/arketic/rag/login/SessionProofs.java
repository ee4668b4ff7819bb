package io.arketic.rag.login;

import io.arketic.rag.account.AttemptLimiter;
import io.arketic.rag.account.AttemptLimiter.Bucket;
import io.arketic.rag.account.AttemptLimiter.Level;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.SecurityProperties;
import io.arketic.rag.problem.ProblemException;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Counts wrong passwords and codes of a session that authenticates its user again. A stolen access token alone must
 * neither allow trying them all, nor block the owner's other sessions and logins.
 */
@Component
class SessionProofs {

    private final AttemptLimiter attempts;
    private final SecurityProperties security;

    SessionProofs(AttemptLimiter attempts, SecurityProperties security) {
        this.attempts = attempts;
        this.security = security;
    }

    /** Returns the result of {@code proof}; empty is a failure, and an exception does not count as one. */
    <T> Optional<T> attempt(Caller caller, Supplier<Optional<T>> proof) {
        Bucket bucket = new Bucket(
                "failed proof",
                caller.userId() + " " + caller.session().id(),
                security.lockoutAfter(),
                security.lockoutDuration());
        Level level = attempts.take(bucket);
        if (!level.admitted()) {
            throw ProblemException.tooManyRequests(
                    "This session has shown too many wrong passwords or codes.", level.retryAfter());
        }
        boolean failed = false;
        try {
            Optional<T> proved = proof.get();
            failed = proved.isEmpty();
            return proved;
        } finally {
            if (!failed) {
                attempts.giveBack(bucket);
            }
        }
    }
}
