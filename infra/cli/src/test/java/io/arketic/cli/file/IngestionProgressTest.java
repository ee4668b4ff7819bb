package io.arketic.cli.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.cli.stack.LedgerRow;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.ObjectVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IngestionProgressTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final List<ObjectVersion> DROPPED = List.of(version("o/k/a"), version("o/k/b"), version("o/k/c"));

    @Test
    void countsWhatTheLedgerDoesNotKnowAsWaiting() {
        IngestionProgress progress = IngestionProgress.of(
                DROPPED, List.of(row("o/k/a", NOON, IngestState.INDEXED), row("o/k/b", NOON, IngestState.EMBEDDING)));
        assertThat(progress.describe(Duration.ofSeconds(3)))
                .isEqualTo("1/3 files ended · 1 embedding · 1 indexed · 1 waiting · 3.0 s");
        assertThat(progress.allEnded()).isFalse();
        assertThat(progress.unended()).containsExactly("o/k/c", "o/k/b");
    }

    @Test
    void anOlderVersionOfTheSameFileIsNotTheOneThatWasDropped() {
        IngestionProgress progress = IngestionProgress.of(
                List.of(version("o/k/a")), List.of(row("o/k/a", NOON.minusSeconds(1), IngestState.INDEXED)));
        assertThat(progress.waiting()).containsExactly("o/k/a");
    }

    @Test
    void aNewerVersionAccountsForTheOneThatWasDropped() {
        IngestionProgress progress = IngestionProgress.of(
                List.of(version("o/k/a")),
                List.of(
                        row("o/k/a", NOON.plusSeconds(9), IngestState.UNCHANGED),
                        row("o/k/a", NOON, IngestState.SUPERSEDED)));
        assertThat(progress.allEnded()).isTrue();
        assertThat(progress.rows()).extracting(LedgerRow::state).containsExactly(IngestState.UNCHANGED);
    }

    @Test
    void theDeadHaveEndedToo() {
        IngestionProgress progress =
                IngestionProgress.of(List.of(version("o/k/a")), List.of(row("o/k/a", NOON, IngestState.DEAD)));
        assertThat(progress.allEnded()).isTrue();
    }

    private static ObjectVersion version(String key) {
        return new ObjectVersion("knowledge", key, "e", NOON, 1);
    }

    private static LedgerRow row(String key, Instant lastModified, IngestState state) {
        return new LedgerRow(key, "e", lastModified, state, null, null, 0, "", Duration.ZERO);
    }
}
