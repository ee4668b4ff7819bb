package io.arketic.ingest.listing;

import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.flow.Retry;
import io.arketic.ingest.object.IngestServices;
import io.arketic.ingest.object.StoreUnavailableException;
import io.arketic.schema.knowledge.ObjectLedger.Known;
import io.arketic.schema.ledger.ObjectVersion;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists a bucket repeatedly and reports what differs from the ledger. So it misses no change or removal that happened
 * while no process watched, and reports no object again that was handled. Used by one thread.
 */
final class BucketWatch {

    private static final Logger LOG = LoggerFactory.getLogger(BucketWatch.class);

    /** Receives events; may wait. */
    public interface Listener {
        void changed(ObjectEvent event) throws InterruptedException;
    }

    private final String bucket;
    private final IngestServices services;
    private final OverdueObjects overdue;
    private final Listener listener;
    private final ReportedObjects reported = new ReportedObjects();
    private boolean listed;
    /** Compares with what it has seen, in memory, where the store or the database has another order; else null. */
    private @Nullable SeenObjects seen;

    BucketWatch(IngestServices services, String bucket, Listener listener) {
        this.services = services;
        this.bucket = bucket;
        this.overdue = new OverdueObjects(bucket, services.parked(), listener);
        this.listener = listener;
    }

    /**
     * Lists the bucket once. It believes a removal only where the listing has passed the object's place.
     *
     * @throws StoreUnavailableException when the listing broke off; what was told until then is true
     * @throws Exception when the ledger cannot be read
     */
    void list() throws Exception {
        if (seen == null && !listed && !Retry.standard().call("order", services.objects()::isInKeyOrder)) {
            remember("the database orders keys otherwise than the store; it wants the locale C.UTF-8");
        }
        if (seen == null) {
            try {
                compare();
                listed = true;
                return;
            } catch (UnorderedKeysException e) {
                remember(e.getMessage());
            }
        }
        listSeen();
    }

    private void remember(@Nullable String reason) throws Exception {
        LOG.warn("all objects are compared in memory, 280 bytes each: {}", reason);
        SeenObjects objects = new SeenObjects(bucket);
        Retry.standard().run("known objects", () -> services.objects().knownObjects(bucket, objects::know));
        seen = objects;
    }

    private void compare() throws Exception {
        // Another process may have left versions in flight.
        MergedListing listing = new MergedListing(bucket, this::known, reported, !listed, listener);
        each(version -> {
            tellOverdue();
            listing.see(version, Clock.systemUTC().instant());
        });
        listing.complete(Clock.systemUTC().instant());
    }

    private List<Known> known(String key, int atMost) throws Exception {
        return Retry.standard().call("known keys", () -> services.objects().knownAfter(bucket, key, atMost));
    }

    private void listSeen() throws Exception {
        SeenObjects objects = seen;
        if (objects == null) {
            throw new IllegalStateException("nothing is remembered");
        }
        objects.beginListing();
        each(version -> {
            tellOverdue();
            ObjectEvent event = objects.see(version).orElse(null);
            if (event != null) {
                listener.changed(event);
            }
        });
        for (ObjectEvent removal : objects.completeListing(Clock.systemUTC().instant())) {
            listener.changed(removal);
        }
    }

    private interface Each {
        void see(ObjectVersion version) throws Exception;
    }

    /** Shows every listed object; a listing of many takes long, so parked ones are reported meanwhile. */
    private void each(Each each) throws Exception {
        services.store().list(bucket, each::see);
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
}
