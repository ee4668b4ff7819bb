package io.arketic.ingest.reindex;

import io.arketic.ingest.flow.Retry;
import io.arketic.ingest.reindex.ReindexOutcome.End;
import io.arketic.schema.generation.FillPosition;
import io.arketic.schema.generation.GenerationFill;
import io.arketic.schema.generation.MissingDocument;
import io.arketic.schema.ledger.KnowledgeTarget;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queries the documents that generations lack, adds several at once, and queries again. It remembers only active work:
 * a restart continues at the last commit.
 */
final class ReindexLoop implements AutoCloseable {

    /** Receives outcomes; may wait. */
    interface Listener {
        void done(ReindexOutcome outcome) throws InterruptedException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(ReindexLoop.class);

    /** Limits the documents of one query; a new knowledge base waits for at most so many. */
    private static final int BATCH = 16;

    private static final Duration SHORTEST_REST = Duration.ofMillis(250);
    private static final Duration LONGEST_REST = Duration.ofSeconds(2);
    private static final long CLOSE_SECONDS = 120;

    private final GenerationFill fill;
    private final ReindexDocument documents;
    private final Retry retry;
    private final Listener listener;
    private final int atOnce;
    private final Semaphore free;
    private final FillPosition position = new FillPosition();
    private final ExecutorService workers;
    private final Set<MissingDocument.Key> underWay = ConcurrentHashMap.newKeySet();
    private final Set<KnowledgeTarget> paused = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    ReindexLoop(GenerationFill fill, ReindexDocument documents, Retry retry, int atOnce, Listener listener) {
        this.fill = fill;
        this.documents = documents;
        this.retry = retry;
        this.listener = listener;
        this.atOnce = atOnce;
        this.free = new Semaphore(atOnce);
        this.workers = Executors.newFixedThreadPool(atOnce, work -> {
            Thread thread = new Thread(work, "arketic-reindex");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Runs until it is interrupted.
     *
     * @throws Exception for a fault of its own; while the database does not answer, it waits
     */
    void run() throws Exception {
        Duration rest = SHORTEST_REST;
        while (true) {
            if (turn()) {
                rest = SHORTEST_REST;
            } else {
                Thread.sleep(rest.toMillis());
                rest = rest.multipliedBy(2).compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest.multipliedBy(2);
            }
        }
    }

    /** Returns whether there was work; there is none while the database does not answer. */
    private boolean turn() throws Exception {
        try {
            boolean busy = retry.call("tidy", fill::tidy);
            return round() || busy;
        } catch (SQLException e) {
            if (Retry.contentRefused(e)) {
                throw e;
            }
            LOG.warn("waits for the database: {}", e.toString());
            return false;
        }
    }

    /** Starts a batch and returns when the last document has been started; returns whether there was any. */
    private boolean round() throws Exception {
        paused.clear();
        List<MissingDocument> missing =
                retry.call("ask what is missing", () -> fill.missing(BATCH + underWay.size(), position)).stream()
                        .filter(document -> !underWay.contains(document.key()))
                        .toList();
        for (MissingDocument document : missing) {
            free.acquire();
            rethrow();
            if (paused.contains(document.target())) {
                free.release();
                continue;
            }
            underWay.add(document.key());
            workers.execute(() -> bring(document));
        }
        if (missing.isEmpty()) {
            rethrow();
        }
        return !missing.isEmpty();
    }

    private void bring(MissingDocument document) {
        try {
            ReindexOutcome outcome = documents.bring(document);
            if (outcome.end() == End.PAUSED || outcome.end() == End.FAILED) {
                paused.add(document.target());
            }
            listener.done(outcome);
        } catch (SQLException e) {
            if (Retry.contentRefused(e)) {
                failure.compareAndSet(null, e);
            } else {
                LOG.warn("{} waits for the database: {}", document.target(), e.toString());
                paused.add(document.target());
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        } finally {
            underWay.remove(document.key());
            free.release();
        }
    }

    private void rethrow() throws Exception {
        Throwable first = failure.get();
        if (first instanceof Exception exception) {
            throw exception;
        }
        if (first instanceof Error error) {
            throw error;
        }
    }

    /** @throws IllegalStateException when work does not end; what it uses must then stay open */
    @Override
    public void close() {
        workers.shutdownNow();
        boolean interrupted = Thread.interrupted(); // that is why it closes
        try {
            if (!workers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                // Closing a model under a running computation would crash the process; better to leak it.
                LOG.error("documents are still being worked on after {} s", CLOSE_SECONDS);
                throw new IllegalStateException(
                        "still working on " + (atOnce - free.availablePermits()) + " documents");
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
