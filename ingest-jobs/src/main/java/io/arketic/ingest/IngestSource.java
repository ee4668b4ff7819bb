package io.arketic.ingest;

import io.arketic.ingest.lease.Lease;
import io.arketic.ingest.lease.LeasingSource;
import io.arketic.ingest.object.IngestOutcome;
import io.arketic.ingest.queue.DirtyObjects;
import io.arketic.ingest.queue.IngestWork;
import io.arketic.ingest.settings.IngestSettings;
import java.time.Duration;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;

/**
 * Works on the objects that are marked in the queue, and lists the bucket to find what no notification tells. A bounded
 * source lists once, and ends when everything is worked on that was marked until then.
 */
final class IngestSource extends LeasingSource<IngestOutcome, IngestWork> {

    private static final long serialVersionUID = 1L;

    /** Sets how late a mark is seen whose notification was lost. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final IngestSettings settings;
    private final Boundedness boundedness;

    IngestSource(IngestSettings settings, Boundedness boundedness) {
        super(wake -> DirtyObjects.open(settings, boundedness == Boundedness.BOUNDED, wake), PAUSE);
        this.settings = settings;
        this.boundedness = boundedness;
    }

    @Override
    public Boundedness getBoundedness() {
        return boundedness;
    }

    @Override
    public SourceReader<IngestOutcome, Lease<IngestWork>> createReader(SourceReaderContext context) {
        return new IngestReader(settings, boundedness == Boundedness.BOUNDED, context);
    }
}
