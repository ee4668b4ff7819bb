package io.arketic.schema.generation;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Measures how much a text says, for {@code knowledge_chunks.relevance_score}. It is the product of three shares, each at
 * most 1: letters and digits of 30, letters and digits among half of what is not blank, and distinct words among a fifth
 * of the words. So prose, tables and code score 1 in every script; a page number, a line of dots, and one word repeated a
 * hundred times score next to 0. Searches rank scores below 0.1 lower, and filter none: a short note may be all of a document.
 */
final class TextQuality {

    private static final int ENOUGH_CHARACTERS = 30;
    private static final double ENOUGH_SHARE = 0.5;
    private static final double ENOUGH_VARIETY = 0.2;
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private TextQuality() {}

    /** Returns a score from 0 to 1. */
    static double of(String text) {
        long visible = text.codePoints()
                .filter(point -> !Character.isWhitespace(point))
                .count();
        long said = text.codePoints().filter(Character::isLetterOrDigit).count();
        if (said == 0) {
            return 0;
        }
        Set<String> distinct = new HashSet<>();
        int words = 0;
        for (String word : BLANKS.split(text.strip().toLowerCase(Locale.ROOT))) {
            distinct.add(word);
            words++;
        }
        return share(said, ENOUGH_CHARACTERS)
                * share((double) said / visible, ENOUGH_SHARE)
                * share((double) distinct.size() / words, ENOUGH_VARIETY);
    }

    private static double share(double value, double enough) {
        return Math.min(1, value / enough);
    }
}
