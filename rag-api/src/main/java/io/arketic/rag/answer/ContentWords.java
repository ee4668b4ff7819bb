package io.arketic.rag.answer;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.text.Normalizer2;
import com.ibm.icu.util.ULocale;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The words of a text that carry its meaning, in a form in which inflections of one word are mostly equal: case folded,
 * without accents on Latin letters, cut to a stem. ICU finds the words, also where no blanks part them.
 */
final class ContentWords {

    /** Letters kept of a word; truncation is a stemmer that needs no language. */
    private static final int STEM = 6;

    private static final List<String> SUFFIXES = List.of("ing", "ed", "es", "s");
    private static final int LEAST_REST = 4;

    /** English words that questions and sentences share without sharing a subject, or that name the kind of answer. */
    private static final Set<String> FUNCTION_WORDS = Set.of(
            "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "before",
            "being", "between", "both", "but", "by", "can", "could", "did", "do", "does", "during", "each", "for",
            "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it", "its", "many",
            "may", "me", "more", "most", "much", "my", "name", "no", "not", "of", "on", "one", "or", "other", "our",
            "she", "should", "so", "some", "such", "than", "that", "the", "their", "them", "there", "these", "they",
            "this", "those", "to", "was", "we", "were", "what", "when", "where", "which", "while", "who", "whom",
            "whose", "why", "will", "with", "would", "you", "your");

    /** Words that only English has: one of them in a question is taken as the question being English. */
    private static final Set<String> ENGLISH_MARKS = Set.of(
            "what", "which", "who", "whom", "whose", "when", "where", "why", "how", "the", "is", "are", "does", "did",
            "was", "were", "of", "and", "to", "with", "can", "should", "list", "show", "explain", "tell");

    private static final Normalizer2 FOLD = Normalizer2.getNFKCCasefoldInstance();
    private static final Normalizer2 DECOMPOSE = Normalizer2.getNFDInstance();

    private ContentWords() {}

    /** In order of their first appearance. */
    static Set<String> of(String text) {
        Set<String> stems = new LinkedHashSet<>();
        for (String word : words(text)) {
            if (!FUNCTION_WORDS.contains(word)) {
                stems.add(stem(word));
            }
        }
        return stems;
    }

    static boolean english(String question) {
        return words(question).stream().anyMatch(ENGLISH_MARKS::contains);
    }

    private static List<String> words(String text) {
        String folded = FOLD.normalize(text);
        BreakIterator breaks = BreakIterator.getWordInstance(ULocale.ROOT);
        breaks.setText(folded);
        Set<String> words = new LinkedHashSet<>();
        int start = breaks.first();
        for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
            if (breaks.getRuleStatus() != BreakIterator.WORD_NONE) {
                String word = folded.substring(start, end);
                if (word.endsWith("'s") || word.endsWith("’s")) {
                    word = word.substring(0, word.length() - 2);
                }
                words.add(word);
            }
            start = end;
        }
        return List.copyOf(words);
    }

    private static String stem(String word) {
        StringBuilder plain = new StringBuilder(word.length());
        DECOMPOSE
                .normalize(word)
                .codePoints()
                .filter(codePoint -> Character.getType(codePoint) != Character.NON_SPACING_MARK
                        || codePoint < 0x300
                        || codePoint > 0x36F)
                .forEach(plain::appendCodePoint);
        if (plain.codePoints().anyMatch(Character::isDigit)) {
            return plain.toString();
        }
        for (String suffix : SUFFIXES) {
            int rest = plain.length() - suffix.length();
            if (rest >= LEAST_REST && plain.indexOf(suffix, rest) == rest) {
                plain.setLength(rest);
                break;
            }
        }
        return plain.length() <= STEM ? plain.toString() : plain.substring(0, STEM);
    }
}
