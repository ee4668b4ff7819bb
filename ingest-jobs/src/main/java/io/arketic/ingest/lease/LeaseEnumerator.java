package io.arketic.ingest.lease;

import java.io.Serializable;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases work to readers that ask. Its own thread, that of the JobManager, never waits: rounds run in the worker thread,
 * one after the other. A round that the database fails is repeated, so that its outage does not fail the job; every other
 * failure does.
 */
final class LeaseEnumerator<W extends Serializable> implements SplitEnumerator<Lease<W>, Void> {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseEnumerator.class);

    private static final Duration LOGGED_EACH = Duration.ofMinutes(1);

    private final SplitEnumeratorContext<Lease<W>> context;
    private final Dispatcher<W> dispatcher;
    private final Duration pause;
    private boolean inRound;
    private boolean called;
    private boolean exhausted;
    private long loggedAt;
    /** Holds when the first round began that has not succeeded; 0 while none is under way. */
    private volatile long failingSince;

    private volatile boolean closed;

    /** @param pause after which the queue is asked again for readers that wait, if it has not called */
    LeaseEnumerator(SplitEnumeratorContext<Lease<W>> context, WorkQueue.Factory<W> queues, Duration pause) {
        this.context = context;
        this.pause = pause;
        this.dispatcher = new Dispatcher<>(queues, () -> context.runInCoordinatorThread(this::call));
    }

    /** Returns how long every round has failed. */
    long failingSeconds() {
        long since = failingSince;
        return since == 0 ? 0 : TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
    }

    /** Returns how long the oldest work has waited. */
    long oldestWorkSeconds() {
        return dispatcher.oldest().toSeconds();
    }

    @Override
    public void start() {
        context.callAsync(() -> true, (now, never) -> call(), 0, pause.toMillis());
    }

    @Override
    public void addReader(int reader) {
        dispatcher.came(reader);
        if (exhausted) {
            context.signalNoMoreSplits(reader);
        }
        call();
    }

    /** Takes back everything that a lost reader had, also what it got before the last checkpoint. */
    @Override
    public void addSplitsBack(List<Lease<W>> leases, int reader) {
        dispatcher.lost(reader);
        call();
    }

    /** Serves one place; this source's readers ask with {@link LeasesAsked} instead. */
    @Override
    public void handleSplitRequest(int reader, @Nullable String host) {
        dispatcher.asked(reader, 1);
        call();
    }

    @Override
    public void handleSourceEvent(int reader, SourceEvent event) {
        if (event instanceof LeasesAsked asked) {
            dispatcher.asked(reader, asked.places());
        } else if (event instanceof LeaseEnded ended) {
            dispatcher.ended(reader, ended.number(), ended.tookNanos());
        }
        call();
    }

    private void call() {
        called = true;
        if (!inRound) {
            inRound = true;
            reportLost();
            called = false;
            if (failingSince == 0) {
                failingSince = Math.max(1, System.nanoTime());
            }
            context.callAsync(dispatcher::round, this::assign);
        }
    }

    /** Reports readers that Flink has lost: it tells of a loss only when it gives leases back. */
    private void reportLost() {
        for (int reader : dispatcher.present()) {
            if (!context.registeredReaders().containsKey(reader)) {
                dispatcher.lost(reader);
                called = true;
            }
        }
    }

    private void assign(Dispatcher.@Nullable Round<W> round, @Nullable Throwable failure) {
        inRound = false;
        if (round == null) {
            fail(failure);
            return; // until the next call
        }
        failingSince = 0;
        reportLost();
        for (Dispatcher.Assignment<W> assignment : round.assignments()) {
            // What came or was lost during the round is reported to the next one, which takes the lease back.
            if (dispatcher.lives(assignment)) {
                context.assignSplit(assignment.lease(), assignment.reader());
            }
        }
        if (round.exhausted() && !exhausted) {
            exhausted = true;
            context.registeredReaders().keySet().forEach(context::signalNoMoreSplits);
        }
        if (called) {
            call();
        }
    }

    private void fail(@Nullable Throwable failure) {
        if (closed) {
            return; // the round met a closed queue
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (!(failure instanceof SQLException outage)) {
            throw new IllegalStateException(failure);
        }
        long now = System.nanoTime();
        if (loggedAt == 0 || now - loggedAt >= LOGGED_EACH.toNanos()) {
            LOG.warn("no work has been leased for {} s: {}", failingSeconds(), outage.toString());
            loggedAt = now;
        }
    }

    /** Keeps nothing: the store of the work knows what is not done. */
    @Override
    @SuppressWarnings("NullAway") // there is no state, and Void has no value
    public Void snapshotState(long checkpoint) {
        return null;
    }

    @Override
    public void close() {
        closed = true;
        dispatcher.close();
    }
}
