package io.arketic.ingest.listing;

import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.event.ObjectEvent.Kind;
import io.arketic.schema.knowledge.ParkedVersions;
import io.arketic.schema.knowledge.ParkedVersions.Due;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reports objects again that no other source would report: parked ones whose time has come, and those whose executor
 * did not finish. Used by one thread.
 */
public final class OverdueObjects {

    /** Limits the objects of one knowledge base at once: more would only be parked again while their model is down. */
    private static final int AT_ONCE = 50;

    /** Sets the time between two checks. */
    static final Duration EACH = Duration.ofSeconds(2);

    /** Sets the time after which an executor counts as lost; reading and embedding the largest documents takes less. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

    private static final Duration FORGOTTEN_EACH = Duration.ofMinutes(5);

    /** Sets the time in which a reported object is not reported again, because it may still wait for its turn. */
    private static final Duration TOLD_FOR = Duration.ofMinutes(2);

    private record Told(int attempts, long until) {}

    private final String bucket;
    private final ParkedVersions versions;
    private final BucketWatch.Listener listener;
    private final Map<String, Told> told = new HashMap<>();
    private long next = System.nanoTime();
    private long nextForgotten = System.nanoTime() + FORGOTTEN_EACH.toNanos();

    public OverdueObjects(String bucket, ParkedVersions versions, BucketWatch.Listener listener) {
        this.bucket = bucket;
        this.versions = versions;
        this.listener = listener;
    }

    /** Reports overdue objects, unless it did so a moment ago. */
    public void tell() throws SQLException, InterruptedException {
        long now = System.nanoTime();
        if (now - next < 0) {
            return;
        }
        told.values().removeIf(one -> one.until() - now <= 0);
        next = now + EACH.toNanos();
        tell(versions.due(bucket, AT_ONCE), now + TOLD_FOR.toNanos());
        if (now - nextForgotten >= 0) {
            tell(versions.forgotten(bucket, FORGOTTEN_AFTER), now + FORGOTTEN_AFTER.toNanos());
            nextForgotten = now + FORGOTTEN_EACH.toNanos();
        }
    }

    private void tell(List<Due> overdue, long until) throws InterruptedException {
        for (Due object : overdue) {
            Told before = told.get(object.key());
            if (before == null || before.attempts() != object.attempts()) {
                told.put(object.key(), new Told(object.attempts(), until));
                listener.changed(new ObjectEvent(
                        bucket,
                        object.key(),
                        Kind.CREATED,
                        null,
                        object.size(),
                        Clock.systemUTC().instant()));
            }
        }
    }
}
