package io.arketic.ingest.listing;

import io.arketic.ingest.object.IngestServices;
import io.arketic.ingest.object.StoreUnavailableException;
import io.arketic.ingest.queue.Marks;
import io.arketic.ingest.settings.IngestSettings;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists the bucket, once or repeatedly, and marks what differs from the ledger, so it may begin anywhere at any
 * time. Used by one thread.
 */
public final class BucketListing {

    private static final Logger LOG = LoggerFactory.getLogger(BucketListing.class);

    /** Multiplies the time of the last listing, to get the pause before the next. */
    private static final int REST = 4;

    private final IngestServices services;
    private final IngestSettings settings;
    private final Marks marks;
    private final ListingMetrics metrics;
    private final boolean once;

    public BucketListing(
            IngestServices services, IngestSettings settings, Marks marks, ListingMetrics metrics, boolean once) {
        this.services = services;
        this.settings = settings;
        this.marks = marks;
        this.metrics = metrics;
        this.once = once;
    }

    /**
     * Returns after the first complete listing, or never.
     *
     * @throws Exception when the ledger cannot be read
     */
    public void run() throws Exception {
        metrics.active(true);
        try {
            listRepeatedly();
        } finally {
            metrics.active(false);
        }
    }

    private void listRepeatedly() throws Exception {
        BucketWatch watch = new BucketWatch(services, settings.store().bucket(), marks::add);
        while (true) {
            long start = System.nanoTime();
            boolean listed = listOnce(watch);
            marks.flush();
            Duration listing = Duration.ofNanos(System.nanoTime() - start);
            metrics.listed(listing, listed);
            if (once && listed) {
                return;
            }
            rest(watch, rest(listing, settings.listing().interval()));
        }
    }

    /** Waits for the next listing and meanwhile marks parked objects whose time comes. */
    private void rest(BucketWatch watch, Duration rest) throws Exception {
        long end = System.nanoTime() + rest.toNanos();
        for (long left = rest.toNanos(); left > 0; left = end - System.nanoTime()) {
            watch.tellOverdue();
            marks.flush();
            Thread.sleep(Math.min(Duration.ofNanos(left).toMillis() + 1, OverdueObjects.EACH.toMillis()));
        }
    }

    /** Returns the pause before the next listing. */
    static Duration rest(Duration listing, Duration interval) {
        Duration rest = listing.multipliedBy(REST);
        return rest.compareTo(interval) > 0 ? rest : interval;
    }

    private static boolean listOnce(BucketWatch watch) throws Exception {
        try {
            watch.list();
            return true;
        } catch (StoreUnavailableException e) {
            LOG.warn("listing broke off and is tried again: {}", e.getMessage());
            return false;
        }
    }
}
