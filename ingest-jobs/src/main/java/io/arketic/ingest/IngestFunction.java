package io.arketic.ingest;

import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.flow.FairWorkers;
import io.arketic.ingest.flow.KeyedExecutor;
import io.arketic.ingest.object.IngestOutcome;
import io.arketic.ingest.object.IngestServices;
import io.arketic.ingest.object.ObjectIngest;
import io.arketic.ingest.settings.IngestSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns events into outcomes: several objects at once, tenants in turn, events of one object in order. An event whose
 * service does not answer waits here and holds no thread. A checkpoint holds the waiting and active events and waits
 * for none of them. After a failure they arrive again, and the ledger has the progress of each.
 */
final class IngestFunction extends RichAsyncFunction<ObjectEvent, IngestOutcome> implements CheckpointListener {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(IngestFunction.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(120);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final IngestSettings settings;
    private transient @Nullable IngestServices services;
    private transient @Nullable FairWorkers workers;
    private transient @Nullable KeyedExecutor inOrder;
    private transient @Nullable OutagePatience patience;
    private transient volatile long checkpointedAt;

    IngestFunction(IngestSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) throws Exception {
        services = IngestServices.acquire(settings);
        FairWorkers fair = new FairWorkers(settings.objectsInFlight(), "arketic-ingest");
        OutagePatience outages = new OutagePatience(FIRST_PAUSE);
        measure(services, fair, outages);
        workers = fair;
        patience = outages;
        inOrder = new KeyedExecutor();
    }

    private void measure(IngestServices shared, FairWorkers fair, OutagePatience outages) {
        MetricGroup metrics = getRuntimeContext().getMetricGroup().addGroup("arketic");
        metrics.gauge("waiting", fair::waiting);
        metrics.gauge("working", fair::working);
        metrics.gauge("longestWorkMilliseconds", () -> fair.longest().toMillis());
        metrics.gauge("waitingForDatabase", shared::waitingForDatabase);
        checkpointedAt = System.nanoTime();
        metrics.gauge(
                "checkpointAgeMilliseconds",
                () -> Duration.ofNanos(System.nanoTime() - checkpointedAt).toMillis());
        MetricGroup outage = metrics.addGroup("outage");
        for (Outage one : Outage.values()) {
            outage.gauge(one.name().toLowerCase(Locale.ROOT), () -> outages.waiting(one));
        }
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
        checkpointedAt = System.nanoTime();
    }

    @Override
    public void asyncInvoke(ObjectEvent event, ResultFuture<IngestOutcome> result) {
        KeyedExecutor byKey = inOrder;
        FairWorkers fair = workers;
        if (byKey == null || services == null || fair == null || patience == null) {
            throw new IllegalStateException("not open");
        }
        ObjectIngest ingest = services.ingest();
        long came = System.nanoTime();
        Callable<IngestOutcome> look = () -> {
            long waited = Duration.ofNanos(System.nanoTime() - came).toMillis();
            return ingest.look(event).afterWaiting(waited);
        };
        patience.run(() -> byKey.run(event.name(), turn(fair, event), look)).whenComplete((outcome, failure) -> {
            if (failure == null) {
                result.complete(List.of(outcome));
            } else {
                result.completeExceptionally(failure);
            }
        });
    }

    private static Executor turn(FairWorkers fair, ObjectEvent event) {
        Duration age = Duration.between(event.time(), Clock.systemUTC().instant());
        return fair.of(event.tenant(), event.size(), age);
    }

    @Override
    public void close() throws InterruptedException {
        if (patience != null) {
            patience.close();
        }
        if (workers != null) {
            if (!workers.close(CLOSE_WITHIN)) {
                // Closing a model under a running computation would crash the process; better to leak it.
                LOG.error("objects are still being worked on after {}; their services stay open", CLOSE_WITHIN);
                return;
            }
        }
        if (services != null) {
            services.release();
        }
    }
}
