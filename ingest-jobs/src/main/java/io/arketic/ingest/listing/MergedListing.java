package io.arketic.ingest.listing;

import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.event.ObjectEvent.Kind;
import io.arketic.schema.knowledge.ObjectLedger.Known;
import io.arketic.schema.ledger.KnownObject;
import io.arketic.schema.ledger.ObjectVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Compares one listing of a bucket with what the ledger and the queue know, both in the order of keys. So it needs the
 * memory of one page, however many objects there are. Used by one thread.
 */
final class MergedListing {

    private final String bucket;
    private final KnownKeys known;
    private final ReportedObjects reported;
    private final boolean unsettled;
    private final BucketWatch.Listener listener;
    private String last = "";

    /** @param unsettled whether versions in flight are reported, too: another process may have left them */
    MergedListing(
            String bucket,
            KnownKeys.Pages known,
            ReportedObjects reported,
            boolean unsettled,
            BucketWatch.Listener listener) {
        this.bucket = bucket;
        this.known = new KnownKeys(known);
        this.reported = reported;
        this.unsettled = unsettled;
        this.listener = listener;
    }

    /**
     * Takes the next object of the listing, and reports it if it is new or changed. It reports the removal of known
     * objects that the listing would have shown before. The job asks the store before it believes either.
     *
     * @throws UnorderedKeysException if the keys do not ascend
     * @throws Exception when the ledger cannot be read
     */
    void see(ObjectVersion version, Instant now) throws Exception {
        String key = version.key();
        if (!last.isEmpty() && KeyOrder.INSTANCE.compare(key, last) <= 0) {
            throw new UnorderedKeysException("the store", key, last);
        }
        last = key;
        Known next = known.peek();
        while (next != null && KeyOrder.INSTANCE.compare(next.key(), key) < 0) {
            removed(next, now);
            known.pass();
            next = known.peek();
        }
        if (next == null || !next.key().equals(key)) {
            report(version, 0);
            return;
        }
        known.pass();
        if (!next.waits() && !isKnown(next.version(), version)) {
            report(version, next.epoch());
        }
    }

    /** Ends a complete listing: it reports the removal of known objects behind its last one. */
    void complete(Instant now) throws Exception {
        for (Known next = known.peek(); next != null; next = known.peek()) {
            removed(next, now);
            known.pass();
        }
    }

    /** A version that died before a look asked the store, as under an invalid key, is known by its time only. */
    private boolean isKnown(@Nullable KnownObject object, ObjectVersion version) {
        return object != null
                && (object.settled() || !unsettled)
                && (object.etag().isEmpty() || object.etag().equals(version.etag()))
                && object.lastModified().getEpochSecond()
                        == version.lastModified().getEpochSecond();
    }

    private void report(ObjectVersion version, long epoch) throws InterruptedException {
        boolean folder = version.key().endsWith("/") && version.size() == 0; // leaves no row in the ledger
        if (!folder
                && reported.isNew(
                        version.key(), version.etag() + version.lastModified().getEpochSecond(), epoch)) {
            // The store is asked for the version when the event's turn comes; the one listed is old by then.
            listener.changed(
                    new ObjectEvent(bucket, version.key(), Kind.CREATED, null, version.size(), version.lastModified()));
        }
    }

    /** Reports a removal that has something to end. A look for nothing would be news for the next listing, for ever. */
    private void removed(Known object, Instant now) throws InterruptedException {
        if (object.removable() && !object.waits() && reported.isNew(object.key(), "removed", object.epoch())) {
            listener.changed(new ObjectEvent(bucket, object.key(), Kind.REMOVED, null, 0, now));
        }
    }
}
