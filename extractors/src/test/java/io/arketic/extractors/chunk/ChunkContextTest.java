package io.arketic.extractors.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.extractors.DocumentMetadata;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.Block;
import io.arketic.extractors.ExtractedDocument.BlockType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkContextTest {

    private static final int ROOMY = 1_000;

    @Test
    void aChunkIsEmbeddedAfterTheNamesOfItsDocumentAndItsHeadings() {
        ChunkContext context = new ChunkContext("2023_Q1 AAPL.pdf", "Quarterly report");
        Chunk chunk = chunk("Products 60,765", "Statements › Income", null);
        assertThat(context.embedded(chunk, ROOMY, String::length))
                .isEqualTo("2023 Q1 AAPL › Quarterly report › Statements › Income\n\nProducts 60,765");
        assertThat(context.words(chunk)).isEqualTo("2023 Q1 AAPL\nQuarterly report");
        assertThat(chunk.text()).as("what is cited").isEqualTo("Products 60,765");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0017.txt", "a.txt", "4711-2", "v2.md", ""})
    void aNameWithoutAWordSaysNothing(String filename) {
        ChunkContext context = new ChunkContext(filename, "0000320193-22-000070");
        Chunk chunk = chunk("Text", null, null);
        assertThat(context.embedded(chunk, ROOMY, String::length)).isEqualTo("Text");
        assertThat(context.words(chunk)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"年度报告.pdf", "Отчёт.docx", "ﺖﻘﺮﻴﺭ.pdf"})
    void aNameOfAnotherScriptIsAName(String filename) {
        assertThat(new ChunkContext(filename, null).words(chunk("Text", null, null)))
                .isEqualTo(filename.substring(0, filename.indexOf('.')));
    }

    @Test
    void nothingIsSaidTwice() {
        ChunkContext context = new ChunkContext("Handbook.md", "HANDBOOK");
        assertThat(context.words(chunk("Text", "Handbook", null))).isEqualTo("Handbook");
        assertThat(context.embedded(chunk("Text", "Handbook", null), ROOMY, String::length))
                .isEqualTo("Handbook\n\nText");
        assertThat(context.embedded(chunk("Handbook\nText", "Handbook", null), ROOMY, String::length))
                .isEqualTo("Handbook\nText");
    }

    @Test
    void theTextIsNeverCutForItsContext() {
        ChunkContext context = new ChunkContext("Price list.csv", null);
        Chunk chunk = chunk("| 640 | 1,950 |", null, "| City | Cargo |");
        assertThat(context.embedded(chunk, 60, String::length))
                .isEqualTo("Price list\n| City | Cargo |\n\n| 640 | 1,950 |");
        assertThat(context.embedded(chunk, 35, String::length)).isEqualTo("| City | Cargo |\n\n| 640 | 1,950 |");
        assertThat(context.embedded(chunk, 15, String::length)).isEqualTo("| 640 | 1,950 |");
    }

    /** A row has its name once, and a text about it many times. */
    @Test
    void theNamesOfRowsWithFiguresCountAsWords() {
        ChunkContext context = new ChunkContext("Harbour.pdf", null);
        String head = "| | June 2025 | June 2024 |\n| --- | --- | --- |";
        Chunk chunk = chunk(
                head + "\n| Ticket sales: |\n| Adults | $ 4,711 | $ 4,502 |\n\n" + head
                        + "\n| Adults | 14.5% | — |\n| Gull | M. Quist | pilot |",
                null,
                null);
        assertThat(context.words(chunk)).isEqualTo("Harbour\nAdults");
    }

    @Test
    void aNameIsBounded() {
        String words = new ChunkContext("x".repeat(5_000) + ".pdf", "🚲".repeat(300) + " bicycle")
                .words(chunk("Text", null, null));
        assertThat(words).isEqualTo("x".repeat(200));
    }

    @Test
    void aPieceOfATableHasItsCaptionAndHeader() {
        String caption = "Table 3: fines in euros";
        String table = "| Bicycle | Fine |\n|---|---|\n"
                + "| city | 640 |\n".repeat(40).strip();
        String text = caption + "\n\n" + table + "\n\nEnd.";
        int from = caption.length() + 2;
        ExtractedDocument document = new ExtractedDocument(
                text,
                List.of(),
                List.of(
                        new Block(BlockType.PARAGRAPH, 0, 0, caption.length()),
                        new Block(BlockType.TABLE, 0, from, from + table.length())),
                new DocumentMetadata(null, null, "en", null),
                "text/plain");
        List<Chunk> chunks = new Chunker().chunk(document, new ChunkingOptions(200, 0, 1_000), String::length);
        assertThat(chunks).hasSizeGreaterThan(2);
        assertThat(chunks.get(0).table()).isNull();
        assertThat(chunks.subList(1, chunks.size() - 1))
                .allSatisfy(chunk -> assertThat(chunk.table()).isEqualTo(caption + "\n| Bicycle | Fine |"));
    }

    /** A chunk often begins with a table, because the table did not fit into the one before. */
    @Test
    void theFirstPieceOfATableHasItsCaption() {
        String before = "Bicycles stand in the yard. ".repeat(12);
        String caption = before + "The fines of this year are as follows:";
        String table =
                "| Bicycle | Fine |\n|---|---|\n" + "| city | 640 |\n".repeat(8).strip();
        ExtractedDocument document = new ExtractedDocument(
                caption + "\n\n" + table,
                List.of(),
                List.of(
                        new Block(BlockType.PARAGRAPH, 0, 0, caption.length()),
                        new Block(BlockType.TABLE, 0, caption.length() + 2, caption.length() + 2 + table.length())),
                new DocumentMetadata(null, null, "en", null),
                "text/plain");
        List<Chunk> chunks = new Chunker().chunk(document, new ChunkingOptions(400, 0, 1_000), String::length);
        assertThat(chunks).hasSize(2);
        assertThat(chunks.get(1).text()).startsWith("| Bicycle");
        assertThat(chunks.get(1).table()).isEqualTo("The fines of this year are as follows:");
    }

    /** Rows that overlap into the text behind their table would stand there without their head. */
    @Test
    void theTextBehindATableDoesNotBeginWithItsRows() {
        String table = "| Bicycle | Fine |\n|---|---|\n"
                + "| city | 640 |\n".repeat(12).strip();
        String text = table + "\n\n" + "Bicycles stand in the yard. ".repeat(12).strip();
        ExtractedDocument document = new ExtractedDocument(
                text,
                List.of(),
                List.of(
                        new Block(BlockType.TABLE, 0, 0, table.length()),
                        new Block(BlockType.PARAGRAPH, 0, table.length() + 2, text.length())),
                new DocumentMetadata(null, null, "en", null),
                "text/plain");
        List<Chunk> chunks = new Chunker().chunk(document, new ChunkingOptions(250, 100, 1_000), String::length);
        assertThat(chunks.get(0).text()).isEqualTo(table);
        assertThat(chunks.get(1).text()).startsWith("Bicycles stand");
    }

    private static Chunk chunk(String text, @Nullable String title, @Nullable String table) {
        return new Chunk(0, Chunk.ChunkType.TEXT, null, 0, text.length(), text, title, table, text.length());
    }
}
