package io.arketic.rag.extractive;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the codes, versions, clause numbers and years of a question. They must stand in the answer letter by letter,
 * because a neighbour differs in only one.
 */
final class Codes {

    /** Matches a word of scripts with blanks between words: in others a number stands inside a sentence. */
    private static final Pattern WORD = Pattern.compile(
            "[\\p{IsLatin}\\p{IsCyrillic}\\p{IsGreek}\\p{IsArabic}\\p{IsHebrew}\\p{M}\\p{Nd}.:/_#+=*~@-]++");

    private static final Pattern EDGES = Pattern.compile("^[.:*`_=/-]+(?![a-z]*net$)|[.:*`_=/-]+$");
    private static final Pattern CODE =
            Pattern.compile("(?=.*\\d)(?=.*\\p{L}).*|\\d+(?:[.:/-]\\d+)+|\\p{L}{1,3}(?:#|\\+\\+)(?:\\d\\d)?|\\.net");
    private static final Pattern ORDINARY = Pattern.compile(
            "\\d+(?:st|nd|rd|th|s|er|e|ème|x|k|m|mm|cm|km|kg|g|mb|gb|am|pm|h)|\\d+-[\\p{L}-]+|[\\p{L}-]+-?(?:19|20)\\d\\d");
    private static final Pattern YEAR = Pattern.compile("1[0-9]{3}|20[0-9]{2}");
    private static final Pattern TIME = Pattern.compile("\\d\\d:\\d\\d:\\d\\d$");
    private static final int LONGEST = 60;

    private final Set<String> asked = new LinkedHashSet<>();
    private final Set<String> years = new LinkedHashSet<>();
    private final Set<String> shapes = new LinkedHashSet<>();

    Codes(String question) {
        for (String word : words(question)) {
            if (YEAR.matcher(word).matches()) {
                years.add(word);
            } else if (CODE.matcher(word).matches() && !ORDINARY.matcher(word).matches()) {
                asked.add(word);
                shapes.add(shape(word));
            }
        }
    }

    boolean isEmpty() {
        return asked.isEmpty();
    }

    /** Returns whether every code stands in the text. */
    boolean allIn(String text) {
        if (asked.isEmpty()) {
            return true;
        }
        String folded = text.toLowerCase(Locale.ROOT);
        return asked.stream().allMatch(code -> stands(folded, code));
    }

    boolean anyIn(String text) {
        String folded = text.toLowerCase(Locale.ROOT);
        return asked.stream().anyMatch(code -> stands(folded, code));
    }

    /** Returns whether a code is the first word of the text, after marks of a line's beginning. */
    boolean leads(String text) {
        String folded = text.toLowerCase(Locale.ROOT);
        int start = 0;
        while (start < folded.length() && !Character.isLetterOrDigit(folded.charAt(start))) {
            start++;
        }
        int from = start;
        return asked.stream().anyMatch(code -> folded.startsWith(code, from) && edge(folded, from + code.length(), 1));
    }

    Set<String> all() {
        return asked;
    }

    /** Returns whether the years stand in the text. */
    boolean yearsIn(CharSequence text) {
        return years.stream().allMatch(text.toString()::contains);
    }

    /** Returns whether the text is about another code of the same form: ERR-4010 for ERR-4012. */
    boolean otherIn(String text) {
        return !asked.isEmpty()
                && words(text).stream().anyMatch(word -> !asked.contains(word) && shapes.contains(shape(word)));
    }

    private static boolean stands(String text, String code) {
        for (int at = text.indexOf(code); at >= 0; at = text.indexOf(code, at + 1)) {
            if (edge(text, at - 1, -1) && edge(text, at + code.length(), 1)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether no part of a longer code follows in this direction: 4.2 is neither in 14.2 nor in 4.2.1. */
    private static boolean edge(String text, int at, int direction) {
        if (at < 0 || at >= text.length()) {
            return true;
        }
        char next = text.charAt(at);
        if (WORD.matcher(String.valueOf(next)).matches() && Character.isLetterOrDigit(next)) {
            // an international time: the letter T stands between date and time, a Z at the end
            return next == 't' && direction < 0
                    || next == 'z' && direction > 0 && (at + 1 == text.length() || text.charAt(at + 1) == ' ');
        }
        if (next == '.'
                && direction > 0
                && TIME.matcher(text.substring(Math.max(0, at - 8), at)).find()) {
            // fractions of a second
            return true;
        }
        int beyond = at + direction;
        boolean joined = next == '.' && direction > 0 || next == '-' || next == '/';
        return !joined
                || beyond < 0
                || beyond >= text.length()
                || !Character.isDigit(text.charAt(beyond))
                || next == '.' && Character.isLetter(text.charAt(at - direction));
    }

    private static Set<String> words(String text) {
        Set<String> words = new LinkedHashSet<>();
        Matcher word = WORD.matcher(text.toLowerCase(Locale.ROOT));
        while (word.find()) {
            String bare = word.end() - word.start() > LONGEST
                    ? ""
                    : EDGES.matcher(word.group()).replaceAll("");
            if (!bare.isEmpty()) {
                words.add(bare);
            }
        }
        return words;
    }

    /** Returns runs of letters as "a" and of digits as "9". */
    private static String shape(String code) {
        StringBuilder shape = new StringBuilder();
        for (int i = 0; i < code.length(); i++) {
            char next =
                    Character.isDigit(code.charAt(i)) ? '9' : Character.isLetter(code.charAt(i)) ? 'a' : code.charAt(i);
            if (shape.isEmpty() || shape.charAt(shape.length() - 1) != next || next != '9' && next != 'a') {
                shape.append(next);
            }
        }
        return shape.toString();
    }
}
