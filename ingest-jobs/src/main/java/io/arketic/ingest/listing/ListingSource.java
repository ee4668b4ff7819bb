package io.arketic.ingest.listing;

import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.flow.NoSplit;
import io.arketic.ingest.flow.SourceWithoutSplits;
import io.arketic.ingest.settings.IngestSettings;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;

/**
 * Watches a bucket by listing it, for stores without notifications and for lost notifications.
 *
 * <p>It keeps nothing in checkpoints: what was dealt with stands in the ledger, so that a new start emits what the
 * ledger does not know as ended, and removals of what it knows as indexed. An event may come twice, and none is lost.
 */
public final class ListingSource extends SourceWithoutSplits<ObjectEvent> {

    private static final long serialVersionUID = 1L;

    private final IngestSettings settings;
    private final Boundedness boundedness;

    /** Creates the source; a bounded one ends after one complete listing. */
    public ListingSource(IngestSettings settings, Boundedness boundedness) {
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
}
