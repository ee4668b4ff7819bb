package io.arketic.ingest.listing;

import java.time.Duration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/** Counts listings in Flink's metrics. Safe for use by several threads. */
public final class ListingMetrics {

    private final Counter listings;
    private final Counter failedListings;
    private volatile Duration lastListing = Duration.ZERO;
    private volatile long listedAt;
    private volatile boolean active;

    public ListingMetrics(MetricGroup metrics) {
        listings = metrics.counter("listings", new ThreadSafeSimpleCounter());
        failedListings = metrics.counter("failedListings", new ThreadSafeSimpleCounter());
        metrics.gauge("lastListingMilliseconds", () -> lastListing.toMillis());
        metrics.gauge("listing", () -> active ? 1 : 0);
        metrics.gauge(
                "listingAgeMilliseconds",
                () -> active ? Duration.ofNanos(System.nanoTime() - listedAt).toMillis() : 0);
    }

    /** Says whether this reader lists. */
    void active(boolean now) {
        listedAt = System.nanoTime();
        active = now;
    }

    void listed(Duration took, boolean completely) {
        lastListing = took;
        (completely ? listings : failedListings).inc();
        if (completely) {
            listedAt = System.nanoTime();
        }
    }
}
