package io.arketic.extractors.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ibm.icu.text.BreakIterator;
import io.arketic.extractors.DocumentMetadata;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.Block;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.ExtractedDocument.Page;
import io.arketic.extractors.chunk.Chunk.ChunkType;
import io.arketic.extractors.chunk.RandomDocuments.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChunkerTest {

    private static final ToIntFunction<String> FOURTHS = text -> 2 + text.codePointCount(0, text.length()) / 4;

    private final Chunker chunker = new Chunker();

    @ParameterizedTest
    @EnumSource(Script.class)
    void keepsItsPromisesOnRandomDocuments(Script script) {
        Random random = new Random(script.name().hashCode());
        for (int round = 0; round < 150; round++) {
            ExtractedDocument document = RandomDocuments.of(script, random);
            int size = 1 + random.nextInt(random.nextBoolean() ? 60 : 1_500);
            ChunkingOptions options = new ChunkingOptions(size, random.nextInt(size), 3 + random.nextInt(400));
            assertPromises(document, options, chunker.chunk(document, options, FOURTHS));
        }
    }

    private static void assertPromises(ExtractedDocument document, ChunkingOptions options, List<Chunk> chunks) {
        String text = document.text();
        BitSet seen = new BitSet();
        int ordinal = 0;
        int previousStart = -1;
        int previousEnd = 0;
        for (Chunk chunk : chunks) {
            int start = text.offsetByCodePoints(0, chunk.start());
            int end = text.offsetByCodePoints(0, chunk.end());
            assertThat(chunk.ordinal()).isEqualTo(ordinal++);
            assertThat(chunk.text())
                    .isEqualTo(text.substring(start, end))
                    .isEqualTo(chunk.text().strip());
            assertThat(chunk.text()).isNotEmpty();
            assertThat(chunk.end() - chunk.start()).isLessThanOrEqualTo(options.size());
            assertThat(chunk.tokens())
                    .isEqualTo(FOURTHS.applyAsInt(chunk.text()))
                    .isLessThanOrEqualTo(options.maxTokens());
            assertThat(chunk.start()).isGreaterThan(previousStart);
            assertThat(chunk.end()).isGreaterThan(previousEnd);
            assertThat(previousEnd - chunk.start()).isLessThanOrEqualTo(options.overlap());
            assertThat(Character.isLowSurrogate(text.charAt(start)) && start > 0)
                    .isFalse();
            assertThat(chunk.page()).isEqualTo(pageOf(document, start));
            assertThat(document.blocks())
                    .noneMatch(block -> block.type() == BlockType.FILE && block.start() > start && block.start() < end);
            seen.set(start, end);
            previousStart = chunk.start();
            previousEnd = chunk.end();
        }
        for (int i = 0; i < text.length(); i++) {
            assertThat(seen.get(i) || WhiteSpace.is(text.charAt(i)))
                    .as("character %d", i)
                    .isTrue();
        }
    }

    private static int pageOf(ExtractedDocument document, int index) {
        return document.pages().stream()
                .filter(page -> page.start() <= index && index < page.end())
                .map(Page::number)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aHeadingGoesWithTheTextUnderItAndNamesTheChunk() {
        ExtractedDocument document = document(
                heading(1, "Manual"),
                paragraph("a".repeat(70) + "."),
                heading(2, "Setup"),
                paragraph("Install it now."));
        List<Chunk> chunks = chunker.chunk(document, new ChunkingOptions(100, 0, 512), FOURTHS);
        assertThat(chunks).extracting(Chunk::title).containsExactly("Manual", "Manual › Setup");
        assertThat(chunks.get(1).text()).isEqualTo("Setup\n\nInstall it now.");
    }

    @Test
    void aChunkHoldsTextOfOneFileAndIsNamedByItsPath() {
        String path = "x".repeat(400) + "/costs.txt";
        ExtractedDocument document = document(
                block(BlockType.FILE, 0, "Order (Ada, 2026-03-02)"),
                heading(1, "Pumps"),
                paragraph("Two pumps."),
                block(BlockType.FILE, 0, path),
                paragraph("They cost 90 euros."));
        List<Chunk> chunks = chunker.chunk(document, new ChunkingOptions(1_000, 200, 512), FOURTHS);
        assertThat(chunks)
                .extracting(Chunk::text)
                .containsExactly("Order (Ada, 2026-03-02)\n\nPumps\n\nTwo pumps.", path + "\n\nThey cost 90 euros.");
        assertThat(chunks.get(0).title()).isEqualTo("Order (Ada, 2026-03-02) › Pumps");
        assertThat(chunks.get(1).title()).startsWith("…xxx").endsWith("x/costs.txt");
    }

    @Test
    void aChunkIsOfTheKindThatItMostlyHolds() {
        ChunkingOptions options = new ChunkingOptions(1_000, 0, 512);
        Map<ChunkType, ExtractedDocument> documents = new EnumMap<>(Map.of(
                ChunkType.TEXT, document(heading(1, "Pumps"), paragraph("A pump moves water.")),
                ChunkType.TITLE, document(heading(1, "Pumps"), heading(2, "Loud pumps")),
                ChunkType.TABLE, document(paragraph("Of 1987"), block(BlockType.TABLE, 0, "| pump | litres |")),
                ChunkType.LIST, document(heading(1, "Parts"), block(BlockType.LIST, 0, "- impeller\n- seal")),
                ChunkType.CODE, document(paragraph("Run"), block(BlockType.CODE, 0, "pump.start(); pump.stop();"))));
        ExtractedDocument text = document(paragraph("A pump in a photo"));
        documents.put(
                ChunkType.IMAGE,
                new ExtractedDocument(text.text(), text.pages(), text.blocks(), text.metadata(), "image/png"));
        assertThat(documents).hasSameSizeAs(ChunkType.values());
        documents.forEach((type, document) -> assertThat(chunker.chunk(document, options, FOURTHS))
                .singleElement()
                .extracting(Chunk::type)
                .isEqualTo(type));
    }

    @Test
    void tablesAreCutBetweenRowsAndKeepTheirHeadTogether() {
        StringBuilder rows = new StringBuilder("| name | value |\n| --- | --- |");
        for (int i = 0; i < 40; i++) {
            rows.append("\n| row ").append(i).append(" | ").append(i * 17).append(" |");
        }
        ExtractedDocument document = document(block(BlockType.TABLE, 0, rows.toString()));
        List<Chunk> chunks = chunker.chunk(document, new ChunkingOptions(200, 40, 512), FOURTHS);
        assertThat(chunks).hasSizeGreaterThan(3).allSatisfy(chunk -> {
            assertThat(chunk.type()).isEqualTo(ChunkType.TABLE);
            assertThat(chunk.text()).startsWith("| ").endsWith(" |");
        });
    }

    @Test
    void sentencesAreCutWhereTheLanguageEndsThem() {
        String chinese = "人工智能正在改变世界。我们需要学习新的技术。";
        ExtractedDocument document = document(paragraph(chinese.repeat(20)));
        List<Chunk> chunks = chunker.chunk(document, new ChunkingOptions(100, 30, 512), FOURTHS);
        assertThat(chunks).allSatisfy(chunk -> assertThat(chunk.text()).endsWith("。"));
    }

    @Test
    void aLineEndFromTheWidthOfThePageEndsNoSentence() {
        ExtractedDocument document = document(paragraph(
                "One sentence that runs over\nthe end of a line. Another sentence that also runs\nover it. A third."));
        List<Chunk> chunks = chunker.chunk(document, new ChunkingOptions(60, 0, 512), FOURTHS);
        assertThat(chunks.get(0).text()).isEqualTo("One sentence that runs over\nthe end of a line.");
    }

    @Test
    void noCutFallsInsideACharacterAsAReaderSeesIt() {
        String family = "👩‍👩‍👧‍👦";
        ExtractedDocument document = document(paragraph(family.repeat(50)));
        List<Chunk> chunks = chunker.chunk(document, new ChunkingOptions(30, 0, 512), FOURTHS);
        BreakIterator characters = BreakIterator.getCharacterInstance();
        characters.setText(document.text());
        assertThat(chunks)
                .allSatisfy(chunk -> assertThat(
                                characters.isBoundary(document.text().offsetByCodePoints(0, chunk.end())))
                        .isTrue());
    }

    @Test
    void chunksAreWellFilledAndCountedAboutOnce() {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            text.append("Sentence number ").append(random.nextInt(1_000_000)).append(" of this long paragraph. ");
        }
        AtomicInteger calls = new AtomicInteger();
        ExtractedDocument document = document(paragraph(text.toString().strip()));
        List<Chunk> chunks = chunker.chunk(document, new ChunkingOptions(1_000, 200, 512), chunk -> {
            calls.incrementAndGet();
            return FOURTHS.applyAsInt(chunk);
        });
        assertThat(chunks.stream()
                        .mapToInt(chunk -> chunk.end() - chunk.start())
                        .average()
                        .orElseThrow())
                .isGreaterThan(850);
        assertThat(calls.get()).isEqualTo(chunks.size());
    }

    @Test
    void hostileTextTakesTimeByItsLengthAlone() {
        String base64 = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0NTY3ODk".repeat(50_000);
        List<String> hostile = List.of(
                "x".repeat(3_000_000),
                base64,
                "The same paragraph again and again.\n\n".repeat(20_000),
                "1. ".repeat(500_000),
                "\u0301".repeat(500_000),
                "ก".repeat(300_000),
                "(".repeat(500_000));
        org.junit.jupiter.api.Assertions.assertTimeout(Duration.ofSeconds(60), () -> {
            for (String text : hostile) {
                ExtractedDocument document = document(paragraph(text.strip()));
                List<Chunk> chunks = chunker.chunk(document, new ChunkingOptions(1_000, 200, 512), FOURTHS);
                assertThat(chunks).isNotEmpty();
            }
        });
    }

    @Test
    void aDocumentWithoutBlocksIsCutAtItsEmptyLines() {
        String text = ("word ".repeat(12).strip() + ".\n\n").repeat(10).strip();
        ExtractedDocument document =
                new ExtractedDocument(text, List.of(), List.of(), DocumentMetadata.NONE, "text/plain");
        List<Chunk> chunks = chunker.chunk(document, new ChunkingOptions(130, 0, 512), FOURTHS);
        assertThat(chunks).hasSize(5).allSatisfy(chunk -> {
            assertThat(chunk.page()).isNull();
            assertThat(chunk.title()).isNull();
        });
    }

    @Test
    void whiteSpaceAloneGivesNoChunk() {
        ExtractedDocument document =
                new ExtractedDocument(" \n\t\u3000\n", List.of(), List.of(), DocumentMetadata.NONE, "text/plain");
        assertThat(chunker.chunk(document, new ChunkingOptions(10, 2, 10), FOURTHS))
                .isEmpty();
    }

    @Test
    void refusesATokenLimitThatNoCharacterMeets() {
        ExtractedDocument document = document(paragraph("text"));
        assertThatThrownBy(() -> chunker.chunk(document, new ChunkingOptions(10, 0, 1), FOURTHS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxTokens 1");
    }

    private record Piece(BlockType type, int level, String text) {}

    private static Piece heading(int level, String text) {
        return block(BlockType.HEADING, level, text);
    }

    private static Piece paragraph(String text) {
        return block(BlockType.PARAGRAPH, 0, text);
    }

    private static Piece block(BlockType type, int level, String text) {
        return new Piece(type, level, text);
    }

    private static ExtractedDocument document(Piece... pieces) {
        StringBuilder text = new StringBuilder();
        List<Block> blocks = new ArrayList<>();
        for (Piece piece : pieces) {
            if (!text.isEmpty()) {
                text.append("\n\n");
            }
            int start = text.length();
            text.append(piece.text());
            blocks.add(new Block(piece.type(), piece.level(), start, text.length()));
        }
        return new ExtractedDocument(
                text.toString(), List.of(new Page(1, 0, text.length())), blocks, DocumentMetadata.NONE, "text/plain");
    }
}
