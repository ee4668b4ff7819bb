package io.arketic.extractors.pdf;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides about a hyphen at the end of a line by the words of the same document: the printer split a word, or the
 * author wrote the hyphen.
 */
final class LineEnds {

    private static final int MOST_WORDS = 300_000;
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}]+(?:[-\u2010\u2011][\\p{L}\\p{M}]+)*");
    private static final Pattern LAST = Pattern.compile("([\\p{L}\\p{M}]+(?:-[\\p{L}\\p{M}]+)*)[-\u2010\u00AD]$");
    private static final Pattern FIRST = Pattern.compile("^([\\p{L}\\p{M}]+)");

    /** Lists conjunctions, as in "freight- and customs costs": the hyphen replaces a later word. */
    private static final Set<String> CONJUNCTIONS = Set.of(
            "and", "or", "nor", "to", "und", "oder", "bis", "bzw", "sowie", "en", "of", "och", "eller", "og", "et",
            "ou", "y", "o", "e", "ve", "veya", "i", "lub", "oraz");

    /** Lists first parts of English compounds, which rarely begin a longer word without a hyphen. */
    private static final Set<String> FIRST_PARTS = Set.of(
            "well", "self", "long", "short", "high", "low", "half", "full", "cross", "non", "ex", "mid", "year", "day",
            "hour", "month", "week");

    private final Map<String, Integer> words = new HashMap<>();

    /** Counts the words of a line of the document, except the parts of a word that is cut at its end. */
    void learn(String line) {
        Matcher word = WORD.matcher(line);
        while (word.find() && words.size() < MOST_WORDS) {
            boolean cut = word.end() < line.length() && isHyphen(line.charAt(word.end()));
            if (!cut || word.end() + 1 < line.length()) {
                words.merge(word.group().toLowerCase(Locale.ROOT).replace('\u2010', '-'), 1, Integer::sum);
            }
        }
    }

    static boolean endsInHyphen(String line) {
        return !line.isEmpty()
                && isHyphen(line.charAt(line.length() - 1))
                && LAST.matcher(line).find();
    }

    private static boolean isHyphen(char c) {
        return c == '-' || c == '\u2010' || c == '\u00AD';
    }

    /** Appends a line to the previous line, which ends in a hyphen. */
    void join(StringBuilder text, String next) {
        Matcher last = LAST.matcher(text);
        Matcher first = FIRST.matcher(next);
        if (!last.find() || !first.find()) {
            text.append(text.length() > 1 && Character.isLetter(text.charAt(text.length() - 2)) ? "" : " ")
                    .append(next);
            return;
        }
        String before = last.group(1).toLowerCase(Locale.ROOT);
        String after = first.group(1).toLowerCase(Locale.ROOT);
        boolean soft = text.charAt(text.length() - 1) == '\u00AD';
        if (!soft && CONJUNCTIONS.contains(after)) {
            text.append(' ');
        } else if (soft || partedByPrinter(before, after, first.group(1))) {
            text.setLength(text.length() - 1);
        }
        text.append(next);
    }

    private boolean partedByPrinter(String before, String after, String asWritten) {
        if (!Character.isLowerCase(asWritten.codePointAt(0))) {
            return false;
        }
        int whole = words.getOrDefault(before + after, 0);
        int hyphenated = words.getOrDefault(before + "-" + after, 0);
        if (whole != hyphenated) {
            return whole > hyphenated;
        }
        String lastPart = before.substring(before.lastIndexOf('-') + 1);
        boolean compound = after.length() >= 4
                && (FIRST_PARTS.contains(lastPart)
                        || lastPart.length() >= 4 && words.containsKey(lastPart) && words.containsKey(after));
        return !compound;
    }
}
