package io.arketic.ingest;

import io.arketic.ingest.lease.LeaseReader;
import io.arketic.ingest.listing.BucketListing;
import io.arketic.ingest.listing.ListingMetrics;
import io.arketic.ingest.object.IngestOutcome;
import io.arketic.ingest.object.IngestServices;
import io.arketic.ingest.queue.IngestWork;
import io.arketic.ingest.queue.Marks;
import io.arketic.ingest.settings.IngestSettings;
import io.arketic.schema.ledger.ObjectQueue.Leased;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the objects that are leased to it, and lists the bucket if that is leased to it. What needs a service that
 * does not answer waits and holds no thread.
 */
final class IngestReader extends LeaseReader<IngestOutcome, IngestWork> {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final IngestSettings settings;
    private final ListingMetrics listing;
    private final boolean once;
    private final OutagePatience patience = new OutagePatience(FIRST_PAUSE);
    private @Nullable IngestServices services;
    private volatile long checkpointedAt = System.nanoTime();

    IngestReader(IngestSettings settings, boolean once, SourceReaderContext context) {
        super(context, "arketic-ingest");
        this.settings = settings;
        this.once = once;
        this.listing = new ListingMetrics(context.metricGroup());
        measure(context.metricGroup().addGroup("arketic"));
    }

    private void measure(MetricGroup metrics) {
        metrics.gauge("working", this::working);
        metrics.gauge("longestWorkMilliseconds", () -> longest().toMillis());
        metrics.gauge("waitingForDatabase", () -> services == null ? 0 : services.waitingForDatabase());
        metrics.gauge(
                "checkpointAgeMilliseconds",
                () -> Duration.ofNanos(System.nanoTime() - checkpointedAt).toMillis());
        MetricGroup outage = metrics.addGroup("outage");
        for (Outage one : Outage.values()) {
            outage.gauge(one.name().toLowerCase(Locale.ROOT), () -> patience.waiting(one));
        }
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
        checkpointedAt = System.nanoTime();
    }

    @Override
    protected void open() throws Exception {
        services = IngestServices.acquire(settings);
        services.addReader();
    }

    @Override
    protected int places() {
        return services().placesOfReader();
    }

    @Override
    protected CompletableFuture<?> work(IngestWork work, WorkThread thread) {
        Callable<Boolean> attempt = work instanceof IngestWork.Look look ? () -> look(look.object()) : this::list;
        return patience.run(() -> thread.run(attempt));
    }

    private boolean look(Leased object) throws Exception {
        return new QueuedLook(services(), this::emit).look(object);
    }

    private boolean list() throws Exception {
        Marks marks = new Marks(services().marks(), false, Clock.systemUTC());
        new BucketListing(services(), settings, marks, listing, once).run();
        return true;
    }

    private IngestServices services() {
        if (services == null) {
            throw new IllegalStateException("not open");
        }
        return services;
    }

    @Override
    protected void stop() {
        patience.close();
    }

    @Override
    protected void release() {
        if (services != null) {
            services.removeReader();
            services.release();
        }
    }
}
