package io.arketic.cli.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.cli.stack.LedgerRow;
import io.arketic.schema.ledger.IngestState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LedgerTableTest {

    @Test
    void showsARowForEachVersionAndTheSumThatMustHold() {
        List<String> lines = LedgerTable.format(List.of(
                row("org/kb/dir/a.pdf", IngestState.INDEXED, null, 12),
                row("org/kb/b.pdf", IngestState.DEAD, "ENCRYPTED", 0),
                row("org/kb/c.pdf", IngestState.EMBEDDING, null, 0)));
        assertThat(lines)
                .containsExactly(
                        "STATE        REASON              CHUNKS       MS  FILE",
                        "indexed                              12      150  dir/a.pdf",
                        "dead         ENCRYPTED                       150  b.pdf",
                        "embedding                                    150  c.pdf",
                        "",
                        "3 dropped = 2 terminal (1 indexed, 1 dead) + 1 in flight (1 embedding)");
    }

    @Test
    void tellsOfAnIndexedFileThatWasReadInPart() {
        LedgerRow row = new LedgerRow(
                "org/kb/a.pdf", "e", Instant.EPOCH, IngestState.INDEXED, null, null, 3, "NEEDS_OCR", Duration.ZERO);
        assertThat(LedgerTable.format(List.of(row)).get(1)).startsWith("indexed      NEEDS_OCR");
    }

    @Test
    void anEmptyLedgerAddsUpToo() {
        assertThat(LedgerTable.totals(List.of())).isEqualTo("0 dropped = 0 terminal + 0 in flight");
    }

    @Test
    void keepsTheEndOfALongName() {
        String name = "x".repeat(80) + "-end.pdf";
        assertThat(LedgerTable.format(List.of(row("org/kb/" + name, IngestState.INDEXED, null, 1)))
                        .get(1))
                .endsWith("-end.pdf")
                .contains("  …x");
    }

    @Test
    void aKeyWithoutAKnowledgeBaseIsShownWhole() {
        assertThat(row("stray.pdf", IngestState.DEAD, "INVALID_KEY", 0).path()).isEqualTo("stray.pdf");
    }

    private static LedgerRow row(String key, IngestState state, @Nullable String reason, int chunks) {
        return new LedgerRow(key, "e", Instant.EPOCH, state, reason, null, chunks, "", Duration.ofMillis(150));
    }
}
