package io.arketic.ingest.listing;

import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.flow.SourceThread;
import io.arketic.ingest.object.StoreUnavailableException;
import io.arketic.ingest.settings.IngestSettings;
import java.time.Duration;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists the bucket repeatedly and emits the differences. */
final class ListingReader extends SourceThread<ObjectEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(ListingReader.class);

    /** Multiplies the time that the last listing took of the store, to get the pause before the next. */
    private static final int REST = 4;

    private final IngestSettings settings;
    private final boolean once;
    private final Counter listings;
    private final Counter failedListings;
    private volatile Duration lastListing = Duration.ZERO;
    private volatile long listedAt = System.nanoTime();

    ListingReader(IngestSettings settings, Boundedness boundedness, MetricGroup metrics) {
        super("arketic-listing");
        this.settings = settings;
        this.once = boundedness == Boundedness.BOUNDED;
        this.listings = metrics.counter("listings");
        this.failedListings = metrics.counter("failedListings");
        metrics.gauge("lastListingMilliseconds", () -> lastListing.toMillis());
        metrics.gauge(
                "listingAgeMilliseconds",
                () -> Duration.ofNanos(System.nanoTime() - listedAt).toMillis());
        metrics.gauge("threadAlive", this::alive);
    }

    @Override
    public void read() throws Exception {
        try (BucketWatch watch = BucketWatch.open(settings, this::emit)) {
            boolean again = true;
            while (again) {
                Duration waitedBefore = waited();
                long start = System.nanoTime();
                boolean listed = listOnce(watch);
                lastListing = Duration.ofNanos(System.nanoTime() - start);
                again = !(once && listed);
                if (again) {
                    Duration waited = waited().minus(waitedBefore);
                    rest(watch, rest(lastListing, waited, settings.listing().interval()));
                }
            }
        }
    }

    /** Waits for the next listing and meanwhile reports parked objects whose time comes. */
    private static void rest(BucketWatch watch, Duration rest) throws InterruptedException {
        long end = System.nanoTime() + rest.toNanos();
        for (long left = rest.toNanos(); left > 0; left = end - System.nanoTime()) {
            watch.tellOverdue();
            Thread.sleep(Math.min(Duration.ofNanos(left).toMillis() + 1, OverdueObjects.EACH.toMillis()));
        }
    }

    /**
     * Returns the pause before the next listing. A listing also lasts while the ingest is busy with its objects. The
     * store rests meanwhile, so this time does not lengthen the pause for files that come after a large drop.
     *
     * @param waited the part of {@code listing} in which it waited for the ingest
     */
    static Duration rest(Duration listing, Duration waited, Duration interval) {
        Duration rest = listing.minus(waited).multipliedBy(REST);
        return rest.compareTo(interval) > 0 ? rest : interval;
    }

    private boolean listOnce(BucketWatch watch) throws InterruptedException {
        try {
            watch.list();
            listings.inc();
            listedAt = System.nanoTime();
            return true;
        } catch (StoreUnavailableException e) {
            failedListings.inc();
            LOG.warn("listing broke off and is tried again: {}", e.getMessage());
            return false;
        }
    }
}
