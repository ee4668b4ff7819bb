package io.arketic.ingest.reindex;

import io.arketic.ingest.flow.NoSplit;
import io.arketic.ingest.flow.SourceWithoutSplits;
import io.arketic.ingest.settings.ReindexSettings;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;

/** Does the whole work of the reindex job: see RATIONALE.md for the reason to use a source. */
public final class ReindexSource extends SourceWithoutSplits<ReindexOutcome> {

    private static final long serialVersionUID = 1L;

    private final ReindexSettings settings;

    public ReindexSource(ReindexSettings settings) {
        this.settings = settings;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<ReindexOutcome, NoSplit> createReader(SourceReaderContext context) {
        return new ReindexReader(settings, context.metricGroup());
    }
}
