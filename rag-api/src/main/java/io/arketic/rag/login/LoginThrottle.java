package io.arketic.rag.login;

import io.arketic.rag.account.AttemptLimiter;
import io.arketic.rag.account.AttemptLimiter.Bucket;
import io.arketic.rag.account.AttemptLimiter.Level;
import io.arketic.rag.caller.SecurityProperties;
import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Slows down guessing, by account and source together: a stranger that fails makes itself wait, and not the account's
 * owner. Beyond that, all sources that nothing vouches for share what an account may fail. An address counts whether or
 * not it has an account, and all processes of the API count together.
 */
@Component
class LoginThrottle {

    /**
     * Where a login comes from.
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

    /** What becomes of an attempt. */
    sealed interface Admission {

        /** It is counted as failed until {@link #undo} or {@link #succeeded}. */
        record Admitted() implements Admission {}

        /** This source has failed too often. */
        record SourceWaits(Duration retryAfter) implements Admission {}

        /** All sources together that nothing vouches for have failed too often. */
        record AccountWaits(Duration retryAfter) implements Admission {}
    }

    /** So many sources may use up their attempts at once. */
    private static final int SOURCES = 10;
    /** So many sources may go on for ever: one alone never keeps others out. */
    private static final int LASTING_SOURCES = 2;

    private final AttemptLimiter attempts;
    private final int capacity;
    private final Duration window;

    LoginThrottle(AttemptLimiter attempts, SecurityProperties security) {
        this.attempts = attempts;
        this.capacity = security.lockoutAfter();
        this.window = security.lockoutDuration();
    }

    /** Counts before the password is looked at, so that attempts side by side are not more than those in turn. */
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

    /** The attempt was neither right nor wrong. */
    void undo(String email, Source source) {
        attempts.giveBack(of(email, source));
        if (!source.vouched()) {
            attempts.giveBack(of(email));
        }
    }

    /** What others have failed still counts. */
    void succeeded(String email, Source source) {
        attempts.forget(of(email, source));
        if (!source.vouched()) {
            attempts.giveBack(of(email));
        }
    }

    /** The account's owner has shown that it reads the mail: all sources may try again. */
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
