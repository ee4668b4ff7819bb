package io.arketic.ingest.lease;

import java.io.Serializable;
import java.time.Duration;
import java.util.function.ToLongFunction;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * Is a source whose enumerator leases work to readers on all TaskManagers, and whose readers do it. No checkpoint holds
 * work: what is not done stands in the queue. After a failure, work may be done again; none is lost.
 */
public abstract class LeasingSource<T, W extends Serializable> implements Source<T, Lease<W>, Void> {

    private static final long serialVersionUID = 1L;

    private final WorkQueue.Factory<W> queues;
    private final Duration pause;
    private transient volatile @Nullable LeaseEnumerator<W> latest;

    /** @param pause after which the queue is asked again for readers that wait, if it has not called */
    protected LeasingSource(WorkQueue.Factory<W> queues, Duration pause) {
        this.queues = queues;
        this.pause = pause;
    }

    @Override
    public SplitEnumerator<Lease<W>, Void> createEnumerator(SplitEnumeratorContext<Lease<W>> context) {
        LeaseEnumerator<W> enumerator = new LeaseEnumerator<>(context, queues, pause);
        latest = enumerator;
        // After a failure of the job, Flink keeps the gauges of the first enumerator, and asks this source for another
        // one.
        MetricGroup metrics = context.metricGroup().addGroup("arketic");
        metrics.gauge("failingSeconds", () -> latest(LeaseEnumerator::failingSeconds));
        metrics.gauge("oldestWorkSeconds", () -> latest(LeaseEnumerator::oldestWorkSeconds));
        return enumerator;
    }

    private long latest(ToLongFunction<LeaseEnumerator<W>> value) {
        LeaseEnumerator<W> enumerator = latest;
        return enumerator == null ? 0 : value.applyAsLong(enumerator);
    }

    @Override
    public SplitEnumerator<Lease<W>, Void> restoreEnumerator(SplitEnumeratorContext<Lease<W>> context, Void nothing) {
        return createEnumerator(context);
    }

    @Override
    public SimpleVersionedSerializer<Lease<W>> getSplitSerializer() {
        return new LeaseSerializer<>();
    }

    @Override
    public SimpleVersionedSerializer<Void> getEnumeratorCheckpointSerializer() {
        return new EmptySerializer();
    }

    private static final class EmptySerializer implements SimpleVersionedSerializer<Void> {

        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(Void nothing) {
            return new byte[0];
        }

        @Override
        @SuppressWarnings("NullAway") // there is nothing to read
        public Void deserialize(int version, byte[] serialized) {
            return null;
        }
    }
}
