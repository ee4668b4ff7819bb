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

/** What earlier listings of a bucket showed, and what a new one shows to be different. Used by one thread. */
final class SeenObjects {

    /** A version by its fingerprint; the key is the map's. */
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

    /** No store's ETag. */
    private static final String UNSETTLED = "";

    private final String bucket;
    private final Map<String, Seen> objects = new HashMap<>();
    private long listing;

    SeenObjects(String bucket) {
        this.bucket = bucket;
    }

    /** Takes over what the ledger knows, before the first listing. What is not settled is told again. */
    void know(KnownObject object) {
        String etag = object.settled() ? object.etag() : UNSETTLED;
        objects.put(object.key(), new Seen(etag, object.lastModified().getEpochSecond(), listing));
    }

    void beginListing() {
        listing++;
    }

    /** The next object of the listing; an event if it is new or changed. */
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

    /** Ends a listing that showed everything; an event for each object that it did not show. */
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
