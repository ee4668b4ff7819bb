package io.arketic.ingest.queue;

import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.flow.DatabaseFailure;
import io.arketic.schema.ledger.ObjectQueue;
import io.arketic.schema.ledger.ObjectQueue.Mark;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects events and marks their objects together. Used by one thread. */
public final class Marks {

    private static final Logger LOG = LoggerFactory.getLogger(Marks.class);
    private static final int AT_ONCE = 500;
    private static final Duration MOMENT = Duration.ofMillis(20);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    /** Adds time for each byte: a file of a megabyte yields to files that come within the next five seconds. */
    private static final double NANOS_PER_BYTE = 5_000;

    /** Limits how long an object's size, and its age, let later ones go before it: none waits for ever. */
    private static final Duration LONGEST_HEAD_START = Duration.ofMinutes(10);

    /** Marks objects in the database. */
    interface Target {
        void mark(Collection<Mark> marks) throws SQLException;
    }

    private final Target queue;
    private final boolean told;
    private final Clock clock;
    private final List<Mark> collected = new ArrayList<>();
    private long first;

    /** @param told whether the store tells of the events, or else a listing or the ledger does */
    public Marks(ObjectQueue queue, boolean told, Clock clock) {
        this(queue::mark, told, clock);
    }

    Marks(Target queue, boolean told, Clock clock) {
        this.told = told;
        this.queue = queue;
        this.clock = clock;
    }

    /** Collects an event. It marks when many have been collected, or when the first one has waited for a moment. */
    public void add(ObjectEvent event) throws InterruptedException {
        if (collected.isEmpty()) {
            first = System.nanoTime();
        }
        collected.add(new Mark(
                event.key(),
                EventText.format(event),
                event.etag() != null,
                told,
                event.size(),
                delay(event, clock.instant())));
        if (collected.size() >= AT_ONCE || System.nanoTime() - first > MOMENT.toNanos()) {
            flush();
        }
    }

    public boolean isEmpty() {
        return collected.isEmpty();
    }

    /** Returns when all objects are marked. It waits while the database does not answer, or refuses to mark. */
    public void flush() throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (!collected.isEmpty()) {
            try {
                queue.mark(collected);
                collected.clear();
            } catch (SQLException e) {
                if (DatabaseFailure.of(e) == DatabaseFailure.CONTENT) {
                    throw new IllegalStateException(e);
                }
                LOG.warn("{} objects are marked later: {}", collected.size(), e.getMessage());
                Thread.sleep(pause.toMillis());
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
        }
    }

    /** Lets small and new files of a tenant go before large and old ones. */
    static Duration delay(ObjectEvent event, Instant now) {
        Duration size = Duration.ofNanos(
                (long) Math.min(LONGEST_HEAD_START.toNanos(), Math.max(0, event.size()) * NANOS_PER_BYTE));
        Duration age = Duration.between(event.time(), now);
        Duration counted = age.isNegative() ? Duration.ZERO : age;
        return size.plus(counted.compareTo(LONGEST_HEAD_START) > 0 ? LONGEST_HEAD_START : counted);
    }
}
