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
import java.util.concurrent.Executor;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns events into outcomes: several objects at once, tenants in turn, events of one object in order. A checkpoint
 * holds the waiting and active events and waits for none of them. After a failure they arrive again, and the ledger has
 * the progress of each.
 */
final class IngestFunction extends RichAsyncFunction<ObjectEvent, IngestOutcome> {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(IngestFunction.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(120);

    private final IngestSettings settings;
    private transient @Nullable IngestServices services;
    private transient @Nullable FairWorkers workers;
    private transient @Nullable KeyedExecutor inOrder;

    IngestFunction(IngestSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) throws Exception {
        services = IngestServices.acquire(settings);
        FairWorkers fair = new FairWorkers(settings.objectsInFlight(), "arketic-ingest");
        getRuntimeContext().getMetricGroup().addGroup("arketic").gauge("waiting", fair::waiting);
        workers = fair;
        inOrder = new KeyedExecutor();
    }

    @Override
    public void asyncInvoke(ObjectEvent event, ResultFuture<IngestOutcome> result) {
        if (inOrder == null || services == null || workers == null) {
            throw new IllegalStateException("not open");
        }
        ObjectIngest ingest = services.ingest();
        Duration age = Duration.between(event.time(), Clock.systemUTC().instant());
        Executor turn = workers.of(event.tenant(), event.size(), age);
        inOrder.run(event.name(), turn, () -> ingest.look(event)).whenComplete((outcome, failure) -> {
            if (failure == null) {
                result.complete(List.of(outcome));
            } else {
                result.completeExceptionally(failure);
            }
        });
    }

    @Override
    public void close() throws InterruptedException {
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
