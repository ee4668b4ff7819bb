package io.arketic.extractors.chunk;

import com.ibm.icu.util.ULocale;
import io.arketic.extractors.ExtractedDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Cuts a document into chunks that fit an embedding model: before headings, else between paragraphs, rows and list
 * items, else between sentences, else between words, else between characters as a reader sees them.
 *
 * <p>A chunk holds text of one inner file only. Every character except white space is in at least one chunk, and no chunk
 * begins or ends with white space. A heading never ends a chunk while text follows it, unless headings alone are longer
 * than a chunk. Time grows only with the length of the document. The class has no state and is safe for several threads.
 */
public final class Chunker {

    /** Sets the share of the fitting size that the estimate after a too long chunk aims at. */
    private static final double SHRINK = 0.95;

    /** Sets the growth of chunks after one had too many tokens. */
    private static final double GROWTH = 1.2;

    /**
     * Cuts one document.
     *
     * @param tokenCounter tokens of a text as the embedding model counts them, its own marks included; called about
     *     once per chunk
     * @return in order; empty for a document without text
     * @throws IllegalArgumentException when a single character has more than {@link ChunkingOptions#maxTokens()}
     */
    public List<Chunk> chunk(ExtractedDocument document, ChunkingOptions options, ToIntFunction<String> tokenCounter) {
        return new Cutting(document, options, tokenCounter).run();
    }

    private static final class Cutting {
        private final String text;
        private final ChunkingOptions options;
        private final ToIntFunction<String> tokenCounter;
        private final CutPoints cuts;
        private final WordBreaks words;
        private final ChunkLabels labels;
        private final CodePointOffsets offsets;
        private final List<Chunk> chunks = new ArrayList<>();

        Cutting(ExtractedDocument document, ChunkingOptions options, ToIntFunction<String> tokenCounter) {
            this.text = document.text();
            this.options = options;
            this.tokenCounter = tokenCounter;
            String language = document.metadata().language();
            ULocale locale = language == null ? ULocale.ROOT : ULocale.forLanguageTag(language);
            this.cuts = CutPoints.of(document, locale);
            this.words = new WordBreaks(text, locale);
            this.labels = new ChunkLabels(document);
            this.offsets = new CodePointOffsets(text);
        }

        List<Chunk> run() {
            int start = WhiteSpace.skip(text, 0);
            int covered = start;
            int budget = options.size();
            while (start < text.length()) {
                int last = offsets.plus(start, budget);
                int fresh = WhiteSpace.skip(text, covered);
                if (last <= fresh && start < fresh) {
                    // The overlap alone fills the chunk: leave it out.
                    start = fresh;
                    continue;
                }
                int end = WhiteSpace.trim(text, start, endOf(start, last, covered));
                int tokens = tokenCounter.applyAsInt(text.substring(start, end));
                if (tokens > options.maxTokens()) {
                    budget = shrunk(offsets.between(start, end), tokens);
                    continue;
                }
                chunks.add(labels.label(chunks.size(), start, end, tokens, offsets));
                covered = end;
                start = nextStart(start, end);
                budget = Math.min(options.size(), (int) Math.ceil(budget * GROWTH));
            }
            return chunks;
        }

        private int shrunk(int length, int tokens) {
            if (length <= 1) {
                throw new IllegalArgumentException(
                        "one character has " + tokens + " tokens, more than maxTokens " + options.maxTokens());
            }
            int fitting = (int) (length * SHRINK * options.maxTokens() / tokens);
            return Math.max(1, Math.min(length - 1, fitting));
        }

        /**
         * Returns the best cut for a chunk from {@code start} to at most {@code last} that goes beyond {@code covered}.
         */
        private int endOf(int start, int last, int covered) {
            // Only white space is between: a cut there makes a chunk that ends by `last`.
            int latest = WhiteSpace.skip(text, last);
            int otherFile = cuts.firstFile(start + 1, latest);
            if (otherFile >= 0) {
                return otherFile;
            }
            if (latest >= text.length()) {
                return text.length();
            }
            int earliest = Math.max(WhiteSpace.skip(text, covered), start) + 1;
            int cut = cuts.best(start, earliest, latest);
            if (cut < 0) {
                cut = words.before(start, earliest, last);
            }
            return cut < 0 ? last : cut;
        }

        private int nextStart(int start, int end) {
            int next = WhiteSpace.skip(text, end);
            // Rows at the beginning of a chunk would stand without their head, as a second copy.
            if (options.overlap() == 0 || next >= text.length() || cuts.isHead(next) || cuts.endsTable(end)) {
                return next;
            }
            int earliest = Math.max(start + 1, offsets.minus(end, options.overlap()));
            int sentence = cuts.firstSentence(earliest, end);
            int from = sentence >= 0 ? sentence : words.after(earliest, end);
            if (from < 0) {
                return next;
            }
            int begin = WhiteSpace.skip(text, from);
            return begin < end && begin > start ? begin : next;
        }
    }
}
