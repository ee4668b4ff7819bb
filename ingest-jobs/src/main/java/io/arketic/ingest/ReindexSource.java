package io.arketic.ingest;

import io.arketic.ingest.lease.Lease;
import io.arketic.ingest.lease.LeasingSource;
import io.arketic.ingest.reindex.MissingDocuments;
import io.arketic.ingest.reindex.ReindexOutcome;
import io.arketic.ingest.reindex.ReindexWork;
import io.arketic.ingest.settings.ReindexSettings;
import java.time.Duration;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;

/** Does the whole work of the reindex job: see RATIONALE.md for the reason to use a source. */
final class ReindexSource extends LeasingSource<ReindexOutcome, ReindexWork> {

    private static final long serialVersionUID = 1L;

    /** Sets how late a new generation, and a document that changed, is seen. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final ReindexSettings settings;

    ReindexSource(ReindexSettings settings) {
        super(wake -> MissingDocuments.open(settings), PAUSE);
        this.settings = settings;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<ReindexOutcome, Lease<ReindexWork>> createReader(SourceReaderContext context) {
        return new ReindexReader(settings, context);
    }
}
