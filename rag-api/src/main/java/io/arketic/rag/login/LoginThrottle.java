package io.arketic.rag.login;

import io.arketic.rag.account.AttemptLimiter;
import io.arketic.rag.account.AttemptLimiter.Bucket;
import io.arketic.rag.account.AttemptLimiter.Level;
import io.arketic.rag.caller.SecurityProperties;
import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Limits guessing by account and source together: a failing stranger delays itself, and not the account's owner. In
 * addition, all sources without a device token share a limit for the account. An address counts whether or not it has
 * an account, and all processes of the API count together.
 */
@Component
class LoginThrottle {

    /**
     * Names the origin of a login.
     *
     * @param vouched whether the account was opened from there before
     */
    record Source(String name, boolean vouched) {

        static Source device(String device) {
            return new Source("device:" + device, true);
        }

        static Source network(String network) {
            return new Source("network:" + network, false);
        }
    }

    /** Says whether an attempt may proceed. */
    sealed interface Admission {

        /** The attempt counts as failed until {@link #undo} or {@link #succeeded}. */
        record Admitted() implements Admission {}

        /** This source has failed too often. */
        record SourceWaits(Duration retryAfter) implements Admission {}

        /** All sources without a device token together have failed too often. */
        record AccountWaits(Duration retryAfter) implements Admission {}
    }

    /** Sets how many sources may use up their attempts at once. */
    private static final int SOURCES = 10;
    /** Sets how many sources may continue forever: one alone never blocks others. */
    private static final int LASTING_SOURCES = 2;

    private final AttemptLimiter attempts;
    private final int capacity;
    private final Duration window;

    LoginThrottle(AttemptLimiter attempts, SecurityProperties security) {
        this.attempts = attempts;
        this.capacity = security.lockoutAfter();
        this.window = security.lockoutDuration();
    }

    /** Counts an attempt before the password is checked, so that parallel attempts are no more than sequential ones. */
    Admission begin(String email, Source source) {
        Level own = attempts.take(of(email, source));
        if (!own.admitted()) {
            return new Admission.SourceWaits(own.retryAfter());
        }
        if (!source.vouched()) {
            Level all = attempts.take(of(email));
            if (!all.admitted()) {
                attempts.giveBack(of(email, source));
                return new Admission.AccountWaits(all.retryAfter());
            }
        }
        return new Admission.Admitted();
    }

    /** Returns an attempt that was neither right nor wrong. */
    void undo(String email, Source source) {
        attempts.giveBack(of(email, source));
        if (!source.vouched()) {
            attempts.giveBack(of(email));
        }
    }

    /** Returns a successful attempt; failures of others still count. */
    void succeeded(String email, Source source) {
        attempts.forget(of(email, source));
        if (!source.vouched()) {
            attempts.giveBack(of(email));
        }
    }

    /** Resets all sources, because the account's owner has proved to read its mail. */
    void confirmed(String email) {
        attempts.forget(of(email));
    }

    private Bucket of(String email, Source source) {
        return new Bucket("failed login", source.name() + " " + email, capacity, window);
    }

    private Bucket of(String email) {
        return new Bucket(
                "failed login of all", email, capacity * SOURCES, window.multipliedBy(SOURCES / LASTING_SOURCES));
    }
}
