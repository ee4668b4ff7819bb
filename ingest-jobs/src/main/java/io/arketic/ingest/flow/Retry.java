package io.arketic.ingest.flow;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.extractors.NoParserException;
import io.arketic.schema.ledger.OvertakenException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a service again that did not answer. It gives up after about half a minute; then the work waits without a
 * thread until the service answers. The outage of a service makes no document dead; a refusal may, after several tries.
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

    /** Returns a retry of two seconds, for a service whose failure delays only some objects. */
    public static Retry brief() {
        return new Retry(3, Duration.ofMillis(250));
    }

    /**
     * Runs {@code work} until it succeeds, fails for a permanent reason, or has failed too often.
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

    /** Runs without a result. */
    public interface Action {
        void run() throws Exception;
    }

    /** Runs an action like {@link #call}. */
    public void run(String what, Action work) throws Exception {
        call(what, () -> {
            work.run();
            return true;
        });
    }

    /** Returns whether a failure is an outage of a service, so that the same call may succeed soon. */
    static boolean transientFailure(Throwable failure) {
        if (failure instanceof OvertakenException) {
            return false;
        }
        if (failure instanceof SQLException sql) {
            return DatabaseFailure.of(sql) == DatabaseFailure.OUTAGE;
        }
        if (failure instanceof EmbeddingException embedding) {
            return embedding.mayPass();
        }
        return failure instanceof IOException || failure instanceof NoParserException;
    }

    /** Returns whether the database cannot hold the content. */
    public static boolean contentRefused(SQLException e) {
        return DatabaseFailure.of(e) == DatabaseFailure.CONTENT;
    }
}
