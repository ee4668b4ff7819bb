package io.arketic.ingest.flow;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.schema.ledger.OvertakenException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a service again when it did not answer. Gives up after about half a minute; then the job restarts from its last
 * checkpoint and asks again, for as long as it takes. A document never dies of a service's outage.
 */
public final class Retry {

    private static final Logger LOG = LoggerFactory.getLogger(Retry.class);

    private final int attempts;
    private final Duration firstPause;

    public Retry(int attempts, Duration firstPause) {
        this.attempts = attempts;
        this.firstPause = firstPause;
    }

    public static Retry standard() {
        return new Retry(7, Duration.ofMillis(250));
    }

    /** For a service whose failure makes only some objects wait: over within two seconds. */
    public static Retry brief() {
        return new Retry(3, Duration.ofMillis(250));
    }

    /**
     * Runs {@code work} until it succeeds, fails for a reason that lies in itself, or has failed too often.
     *
     * @throws Exception the last failure
     */
    public <T> T call(String what, Callable<T> work) throws Exception {
        Duration pause = firstPause;
        for (int attempt = 1; ; attempt++) {
            try {
                return work.call();
            } catch (Exception e) {
                if (attempt == attempts || !transientFailure(e)) {
                    throw e;
                }
                LOG.warn("{} failed ({} of {}), again in {} ms: {}", what, attempt, attempts, pause.toMillis(), e);
            }
            Thread.sleep(pause.toMillis() + ThreadLocalRandom.current().nextLong(1 + pause.toMillis() / 4));
            pause = pause.multipliedBy(2);
        }
    }

    /** What has no result. */
    public interface Action {
        void run() throws Exception;
    }

    /** As {@link #call}. */
    public void run(String what, Action work) throws Exception {
        call(what, () -> {
            work.run();
            return true;
        });
    }

    /** Whether a failure is the service's rather than the document's. */
    static boolean transientFailure(Throwable failure) {
        if (failure instanceof OvertakenException) {
            return false;
        }
        if (failure instanceof SQLException sql) {
            return !contentRefused(sql);
        }
        if (failure instanceof EmbeddingException embedding) {
            return embedding.reason() == EmbeddingException.Reason.UNAVAILABLE;
        }
        // Unchecked: no parser process could be started, or a file of our own could not be read.
        return failure instanceof IOException || failure instanceof UncheckedIOException;
    }

    /** SQLSTATE classes that speak of the data: exception in it, constraint, program limit. */
    public static boolean contentRefused(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23") || state.startsWith("54"));
    }
}
