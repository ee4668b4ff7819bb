package io.arketic.rag.document;

import io.arketic.rag.account.AttemptLimiter;
import io.arketic.rag.account.AttemptLimiter.Bucket;
import io.arketic.rag.account.AttemptLimiter.Level;
import io.arketic.rag.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Slows down guessing of public links and of their passwords, by network. Beyond that, one link lets so many new networks in
 * within a window, each with a few tries, and has so many further tries for all of them. So networks that go on failing keep no
 * new one out, nor one that types the password wrongly at first; a network that has opened the link before needs neither.
 */
@Component
class LinkThrottle {

    /** Limits the wrong secrets and wrong passwords of one network, over all links. Each password costs a hash. */
    private static final int GUESSES = 30;

    /** Wrong passwords of one network for one link. */
    private static final int FAILURES = 10;

    /** Networks that begin to try a link's password. No dictionary is tried by a botnet. */
    private static final int NEW_NETWORKS = 50;

    /** Tries of a network that has begun: its user may type the password wrongly twice. */
    private static final int TRIES_OF_A_NEW_NETWORK = 3;

    /** Further wrong passwords of all networks for one link. */
    private static final int FURTHER_FAILURES = 25;

    private static final Duration WINDOW = Duration.ofMinutes(10);

    /** Keeps for this time that a network has opened a link. */
    private static final Duration KNOWN = Duration.ofDays(30);

    /** A try of a password, which counts as failed until it has succeeded. */
    final class Try {

        private final Bucket known;
        private final List<Bucket> taken;

        private Try(Bucket known, List<Bucket> taken) {
            this.known = known;
            this.taken = taken;
        }

        void succeeded() {
            taken.forEach(attempts::giveBack);
            attempts.take(known);
        }
    }

    private final AttemptLimiter attempts;

    LinkThrottle(AttemptLimiter attempts) {
        this.attempts = attempts;
    }

    /** Counts a secret that opens nothing. */
    void guessed(String network) {
        take(guesses(network));
    }

    /** Counts before the password is looked at, so that tries side by side are not more than those in turn. */
    Try begin(UUID link, String network) {
        Bucket own = bucket("public link's password by address", link, network, FAILURES, WINDOW);
        Bucket known = bucket("public link opened", link, network, 1, KNOWN);
        Bucket begun = bucket("public link begun", link, network, 1, WINDOW);
        Bucket early = bucket("public link's early tries", link, network, TRIES_OF_A_NEW_NETWORK, WINDOW);
        Bucket guesses = guesses(network);
        List<Bucket> taken = new ArrayList<>(List.of(own, guesses));
        take(own);
        take(guesses);
        if (!attempts.isFull(known)) {
            return new Try(known, taken);
        }
        // One of several first tries at the same time is the first.
        boolean isNew = attempts.take(begun).admitted();
        if (attempts.take(early).admitted()) {
            taken.add(early);
            if (!isNew) {
                return new Try(known, taken);
            }
        }
        Bucket all = isNew
                ? new Bucket("public link's new networks", link.toString(), NEW_NETWORKS, WINDOW)
                : new Bucket("public link's password, further tries", link.toString(), FURTHER_FAILURES, WINDOW);
        Level level = attempts.take(all);
        if (!level.admitted()) {
            taken.forEach(attempts::giveBack);
            if (isNew) {
                attempts.giveBack(begun);
            }
            throw refusal(level);
        }
        taken.add(all);
        return new Try(known, taken);
    }

    private static Bucket bucket(String kind, UUID link, String network, int capacity, Duration window) {
        return new Bucket(kind, link + " " + network, capacity, window);
    }

    private static Bucket guesses(String network) {
        return new Bucket("public links by address", network, GUESSES, WINDOW);
    }

    private Level take(Bucket bucket) {
        Level level = attempts.take(bucket);
        if (!level.admitted()) {
            throw refusal(level);
        }
        return level;
    }

    private static ProblemException refusal(Level level) {
        return ProblemException.tooManyRequests("Too many tries of public links.", level.retryAfter());
    }
}
