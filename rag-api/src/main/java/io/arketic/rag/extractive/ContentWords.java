package io.arketic.rag.extractive;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.text.Normalizer2;
import com.ibm.icu.util.ULocale;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the meaningful words of a text, in a form that is mostly equal for inflections of one word: case folded,
 * without accents on Latin letters, cut to a stem. ICU finds the words, also without blanks between them.
 */
public final class ContentWords {

    /** Limits the letters of a stem; truncation needs no language. */
    private static final int STEM = 6;

    private static final List<String> SUFFIXES = List.of("ing", "ed", "es", "s");

    /** Lists endings that are removed after the others, so that one word has one stem: requests, request. */
    private static final List<String> COMPARISONS = List.of("est", "er");

    private static final int LEAST_REST = 4;

    /**
     * Lists English words that questions and sentences share without a common subject, or that name the kind of answer.
     */
    private static final Set<String> FUNCTION_WORDS = Set.of(
            "a",
            "about",
            "after",
            "all",
            "also",
            "an",
            "and",
            "any",
            "are",
            "as",
            "at",
            "be",
            "been",
            "before",
            "being",
            "between",
            "both",
            "but",
            "by",
            "can",
            "could",
            "did",
            "differ",
            "difference",
            "differences",
            "do",
            "does",
            "during",
            "each",
            "for",
            "from",
            "had",
            "happen",
            "happened",
            "happens",
            "has",
            "have",
            "he",
            "her",
            "his",
            "how",
            "i",
            "if",
            "in",
            "into",
            "is",
            "it",
            "its",
            "many",
            "may",
            "me",
            "mean",
            "means",
            "more",
            "most",
            "much",
            "my",
            "name",
            "no",
            "not",
            "of",
            "on",
            "one",
            "or",
            "other",
            "our",
            "say",
            "says",
            "stand",
            "stands",
            "she",
            "should",
            "so",
            "some",
            "such",
            "than",
            "that",
            "the",
            "their",
            "them",
            "there",
            "these",
            "they",
            "this",
            "those",
            "to",
            "was",
            "we",
            "were",
            "what",
            "when",
            "where",
            "which",
            "while",
            "who",
            "whom",
            "whose",
            "why",
            "will",
            "with",
            "would",
            "you",
            "your");

    /** Lists words that only English has: with one of them a question counts as English. */
    private static final Set<String> ENGLISH_MARKS = Set.of(
            "what", "which", "who", "whom", "whose", "when", "where", "why", "how", "the", "is", "are", "does", "did",
            "was", "were", "of", "and", "to", "with", "can", "should", "list", "show", "explain", "tell");

    private static final Set<String> NEGATIONS = Set.of(
            "not", "no", "never", "neither", "nor", "cannot", "without", "except", "unlike", "none", "nobody",
            "nothing");

    private static final Set<String> CONDITIONS =
            Set.of("if", "when", "while", "that", "unless", "whether", "because", "although");

    private static final Normalizer2 FOLD = Normalizer2.getNFKCCasefoldInstance();
    private static final Normalizer2 DECOMPOSE = Normalizer2.getNFDInstance();

    private ContentWords() {}

    /** Returns the words in order of their first appearance. */
    public static Set<String> of(String text) {
        return new LinkedHashSet<>(inOrder(text));
    }

    /** Returns the words with repetitions. */
    static List<String> inOrder(String text) {
        List<String> stems = new ArrayList<>();
        for (String word : words(text)) {
            if (!FUNCTION_WORDS.contains(word)) {
                stems.add(stem(word));
            }
        }
        return stems;
    }

    /**
     * Returns names: words with a capital, but not the first, or with a digit. There are none in scripts without
     * capitals and in texts that capitalise most words.
     */
    static Set<String> names(String text) {
        List<String> words = split(text);
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (i > 0 && Character.isUpperCase(word.codePointAt(0))
                    || word.codePoints().anyMatch(Character::isDigit)) {
                names.addAll(of(word));
            }
        }
        return names.size() * 2 > words.size() ? Set.of() : names;
    }

    /** Returns whether an English text denies something. */
    static boolean negated(String text) {
        return words(text).stream()
                .anyMatch(word -> NEGATIONS.contains(word) || word.endsWith("n't") || word.endsWith("n’t"));
    }

    /** Returns whether an English question asks for what is not so. A condition ("if I pass no width") does not. */
    static boolean negatedQuestion(String question) {
        List<String> words = words(question);
        for (int i = 0; i < words.size(); i++) {
            if (i > 0 && CONDITIONS.contains(words.get(i))) {
                return false;
            }
            if (negated(words.get(i))) {
                return true;
            }
        }
        return false;
    }

    public static boolean isFunctionWord(String word) {
        return FUNCTION_WORDS.contains(FOLD.normalize(word));
    }

    public static boolean english(String question) {
        return words(question).stream().anyMatch(ENGLISH_MARKS::contains);
    }

    /** Returns all words, case folded, with function words and repetitions. */
    static List<String> words(String text) {
        return split(FOLD.normalize(text)).stream()
                .map(word -> word.endsWith("'s") || word.endsWith("’s") ? word.substring(0, word.length() - 2) : word)
                .toList();
    }

    private static List<String> split(String text) {
        BreakIterator breaks = BreakIterator.getWordInstance(ULocale.ROOT);
        breaks.setText(text);
        List<String> words = new ArrayList<>();
        int start = breaks.first();
        for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
            if (breaks.getRuleStatus() != BreakIterator.WORD_NONE) {
                words.add(text.substring(start, end));
            }
            start = end;
        }
        return words;
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
        strip(plain, SUFFIXES);
        strip(plain, COMPARISONS);
        return plain.length() <= STEM ? plain.toString() : plain.substring(0, STEM);
    }

    private static void strip(StringBuilder word, List<String> suffixes) {
        for (String suffix : suffixes) {
            int rest = word.length() - suffix.length();
            if (rest >= (suffix.length() == 1 ? LEAST_REST - 1 : LEAST_REST) && word.indexOf(suffix, rest) == rest) {
                word.setLength(rest);
                return;
            }
        }
    }
}
