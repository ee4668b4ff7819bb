package io.arketic.extractors.chunk;

import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.Block;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.ExtractedDocument.Page;
import io.arketic.extractors.chunk.Chunk.ChunkType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Labels a piece of a document: its page, headings and kind. */
final class ChunkLabels {

    private static final String SEPARATOR = " › ";
    private static final int LONGEST_HEADING = 200;
    private static final int LONGEST_PATH = 300;

    /** Pieces of a table that are looked through for its caption. */
    private static final int MOST_PIECES = 200;

    private final ExtractedDocument document;
    private final List<Block> blocks;
    private final List<Heading> headings = new ArrayList<>();

    private record Heading(
            int start, int level, String title, @Nullable Heading outer) {}

    ChunkLabels(ExtractedDocument document) {
        this.document = document;
        this.blocks = document.blocks();
        Heading current = null;
        for (Block block : blocks) {
            if (block.type().isTitle()) {
                while (current != null && current.level() >= block.level()) {
                    current = current.outer();
                }
                current = new Heading(block.start(), block.level(), titleOf(block), current);
                headings.add(current);
            }
        }
    }

    Chunk label(int ordinal, int start, int end, int tokens, CodePointOffsets offsets) {
        return new Chunk(
                ordinal,
                kind(type(start, end)),
                page(start),
                offsets.at(start),
                offsets.at(end),
                document.text().substring(start, end),
                path(firstUnderHeadings(start, end)),
                table(start),
                tokens);
    }

    private String titleOf(Block block) {
        String title = document.text().substring(block.start(), block.end()).replace('\n', ' ');
        return block.type() == BlockType.FILE ? itsEnd(title) : shortened(title);
    }

    /** Shortens the path of a file, whose name is its end. */
    private static String itsEnd(String path) {
        int length = path.codePointCount(0, path.length());
        return length <= LONGEST_PATH ? path : "…" + path.substring(path.offsetByCodePoints(0, length - LONGEST_PATH));
    }

    private static String shortened(String title) {
        return title.codePointCount(0, title.length()) <= LONGEST_HEADING
                ? title
                : title.substring(0, title.offsetByCodePoints(0, LONGEST_HEADING)) + "…";
    }

    /** Running text of a picture file was recognized in the picture. */
    private ChunkType kind(ChunkType type) {
        boolean picture = document.mediaType().startsWith("image/");
        return picture && type == ChunkType.TEXT ? ChunkType.IMAGE : type;
    }

    private ChunkType type(int start, int end) {
        Map<ChunkType, Integer> lengths = new EnumMap<>(ChunkType.class);
        int covered = 0;
        for (int i = blockAt(start); i < blocks.size() && blocks.get(i).start() < end; i++) {
            Block block = blocks.get(i);
            int length = Math.min(end, block.end()) - Math.max(start, block.start());
            if (length > 0) {
                lengths.merge(typeOf(block.type()), length, Integer::sum);
                covered += length;
            }
        }
        lengths.merge(ChunkType.TEXT, Math.max(0, end - start - covered) / 2, Integer::sum);
        boolean onlyTitles = lengths.containsKey(ChunkType.TITLE)
                && lengths.entrySet().stream().allMatch(e -> e.getKey() == ChunkType.TITLE || e.getValue() <= 2);
        if (onlyTitles) {
            return ChunkType.TITLE;
        }
        lengths.remove(ChunkType.TITLE);
        return lengths.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(ChunkType.TEXT);
    }

    private static ChunkType typeOf(BlockType type) {
        return switch (type) {
            case PARAGRAPH -> ChunkType.TEXT;
            case HEADING, FILE -> ChunkType.TITLE;
            case TABLE -> ChunkType.TABLE;
            case LIST -> ChunkType.LIST;
            case CODE -> ChunkType.CODE;
        };
    }

    private @Nullable Integer page(int index) {
        List<Page> pages = document.pages();
        int at = lastBefore(pages.size(), i -> pages.get(i).start() <= index);
        return at < 0 ? null : Integer.valueOf(pages.get(at).number());
    }

    /** Skips the headings at the beginning of a chunk: it belongs to them, too. */
    private int firstUnderHeadings(int start, int end) {
        int at = start;
        for (int i = blockAt(start); i < blocks.size() && blocks.get(i).start() < end; i++) {
            Block block = blocks.get(i);
            if (!block.type().isTitle()) {
                break;
            }
            at = Math.max(at, block.start());
        }
        return at;
    }

    private @Nullable String path(int index) {
        int at = lastBefore(headings.size(), i -> headings.get(i).start() <= index);
        if (at < 0) {
            return null;
        }
        Deque<String> titles = new ArrayDeque<>();
        for (Heading heading = headings.get(at); heading != null; heading = heading.outer()) {
            titles.addFirst(heading.title());
        }
        return String.join(SEPARATOR, titles);
    }

    /**
     * The caption and the header of the table in which a chunk begins, as far as the chunk does not hold them: the
     * paragraph before it, and its first row. The pieces of a long table, each with the header, are one table.
     */
    private @Nullable String table(int start) {
        int at = blockAt(start);
        if (at >= blocks.size() || blocks.get(at).type() != BlockType.TABLE) {
            return null;
        }
        Block piece = blocks.get(at);
        String header = firstLine(piece);
        int first = at;
        while (first > 0
                && at - first < MOST_PIECES
                && blocks.get(first - 1).type() == BlockType.TABLE
                && firstLine(blocks.get(first - 1)).equals(header)) {
            first--;
        }
        boolean cut = piece.start() + header.length() < start;
        String parts = Stream.of(caption(first), cut ? shortened(header) : "")
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("\n"));
        return parts.isEmpty() ? null : parts;
    }

    private String firstLine(Block block) {
        int end = document.text().indexOf('\n', block.start());
        return document.text().substring(block.start(), end < 0 || end > block.end() ? block.end() : end);
    }

    private String caption(int table) {
        if (table == 0 || blocks.get(table - 1).type() != BlockType.PARAGRAPH) {
            return "";
        }
        Block before = blocks.get(table - 1);
        String paragraph =
                document.text().substring(before.start(), before.end()).replace('\n', ' ');
        if (paragraph.length() <= LONGEST_HEADING) {
            return paragraph;
        }
        // Its last sentence introduces the table; a longer one does so with its end.
        int sentence = paragraph.lastIndexOf(". ") + 1;
        int word = paragraph.indexOf(' ', paragraph.length() - LONGEST_HEADING);
        return word < 0 ? "" : paragraph.substring(Math.max(sentence, word)).strip();
    }

    /** Returns the first block that ends after {@code index}. */
    private int blockAt(int index) {
        return lastBefore(blocks.size(), i -> blocks.get(i).end() <= index) + 1;
    }

    /** Returns the last of {@code size} indexes for which {@code before} holds, if all such come first; -1 for none. */
    private static int lastBefore(int size, java.util.function.IntPredicate before) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (before.test(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
