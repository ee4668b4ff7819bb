package io.arketic.ingest.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ReindexSettingsTest {

    private static final String PASSWORD = "ARKETIC_DATABASE_PASSWORD";

    @Test
    void defaults() {
        ReindexSettings settings =
                ReindexSettings.from(Map.of(PASSWORD, "secret-d", "ARKETIC_EMBEDDING_SESSIONS", "6"));

        assertThat(settings.parallelism()).isEqualTo(1);
        assertThat(settings.embedding().sessions()).isEqualTo(3);
        assertThat(settings.documentsAtOnce()).isEqualTo(4);
    }

    @Test
    void everyVariableIsRead() {
        ReindexSettings settings = ReindexSettings.from(
                Map.of(PASSWORD, "secret-d", "ARKETIC_REINDEX_PARALLELISM", "7", "ARKETIC_REINDEX_SESSIONS", "5"));

        assertThat(settings.parallelism()).isEqualTo(7);
        assertThat(settings.embedding().sessions()).isEqualTo(5);
    }

    @Test
    void aParallelismOfNoReaderIsNamedWithItsValue() {
        assertThatThrownBy(() -> ReindexSettings.from(Map.of(PASSWORD, "secret-d", "ARKETIC_REINDEX_PARALLELISM", "0")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ARKETIC_REINDEX_PARALLELISM");
    }
}
