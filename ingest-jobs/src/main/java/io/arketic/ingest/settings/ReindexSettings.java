package io.arketic.ingest.settings;

import io.arketic.embeddings.EmbeddingSettings;
import io.arketic.embeddings.SettingReader;
import java.io.Serializable;
import java.util.Map;

/**
 * Holds the settings of the reindex job, read from the environment once where the job is submitted.
 *
 * @param parallelism readers on all machines together
 * @param embedding as the ingest has it, but with fewer sessions: live files go first
 */
public record ReindexSettings(
        int parallelism, IngestSettings.Database database, EmbeddingSettings embedding, IngestSettings.Cache cache)
        implements Serializable {

    private static final int CONNECTIONS = 4;

    /**
     * Reads the settings.
     *
     * @throws IllegalArgumentException naming the variable that is missing or cannot be read
     */
    public static ReindexSettings from(Map<String, String> environment) {
        SettingReader settings = SettingReader.of(environment);
        EmbeddingSettings embedding = EmbeddingSettings.from(settings.property());
        return new ReindexSettings(
                settings.number("reindex.parallelism", 1),
                IngestSettings.Database.from(settings, CONNECTIONS),
                new EmbeddingSettings(
                        embedding.defaultModel(),
                        settings.number("reindex.sessions", Math.max(1, embedding.sessions() / 2)),
                        embedding.modelDirectory(),
                        embedding.remote()),
                IngestSettings.Cache.from(settings));
    }

    /** Returns the number of documents at once on one machine: while one is embedded, another one is read or written. */
    public int documentsAtOnce() {
        return 1 + embedding.sessions();
    }
}
