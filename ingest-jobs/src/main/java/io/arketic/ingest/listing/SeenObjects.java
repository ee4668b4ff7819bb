package io.arketic.ingest.listing;

import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.event.ObjectEvent.Kind;
import io.arketic.schema.ledger.KnownObject;
import io.arketic.schema.ledger.ObjectVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares a new listing of a bucket with earlier ones. Used by one thread. */
final class SeenObjects {

    /** Holds a version's fingerprint; the key is the map's. */
    private static final class Seen {

        private String etag;
        private long second;
        private long listing;

        Seen(String etag, long second, long listing) {
            this.etag = etag;
            this.second = second;
            this.listing = listing;
        }
    }

    /** Differs from every store's ETag. */
    private static final String UNSETTLED = "";

    private final String bucket;
    private final Map<String, Seen> objects = new HashMap<>();
    private long listing;

    SeenObjects(String bucket) {
        this.bucket = bucket;
    }

    /** Adds an object of the ledger before the first listing. Unsettled ones are reported again. */
    void know(KnownObject object) {
        String etag = object.settled() ? object.etag() : UNSETTLED;
        objects.put(object.key(), new Seen(etag, object.lastModified().getEpochSecond(), listing));
    }

    void beginListing() {
        listing++;
    }

    /** Takes the next object of the listing; returns an event if it is new or changed. */
    Optional<ObjectEvent> see(ObjectVersion version) {
        long second = version.lastModified().getEpochSecond();
        Seen seen = objects.get(version.key());
        if (seen == null) {
            objects.put(version.key(), new Seen(version.etag(), second, listing));
        } else {
            seen.listing = listing;
            if (seen.second == second && seen.etag.equals(version.etag())) {
                return Optional.empty();
            }
            seen.etag = version.etag();
            seen.second = second;
        }
        // The store is asked for the version when the event's turn comes; the one listed is old by then.
        return Optional.of(
                new ObjectEvent(bucket, version.key(), Kind.CREATED, null, version.size(), version.lastModified()));
    }

    /** Ends a complete listing; returns an event for each missing object. */
    List<ObjectEvent> completeListing(Instant now) {
        List<ObjectEvent> removed = new ArrayList<>();
        for (Iterator<Map.Entry<String, Seen>> all = objects.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Seen> object = all.next();
            if (object.getValue().listing != listing) {
                removed.add(new ObjectEvent(bucket, object.getKey(), Kind.REMOVED, null, 0, now));
                all.remove();
            }
        }
        return removed;
    }
}
