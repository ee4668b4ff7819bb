package io.arketic.ingest.reindex;

import io.arketic.embeddings.EmbeddingModels;
import io.arketic.ingest.flow.ChunkMaker;
import io.arketic.ingest.flow.DatabaseDriver;
import io.arketic.ingest.flow.EmbeddingPermit;
import io.arketic.ingest.flow.Retry;
import io.arketic.ingest.flow.TextBudget;
import io.arketic.ingest.settings.ReindexSettings;
import io.arketic.schema.generation.GenerationFill;
import io.arketic.schema.generation.KnownEmbeddings;
import io.arketic.schema.ledger.LedgerTotals;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * Provides what the reindex job's readers share on one machine: models and connections. They are created for the first
 * reader and closed after the last one.
 */
public final class ReindexServices {

    private static final Map<ReindexSettings, ReindexServices> OPEN = new HashMap<>();

    /**
     * Limits the characters in flight to less than the ingest's, whose heap it shares; a longer document is worked on
     * alone.
     */
    private static final int CHARACTERS_AT_ONCE = 10_000_000;

    private final ReindexSettings settings;
    private final TenantDatabase database;
    private final EmbeddingModels models;
    private final GenerationFill fill;
    private final ReindexDocument documents;
    private int readers;

    private ReindexServices(ReindexSettings settings) throws SQLException {
        this.settings = settings;
        DatabaseDriver.register();
        try {
            database = TenantDatabase.open(settings.database().toSchema());
        } catch (RuntimeException e) {
            DatabaseDriver.forget();
            throw e;
        }
        models = new EmbeddingModels(settings.embedding());
        fill = new GenerationFill(database, settings.cache().toSchema());
        documents = new ReindexDocument(
                fill,
                new ChunkMaker(
                        models,
                        new KnownEmbeddings(database, settings.cache().toSchema()),
                        EmbeddingPermit.afterLiveFiles(new LedgerTotals(database), Retry.standard())),
                new TextBudget(CHARACTERS_AT_ONCE),
                Retry.standard());
    }

    /** Returns the services of this machine for one reader; it releases them with {@link #release()}. */
    public static ReindexServices acquire(ReindexSettings settings) throws SQLException {
        synchronized (OPEN) {
            ReindexServices services = OPEN.get(settings);
            if (services == null) {
                services = new ReindexServices(settings);
                OPEN.put(settings, services);
            }
            services.readers++;
            return services;
        }
    }

    public ReindexDocument documents() {
        return documents;
    }

    /** Runs one batch of what follows from the states of generations; returns whether there may be more. */
    public boolean tidy() throws Exception {
        return Retry.standard().call("tidy", fill::tidy);
    }

    /** Returns the number of documents that one reader works on at once; one place is for another tenant. */
    public int placesOfReader() {
        synchronized (OPEN) {
            return 1 + Math.max(1, settings.documentsAtOnce() / Math.max(1, readers));
        }
    }

    public void release() {
        synchronized (OPEN) {
            readers--;
            if (readers == 0) {
                OPEN.remove(settings);
                models.close();
                database.close();
                DatabaseDriver.forget();
            }
        }
    }
}
