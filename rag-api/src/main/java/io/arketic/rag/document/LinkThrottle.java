package io.arketic.rag.document;

import io.arketic.rag.account.AttemptLimiter;
import io.arketic.rag.account.AttemptLimiter.Bucket;
import io.arketic.rag.account.AttemptLimiter.Level;
import io.arketic.rag.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Slows down guessing of public links and of their passwords, by network. Beyond that, one link has so many wrong passwords in a
 * window, whatever networks they come from. First tries of networks have half of them for themselves, so that networks that go
 * on failing do not keep a new one out; a network that has opened the link before needs none of them.
 */
@Component
class LinkThrottle {

    /** Limits the wrong secrets and wrong passwords of one network, over all links. Each password costs a hash. */
    private static final int GUESSES = 30;

    /** Wrong passwords of one network for one link. */
    private static final int FAILURES = 10;

    /** Wrong passwords of all networks for one link: first tries, and as many further ones. No dictionary is tried by a botnet. */
    private static final int FAILURES_OF_A_LINK = 50;

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
        Bucket own = new Bucket("public link's password by address", link + " " + network, FAILURES, WINDOW);
        Bucket known = new Bucket("public link opened", link + " " + network, 1, KNOWN);
        Bucket guesses = guesses(network);
        boolean first = take(own).remaining() == FAILURES - 1;
        take(guesses);
        if (!attempts.isFull(known)) {
            return new Try(known, List.of(own, guesses));
        }
        String kind = first ? "public link's password, first tries" : "public link's password, further tries";
        Bucket all = new Bucket(kind, link.toString(), FAILURES_OF_A_LINK, WINDOW);
        Level level = attempts.take(all);
        if (!level.admitted()) {
            attempts.giveBack(own);
            attempts.giveBack(guesses);
            throw refusal(level);
        }
        return new Try(known, List.of(own, guesses, all));
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
