package io.arketic.extractors.chunk;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.Block;
import io.arketic.extractors.ExtractedDocument.BlockType;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Finds in one pass where a document may be cut: before headings, blocks, sentences and lines. A cut is the index at
 * which the next chunk begins. None separates a heading from its text.
 */
final class CutPoints {

    /**
     * Sets the least fill, as a share of the fitting size, for each kind of cut; found by experiment, see RATIONALE.md.
     */
    private static final double HEADING_FILL = 0.5;

    private static final double BLOCK_FILL = 0.75;
    private static final double SENTENCE_FILL = 0.5;
    private static final double LEAST_FILL = 0.25;

    private final IntList headings = new IntList();
    private final IntList blocks = new IntList();

    /** Lists the offsets at which the text of another inner file begins. */
    private final IntList files = new IntList();

    private final IntList sentences = new IntList();

    /** Lists the offsets at which a table begins, or a piece of one with its head. */
    private final IntList tables = new IntList();

    /** Lists the offsets at which a table ends, or a piece of one. */
    private final IntList tableEnds = new IntList();

    private final IntList rows = new IntList();
    private final String text;
    private final BreakIterator sentenceIterator;

    private CutPoints(String text, ULocale locale) {
        this.text = text;
        this.sentenceIterator = BreakIterator.getSentenceInstance(locale);
    }

    static CutPoints of(ExtractedDocument document, ULocale locale) {
        CutPoints cuts = new CutPoints(document.text(), locale);
        boolean afterHeading = false;
        for (Block block : Paragraphs.fill(document)) {
            boolean heading = block.type().isTitle();
            if (block.type() == BlockType.FILE) {
                cuts.files.add(block.start());
            }
            if (!afterHeading) {
                (heading ? cuts.headings : cuts.blocks).add(block.start());
                if (block.type() == BlockType.TABLE) {
                    cuts.tables.add(block.start());
                }
            }
            afterHeading = heading;
            if (block.type() == BlockType.TABLE) {
                cuts.tableEnds.add(block.end());
            }
            cuts.addInner(block);
        }
        return cuts;
    }

    private void addInner(Block block) {
        if (block.type() == BlockType.PARAGRAPH) {
            addSentences(block.start(), block.end());
            return;
        }
        if (block.type().isTitle()) {
            return;
        }
        int line = 0;
        int begin = block.start();
        while (begin < block.end()) {
            int feed = text.indexOf('\n', begin);
            int end = feed < 0 || feed > block.end() ? block.end() : feed;
            // The head of a table stays with its separator and first row.
            if (block.type() == BlockType.TABLE && line > 2) {
                rows.add(begin);
            } else if (block.type() != BlockType.TABLE && line > 0) {
                sentences.add(begin);
            }
            if (block.type() == BlockType.LIST) {
                addSentences(begin, end);
            }
            begin = end + 1;
            line++;
        }
    }

    private void addSentences(int start, int end) {
        // Line ends inside a paragraph come from the page's width; the iterator would take each for a sentence's end.
        sentenceIterator.setText(text.substring(start, end).replace('\n', ' '));
        sentenceIterator.first();
        for (int at = sentenceIterator.next(); at != BreakIterator.DONE; at = sentenceIterator.next()) {
            if (start + at < end) {
                sentences.add(start + at);
            }
        }
    }

    /** Returns the cut from {@code earliest} to {@code latest} that a chunk from {@code start} should take, or -1. */
    int best(int start, int earliest, int latest) {
        int room = latest - start;
        int cut = headings.last(floor(start, room, HEADING_FILL, earliest), latest);
        cut = cut >= 0 ? cut : blocks.last(floor(start, room, BLOCK_FILL, earliest), latest);
        cut = cut >= 0 ? cut : sentences.last(floor(start, room, SENTENCE_FILL, earliest), latest);
        // A row that is cut off from its head says less than a short chunk.
        cut = cut >= 0 ? cut : tables.last(floor(start, room, LEAST_FILL, earliest), latest);
        cut = cut >= 0 ? cut : rows.last(floor(start, room, SENTENCE_FILL, earliest), latest);
        cut = cut >= 0 ? cut : blocks.last(floor(start, room, LEAST_FILL, earliest), latest);
        cut = cut >= 0 ? cut : headings.last(floor(start, room, LEAST_FILL, earliest), latest);
        return cut;
    }

    private static int floor(int start, int room, double fill, int earliest) {
        return Math.max(earliest, start + (int) (room * fill));
    }

    /** Returns the first offset from {@code earliest} to {@code latest} at which another inner file begins, or -1. */
    int firstFile(int earliest, int latest) {
        return files.first(earliest, latest);
    }

    /** Returns the first sentence, line or block that begins from {@code earliest} on and before {@code end}, or -1. */
    int firstSentence(int earliest, int end) {
        return Stream.of(sentences, rows, blocks)
                .mapToInt(cuts -> cuts.first(earliest, end - 1))
                .filter(cut -> cut >= 0)
                .min()
                .orElse(-1);
    }

    /** Returns whether an inner file, a heading or the head of a table begins here. */
    boolean isHead(int index) {
        return files.first(index, index) >= 0 || headings.first(index, index) >= 0 || tables.first(index, index) >= 0;
    }

    /** Returns whether a table ends here. */
    boolean endsTable(int index) {
        return tableEnds.first(index, index) >= 0;
    }

    /** Holds sorted values, because the pass goes forward. */
    private static final class IntList {
        private int[] values = new int[64];
        private int size;

        void add(int value) {
            if (size > 0 && values[size - 1] >= value) {
                return;
            }
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }

        /** Returns the greatest value from {@code low} to {@code high}, or -1. */
        int last(int low, int high) {
            int at = Arrays.binarySearch(values, 0, size, high);
            int index = at >= 0 ? at : -at - 2;
            return index >= 0 && values[index] >= low ? values[index] : -1;
        }

        /** Returns the least value from {@code low} to {@code high}, or -1. */
        int first(int low, int high) {
            int at = Arrays.binarySearch(values, 0, size, low);
            int index = at >= 0 ? at : -at - 1;
            return index < size && values[index] <= high ? values[index] : -1;
        }
    }
}
