package io.arketic.ingest.listing;

import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.flow.Retry;
import io.arketic.ingest.object.IngestServices;
import io.arketic.ingest.object.StoreUnavailableException;
import io.arketic.schema.ledger.ObjectVersion;
import java.sql.SQLException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists a bucket repeatedly and reports the differences. Used by one thread. */
final class BucketWatch {

    private static final Logger LOG = LoggerFactory.getLogger(BucketWatch.class);

    /** Receives events; may wait. */
    public interface Listener {
        void changed(ObjectEvent event) throws InterruptedException;
    }

    private final String bucket;
    private final IngestServices services;
    private final SeenObjects seen;
    private final OverdueObjects overdue;
    private final Listener listener;

    private BucketWatch(IngestServices services, String bucket, Listener listener) {
        this.services = services;
        this.bucket = bucket;
        this.seen = new SeenObjects(bucket);
        this.overdue = new OverdueObjects(bucket, services.parked(), listener);
        this.listener = listener;
    }

    /**
     * Starts from the ledger. So it misses no change or removal that happened while no process watched, and reports no
     * object again that was handled.
     */
    static BucketWatch open(IngestServices services, String bucket, Listener listener) throws Exception {
        BucketWatch watch = new BucketWatch(services, bucket, listener);
        Retry.standard().run("known objects", () -> services.objects().knownObjects(bucket, watch.seen::know));
        return watch;
    }

    /**
     * Lists the bucket once. It reports removals at the end, and only after a complete listing.
     *
     * @throws StoreUnavailableException when it was not; what was told until then is true
     */
    void list() throws StoreUnavailableException, InterruptedException {
        seen.beginListing();
        services.store().list(bucket, this::look);
        for (ObjectEvent removal : seen.completeListing(Clock.systemUTC().instant())) {
            listener.changed(removal);
        }
    }

    /**
     * Reports versions in flight that no other source reports: see {@link OverdueObjects}. While the database does not
     * answer, they are reported later.
     */
    void tellOverdue() throws InterruptedException {
        try {
            overdue.tell();
        } catch (SQLException e) {
            LOG.warn("overdue objects are reported later: {}", e.getMessage());
        }
    }

    /**
     * Reports one listed object. A listing of many objects takes long, so parked ones are reported meanwhile.
     */
    private void look(ObjectVersion version) throws InterruptedException {
        tellOverdue();
        ObjectEvent event = seen.see(version).orElse(null);
        if (event != null) {
            listener.changed(event);
        }
    }
}
