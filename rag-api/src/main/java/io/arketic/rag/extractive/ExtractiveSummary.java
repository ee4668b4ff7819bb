package io.arketic.rag.extractive;

import io.arketic.schema.search.ChunkHit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Summarizes a chunk by its own sentences. */
public final class ExtractiveSummary {

    private static final int MOST_SENTENCES = 2;
    private static final int MOST_CHARACTERS = 400;

    private record Ranked(Sentence sentence, double weight) {}

    private ExtractiveSummary() {}

    /**
     * Returns up to two sentences in the order of the chunk: those with the most of its keywords for their length, the
     * earlier one of equals. It is never empty for a chunk with text, and at most 400 characters long.
     *
     * @param keywords the best first
     */
    public static String of(ChunkHit chunk, List<String> keywords) {
        List<Sentence> best = SentenceSplitter.split(chunk, 0).stream()
                .filter(sentence -> sentence.form() != SentenceForm.HEADING)
                .map(sentence -> new Ranked(sentence, weight(sentence.text(), keywords)))
                .sorted(Comparator.comparingDouble(Ranked::weight)
                        .reversed()
                        .thenComparingInt(ranked -> ranked.sentence().start()))
                .limit(MOST_SENTENCES)
                .map(Ranked::sentence)
                .sorted(Comparator.comparingInt(Sentence::start))
                .toList();
        String summary = best.isEmpty()
                ? chunk.text()
                : best.stream().map(Sentence::text).collect(Collectors.joining(" "));
        return shortened(summary.strip().replaceAll("\\s+", " "));
    }

    /** Adds up the keywords of a sentence, the first ones more, for the root of its length. */
    private static double weight(String text, List<String> keywords) {
        String lower = text.toLowerCase(Locale.ROOT);
        double weight = 0;
        for (int rank = 0; rank < keywords.size(); rank++) {
            if (lower.contains(keywords.get(rank).toLowerCase(Locale.ROOT))) {
                weight += 1.0 / (rank + 2);
            }
        }
        return weight / Math.sqrt(Math.max(20, text.length()));
    }

    private static String shortened(String text) {
        if (text.codePointCount(0, text.length()) <= MOST_CHARACTERS) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, MOST_CHARACTERS - 1)) + "…";
    }
}
