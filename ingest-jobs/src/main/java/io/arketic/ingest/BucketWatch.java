package io.arketic.ingest;

import io.arketic.schema.ObjectVersion;
import java.time.Clock;

/** Lists a bucket again and again and tells what is different from the last time. Used by one thread. */
final class BucketWatch implements AutoCloseable {

    /** Where events go; may wait. */
    interface Listener {
        void changed(ObjectEvent event) throws InterruptedException;
    }

    private final String bucket;
    private final ObjectStore store;
    private final SeenObjects seen;
    private final Listener listener;

    BucketWatch(IngestSettings settings, Listener listener) {
        bucket = settings.store().bucket();
        store = new ObjectStore(settings.store());
        seen = new SeenObjects(bucket);
        this.listener = listener;
    }

    /**
     * Lists the bucket once. Removals are told at the end, and only when the listing was complete.
     *
     * @throws StoreUnavailableException when it was not; what was told until then is true
     */
    void list() throws StoreUnavailableException, InterruptedException {
        seen.beginListing();
        store.list(bucket, this::look);
        for (ObjectEvent removal : seen.completeListing(Clock.systemUTC().instant())) {
            listener.changed(removal);
        }
    }

    private void look(ObjectVersion version) throws InterruptedException {
        ObjectEvent event = seen.see(version).orElse(null);
        if (event != null) {
            listener.changed(event);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
