package io.arketic.cli.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.arketic.cli.terminal.CodePoints;
import io.arketic.extractors.DocumentMetadata;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.chunk.Chunk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the output of {@code extract}. */
final class ExtractionTest {

    private static final String TEXT = "🚲 Title\n\nBody";

    @TempDir
    private Path directory;

    @Test
    void writesTextAndStructureWithOffsetsInCodePoints() throws IOException {
        var document = new ExtractedDocument(
                TEXT,
                List.of(new ExtractedDocument.Page(1, 0, TEXT.length())),
                List.of(
                        new ExtractedDocument.Block(ExtractedDocument.BlockType.HEADING, 1, 0, 8),
                        new ExtractedDocument.Block(ExtractedDocument.BlockType.PARAGRAPH, 0, 10, 14)),
                new DocumentMetadata("Title", null, "en", null),
                "text/markdown");
        var chunk = new Chunk(0, Chunk.ChunkType.TEXT, 1, 9, 13, "Body", "🚲 Title", null, 3);
        new ExtractionWriter(directory).write("sub/a.md", document, List.of(chunk));

        assertThat(directory.resolve("sub/a.md.txt")).hasContent(TEXT);
        JsonNode json =
                new ObjectMapper().readTree(directory.resolve("sub/a.md.json").toFile());
        assertThat(json.path("characters").asInt()).isEqualTo(13);
        assertThat(json.at("/pages/0/end").asInt()).isEqualTo(13);
        assertThat(json.at("/blocks/0").toString())
                .isEqualTo("{\"type\":\"heading\",\"level\":1,\"start\":0,\"end\":7}");
        assertThat(json.at("/blocks/1/start").asInt()).isEqualTo(9);
        assertThat(json.at("/chunks/0/text").asText()).isEqualTo("Body");
        assertThat(json.has("author")).isFalse();
    }

    @Test
    void aRefusalReplacesWhatAnEarlierRunWrote() throws IOException {
        var writer = new ExtractionWriter(directory);
        var document = new ExtractedDocument("x", List.of(), List.of(), DocumentMetadata.NONE, "text/plain");
        writer.write("a.pdf", document, List.of());
        writer.writeFailure("a.pdf", new ExtractionException(Reason.ENCRYPTED, "needs a password"));
        assertThat(directory).isDirectoryNotContaining("glob:**.txt");
        JsonNode json = new ObjectMapper()
                .readTree(directory.resolve("a.pdf.error.json").toFile());
        assertThat(json.path("reason").asText()).isEqualTo("ENCRYPTED");
        writer.write("a.pdf", document, List.of());
        assertThat(directory.resolve("a.pdf.error.json")).doesNotExist();
    }

    @Test
    void aRunIsCompleteWhenEveryFileHasAnOutcome() {
        var summary = new ExtractionSummary(3);
        summary.extracted(1200, 2);
        summary.refused(Reason.ENCRYPTED);
        assertThat(summary.complete()).isFalse();
        assertThat(summary.progress()).isEqualTo("2/3 files · 1 extracted · 1 refused");
        summary.refused(Reason.ENCRYPTED);
        assertThat(summary.complete()).isTrue();
        assertThat(summary.lines(Duration.ofSeconds(2)))
                .containsExactly(
                        "1 of 3 files extracted in 2.0 s (1.5 files/s): 1,200 characters, 2 chunks",
                        "       2  ENCRYPTED");
    }

    @Test
    void aFileThatCouldNotBeReadHasNone() {
        var summary = new ExtractionSummary(1);
        summary.unknown("a.pdf", "gone");
        assertThat(summary.complete()).isFalse();
        assertThat(summary.lines(Duration.ofSeconds(1))).contains("  no outcome  a.pdf: gone");
    }

    @Test
    void codePointsAreCountedInAnyOrder() {
        var offsets = new CodePoints("🚲a🚲b");
        assertThat(offsets.of(6)).isEqualTo(4);
        assertThat(offsets.of(2)).isEqualTo(1);
        assertThat(offsets.of(5)).isEqualTo(3);
        assertThat(offsets.of(0)).isZero();
    }
}
