package io.arketic.ingest.reindex;

import io.arketic.embeddings.EmbeddingModels;
import io.arketic.ingest.flow.ChunkMaker;
import io.arketic.ingest.flow.DatabaseDriver;
import io.arketic.ingest.flow.EmbeddingPermit;
import io.arketic.ingest.flow.Retry;
import io.arketic.ingest.flow.SourceThread;
import io.arketic.ingest.flow.TextBudget;
import io.arketic.ingest.reindex.ReindexOutcome.End;
import io.arketic.ingest.settings.ReindexSettings;
import io.arketic.schema.generation.GenerationFill;
import io.arketic.schema.generation.KnownEmbeddings;
import io.arketic.schema.ledger.LedgerTotals;
import io.arketic.schema.tenancy.TenantDatabase;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/** Updates the generations that are not live, and emits the result for each document. */
final class ReindexReader extends SourceThread<ReindexOutcome> {

    /**
     * Limits the characters in flight to less than the ingest's, whose heap it shares; a longer document is worked on
     * alone.
     */
    private static final int CHARACTERS_AT_ONCE = 10_000_000;

    private final ReindexSettings settings;
    private final Counter written;
    private final Counter chunks;
    private final Counter known;

    ReindexReader(ReindexSettings settings, MetricGroup metrics) {
        super("arketic-reindex-loop");
        this.settings = settings;
        MetricGroup group = metrics.addGroup("arketic").addGroup("reindex");
        written = group.counter("documents", new ThreadSafeSimpleCounter());
        chunks = group.counter("chunks", new ThreadSafeSimpleCounter());
        known = group.counter("known", new ThreadSafeSimpleCounter());
        group.gauge("threadAlive", this::alive);
    }

    @Override
    public void read() throws Exception {
        DatabaseDriver.register();
        TenantDatabase database = TenantDatabase.open(settings.database().toSchema());
        EmbeddingModels models = new EmbeddingModels(settings.embedding());
        GenerationFill fill = new GenerationFill(database, settings.cache().toSchema());
        ReindexDocument documents = new ReindexDocument(
                fill,
                new ChunkMaker(
                        models,
                        new KnownEmbeddings(database, settings.cache().toSchema()),
                        EmbeddingPermit.afterLiveFiles(new LedgerTotals(database), Retry.standard())),
                new TextBudget(CHARACTERS_AT_ONCE),
                Retry.standard());
        ReindexLoop loop = new ReindexLoop(fill, documents, Retry.standard(), settings.documentsAtOnce(), this::count);
        try {
            loop.run();
        } finally {
            loop.close(); // throws when work goes on: then what it uses stays open
            models.close();
            database.close();
            DatabaseDriver.forget();
        }
    }

    private void count(ReindexOutcome outcome) throws InterruptedException {
        if (outcome.end() == End.WRITTEN) {
            written.inc();
            chunks.inc(outcome.chunks());
            known.inc(outcome.known());
        }
        emit(outcome);
    }
}
