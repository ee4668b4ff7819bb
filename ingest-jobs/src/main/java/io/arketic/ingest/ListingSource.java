package io.arketic.ingest;

import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Watches a bucket by listing it, for stores that cannot notify and for what notifications missed. To be run with
 * parallelism 1.
 *
 * <p>It keeps nothing in checkpoints: what was dealt with stands in the ledger, so that a new start emits what the
 * ledger does not know as ended, and removals of what it knows as indexed. An event may come twice, and none is lost.
 */
final class ListingSource implements Source<ObjectEvent, NoSplit, Void> {

    private static final long serialVersionUID = 1L;

    private final IngestSettings settings;
    private final Boundedness boundedness;

    /**
     * Bounded, it ends after one complete listing.
     */
    ListingSource(IngestSettings settings, Boundedness boundedness) {
        this.settings = settings;
        this.boundedness = boundedness;
    }

    @Override
    public Boundedness getBoundedness() {
        return boundedness;
    }

    @Override
    public SourceReader<ObjectEvent, NoSplit> createReader(SourceReaderContext context) {
        return new ListingReader(settings, boundedness, context.metricGroup());
    }

    @Override
    public SplitEnumerator<NoSplit, Void> createEnumerator(SplitEnumeratorContext<NoSplit> context) {
        return new NothingToSplit();
    }

    @Override
    public SplitEnumerator<NoSplit, Void> restoreEnumerator(SplitEnumeratorContext<NoSplit> context, Void state) {
        return new NothingToSplit();
    }

    @Override
    public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
        return new EmptySerializer<>();
    }

    @Override
    public SimpleVersionedSerializer<Void> getEnumeratorCheckpointSerializer() {
        return new EmptySerializer<>();
    }

    /** The one reader lists the whole bucket; it needs no share of it. */
    private static final class NothingToSplit implements SplitEnumerator<NoSplit, Void> {

        @Override
        public void start() {}

        @Override
        public void handleSplitRequest(int subtask, String host) {}

        @Override
        public void addSplitsBack(List<NoSplit> splits, int subtask) {}

        @Override
        public void addReader(int subtask) {}

        @Override
        @SuppressWarnings("NullAway") // there is no state, and Void has no value
        public Void snapshotState(long checkpoint) {
            return null;
        }

        @Override
        public void close() {}
    }

    private static final class EmptySerializer<T> implements SimpleVersionedSerializer<T> {

        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(T nothing) {
            return new byte[0];
        }

        @Override
        @SuppressWarnings("NullAway") // there is nothing to read
        public T deserialize(int version, byte[] serialized) {
            return null;
        }
    }
}
