package io.arketic.ingest;

import io.arketic.ingest.lease.LeaseReader;
import io.arketic.ingest.reindex.ReindexOutcome;
import io.arketic.ingest.reindex.ReindexOutcome.End;
import io.arketic.ingest.reindex.ReindexServices;
import io.arketic.ingest.reindex.ReindexWork;
import io.arketic.ingest.settings.ReindexSettings;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.jspecify.annotations.Nullable;

/**
 * Adds the documents that are leased to it, and tidies generations if that is leased to it. What needs a database that
 * does not answer waits and holds no thread.
 */
final class ReindexReader extends LeaseReader<ReindexOutcome, ReindexWork> {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    /** Sets the least pause between two searches for what is to be tidied. */
    private static final Duration REST = Duration.ofMillis(500);

    /** Multiplies the time of a search that found nothing, to get the pause before the next. */
    private static final int REST_OF_SEARCH = 4;

    private final ReindexSettings settings;
    private final OutagePatience patience = new OutagePatience(FIRST_PAUSE);
    private final Counter written;
    private final Counter chunks;
    private final Counter known;
    private volatile boolean tidies;
    private @Nullable ReindexServices services;

    ReindexReader(ReindexSettings settings, SourceReaderContext context) {
        super(context, "arketic-reindex");
        this.settings = settings;
        MetricGroup metrics = context.metricGroup().addGroup("arketic");
        metrics.gauge("working", this::working);
        metrics.gauge("longestWorkMilliseconds", () -> longest().toMillis());
        MetricGroup outage = metrics.addGroup("outage");
        for (Outage one : Outage.values()) {
            outage.gauge(one.name().toLowerCase(Locale.ROOT), () -> patience.waiting(one));
        }
        MetricGroup group = metrics.addGroup("reindex");
        written = group.counter("documents", new ThreadSafeSimpleCounter());
        chunks = group.counter("chunks", new ThreadSafeSimpleCounter());
        known = group.counter("known", new ThreadSafeSimpleCounter());
        group.gauge("tidying", () -> tidies ? 1 : 0);
    }

    @Override
    protected void open() throws Exception {
        services = ReindexServices.acquire(settings);
    }

    @Override
    protected int places() {
        return services().placesOfReader();
    }

    @Override
    protected CompletableFuture<?> work(ReindexWork work, WorkThread thread) {
        Callable<Boolean> attempt = work instanceof ReindexWork.Add add ? () -> add(add) : this::tidy;
        return patience.run(() -> thread.run(attempt));
    }

    private boolean add(ReindexWork.Add work) throws Exception {
        ReindexOutcome outcome = services().documents().bring(work.document());
        if (outcome.end() == End.WRITTEN) {
            written.inc();
            chunks.inc(outcome.chunks());
            known.inc(outcome.known());
        }
        emit(outcome);
        return true;
    }

    /** Never returns; it ends by an interruption, or when the database does not answer. */
    private boolean tidy() throws Exception {
        tidies = true;
        try {
            while (true) {
                long start = System.nanoTime();
                if (!services().tidy()) {
                    Duration rest = Duration.ofNanos(System.nanoTime() - start).multipliedBy(REST_OF_SEARCH);
                    Thread.sleep(Math.max(REST.toMillis(), rest.toMillis()));
                }
            }
        } finally {
            tidies = false;
        }
    }

    private ReindexServices services() {
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
            services.release();
        }
    }
}
