package io.arketic.schema.search;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses what users write into a search box besides words: {@code "a phrase"}, {@code -word} and {@code -"a phrase"}.
 *
 * @param question without what it excludes; phrases are part of it, without their quotes
 * @param phrases that must stand in what is found
 * @param without what must not
 */
public record SearchSyntax(String question, List<String> phrases, List<String> without) {

    /** Limits the phrases and exclusions; further ones count as words. */
    private static final int MOST = 16;

    private static final Pattern OPERATORS = Pattern.compile(
            "(?<![^\\s(])(-?)(?:\"([^\"\\n]{1,200})\"|“([^”\\n]{1,200})”|„([^“”\\n]{1,200})[“”]|«([^»\\n]{1,200})»)"
                    + "|(?<!\\S)-(\\p{L}[\\p{L}\\p{M}\\p{N}]*)(?!\\S)");

    public SearchSyntax {
        phrases = List.copyOf(phrases);
        without = List.copyOf(without);
    }

    /** Parses a question; one that only excludes is taken as words. */
    public static SearchSyntax of(String text) {
        List<String> phrases = new ArrayList<>();
        List<String> without = new ArrayList<>();
        StringBuilder question = new StringBuilder();
        Matcher operator = OPERATORS.matcher(text);
        int from = 0;
        while (operator.find() && phrases.size() + without.size() < MOST) {
            String word = operator.group(6);
            String phrase = word == null ? phrase(operator) : word;
            boolean excluded = word != null || "-".equals(operator.group(1));
            question.append(text, from, operator.start());
            from = operator.end();
            if (phrase.codePoints().noneMatch(Character::isLetterOrDigit)) {
                continue;
            }
            if (excluded) {
                without.add(phrase);
            } else {
                phrases.add(phrase);
                question.append(phrase);
            }
        }
        question.append(text.substring(from));
        return question.toString().isBlank()
                ? new SearchSyntax(text, List.of(), List.of())
                : new SearchSyntax(question.toString().strip(), phrases, without);
    }

    private static String phrase(Matcher operator) {
        for (int group = 2; group < 6; group++) {
            if (operator.group(group) != null) {
                return operator.group(group).strip();
            }
        }
        throw new IllegalStateException("a phrase without its quotes");
    }

    /**
     * Returns a phrase as a PostgreSQL regular expression: its literal characters in either normal form, any white
     * space between its words, and no letter before or after.
     */
    static String pattern(String phrase) {
        String composed = literal(Normalizer.normalize(phrase, Normalizer.Form.NFC));
        String decomposed = literal(Normalizer.normalize(phrase, Normalizer.Form.NFD));
        String either = composed.equals(decomposed) ? composed : composed + "|" + decomposed;
        return boundary(phrase.codePointAt(0), "(^|[^[:alnum:]])")
                + "(?:" + either + ")"
                + boundary(phrase.codePointBefore(phrase.length()), "($|[^[:alnum:]])");
    }

    private static String literal(String phrase) {
        StringBuilder pattern = new StringBuilder();
        phrase.codePoints().forEach(character -> {
            if (Character.isWhitespace(character)) {
                pattern.append(pattern.toString().endsWith("]+") ? "" : "[[:space:]]+");
            } else {
                // A letter after a backslash would be a class or an escape of its own.
                boolean mark = character < 128 && !Character.isLetterOrDigit(character);
                pattern.append(mark ? "\\" : "").appendCodePoint(character);
            }
        });
        return pattern.toString();
    }

    /** Returns the boundary of a word, which Chinese and similar scripts do not have. */
    private static String boundary(int character, String pattern) {
        return Character.isLetterOrDigit(character) && !Character.isIdeographic(character) ? pattern : "";
    }
}
