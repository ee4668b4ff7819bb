package io.arketic.extractors.text;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Removes running headers and footers from text with form feeds: the line before and the line after a form feed, where
 * many pages have the same ones, numbers aside. A paragraph that continues on the next page is joined.
 */
final class PrintedPages {

    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** Lines that are equal on so many pages are running ones; two are enough where their numbers differ. */
    private static final int LEAST = 3;

    private static final double SHARE = 0.3;

    private final Map<String, Integer> pagesWith = new HashMap<>();
    private final Map<String, Set<String>> forms = new HashMap<>();
    private final int breaks;

    private PrintedPages(List<String> pages) {
        this.breaks = pages.size() - 1;
        for (int i = 0; i < pages.size(); i++) {
            if (i > 0) {
                learn(firstLine(pages.get(i)));
            }
            if (i < breaks) {
                learn(lastLine(pages.get(i)));
            }
        }
    }

    /** The text without form feeds and what repeats beside them; text without form feeds stays as it is. */
    static String joined(String text) {
        List<String> pages = List.of(text.split("\f", -1));
        if (pages.size() < LEAST) {
            return text;
        }
        PrintedPages printed = new PrintedPages(pages);
        StringBuilder joined = new StringBuilder(text.length());
        for (int i = 0; i < pages.size(); i++) {
            String page = pages.get(i);
            page = i < printed.breaks ? printed.withoutLast(page) : page;
            page = i > 0 ? printed.withoutFirst(page) : page;
            String body = i > 0 ? withoutEmptyLines(page) : page.stripTrailing();
            if (i > 0 && !joined.isEmpty()) {
                joined.append(goesOn(joined, body) ? "\n" : "\n\n");
            }
            joined.append(body);
        }
        return joined.toString();
    }

    private void learn(String line) {
        String key = key(line);
        if (!key.isEmpty()) {
            pagesWith.merge(key, 1, Integer::sum);
            forms.computeIfAbsent(key, form -> new HashSet<>()).add(line.strip());
        }
    }

    private boolean isRunning(String line) {
        String key = key(line);
        int seen = pagesWith.getOrDefault(key, 0);
        boolean numbered = seen > 1 && forms.getOrDefault(key, Set.of()).size() == seen;
        return seen >= Math.max(numbered ? 2 : LEAST, SHARE * breaks);
    }

    private static String key(String line) {
        return NUMBER.matcher(BLANKS.matcher(line.strip()).replaceAll(" ")).replaceAll("#");
    }

    private static String firstLine(String page) {
        return page.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
    }

    private static String lastLine(String page) {
        String body = page.stripTrailing();
        return body.substring(body.lastIndexOf('\n') + 1);
    }

    private String withoutFirst(String page) {
        String line = firstLine(page);
        int at = page.indexOf(line);
        return !line.isEmpty() && isRunning(line) ? page.substring(at + line.length()) : page;
    }

    private String withoutLast(String page) {
        String line = lastLine(page);
        String body = page.stripTrailing();
        return !line.isBlank() && isRunning(line) ? body.substring(0, body.length() - line.length()) : page;
    }

    private static String withoutEmptyLines(String page) {
        int from = 0;
        for (int i = 0; i < page.length() && Character.isWhitespace(page.charAt(i)); i++) {
            if (page.charAt(i) == '\n') {
                from = i + 1;
            }
        }
        return page.substring(from).stripTrailing();
    }

    private static boolean goesOn(CharSequence above, String below) {
        char end = above.charAt(above.length() - 1);
        String next = below.stripLeading();
        return (Character.isLetterOrDigit(end) || end == ',' || end == '-')
                && !next.isEmpty()
                && Character.isLowerCase(next.codePointAt(0));
    }
}
