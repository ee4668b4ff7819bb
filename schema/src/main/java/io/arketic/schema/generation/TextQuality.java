package io.arketic.schema.generation;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Measures how much a text says, for {@code knowledge_chunks.relevance_score}. It is the product of three shares, each at
 * most 1: letters and digits of 30, letters and digits among half of what is not blank, and distinct words among a fifth
 * of the words. So prose, tables and code score 1 in every script; a page number, a line of dots, and one word repeated a
 * hundred times score next to 0. Lines that state a copyright do not count, and neither do a few that number pages: many are
 * a list of numbers. Searches leave scores below 0.1
 * out where their document has others, unless they are to be shown: a short note may be all of a document.
 */
final class TextQuality {

    private static final int ENOUGH_CHARACTERS = 30;
    private static final double ENOUGH_SHARE = 0.5;
    private static final double ENOUGH_VARIETY = 0.2;
    /** Is how many lines of a short text may number its pages: the first and the last one. */
    private static final int FEW_LINES = 2;

    private static final double FEW = 0.1;
    private static final int LONGEST_COPYRIGHT = 120;
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** Matches a line such as "- 7 -", "Page 3 of 10", "Seite 3 von 10", "3/10". */
    private static final Pattern PAGE_LINE = Pattern.compile(
            "(?i)\\A[\\s|–—-]{0,9}(page|seite|sayfa|página|pagina|p\\.|s\\.)?\\s?[0-9]{1,5}(\\s?(/|of|von|de|di)\\s?[0-9]{1,5})?[\\s|–—-]{0,9}\\z");

    /** Matches the beginning of a line such as "© 2024 Example Ltd. All rights reserved". */
    private static final Pattern COPYRIGHT_LINE = Pattern.compile(
            "(?i)\\A\\s{0,9}(©|\\(c\\)\\s?[12][0-9]{3}|copyright\\s?(©|\\(c\\)|[12][0-9]{3})|all rights reserved)");

    private TextQuality() {}

    /** Returns a score from 0 to 1. */
    static double of(String text) {
        List<String> lines = text.lines().filter(line -> !isCopyright(line)).toList();
        long numbers = lines.stream().filter(TextQuality::isPage).count();
        boolean few = numbers <= Math.max(FEW_LINES, FEW * lines.size());
        return ofPlain(lines.stream().filter(line -> !few || !isPage(line)).collect(Collectors.joining("\n")));
    }

    private static boolean isPage(String line) {
        return PAGE_LINE.matcher(line).matches();
    }

    private static boolean isCopyright(String line) {
        return line.length() <= LONGEST_COPYRIGHT
                && COPYRIGHT_LINE.matcher(line).lookingAt();
    }

    private static double ofPlain(String text) {
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
