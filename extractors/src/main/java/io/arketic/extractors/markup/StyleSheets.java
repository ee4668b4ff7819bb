package io.arketic.extractors.markup;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.select.Elements;
import org.jsoup.select.Selector.SelectorParseException;

/**
 * Applies the rules of a page's own {@code style} elements that hide or show elements, in order. The last rule that
 * matches an element decides; specificity is ignored. Rules for other media than the screen, and selectors that depend
 * on a reader's action ({@code :hover}), are skipped.
 */
final class StyleSheets {

    /** Limits the comparisons of rules with elements, so that a hostile page costs time only by its length. */
    private static final long MOST_COMPARISONS = 20_000_000;

    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern RULE = Pattern.compile("([^{}]{1,2000})\\{([^{}]{0,5000})\\}");

    private record Rule(String selector, boolean hides) {}

    private final List<Rule> rules;

    private StyleSheets(List<Rule> rules) {
        this.rules = rules;
    }

    static StyleSheets of(Document document) {
        List<Rule> rules = new ArrayList<>();
        for (Element style : document.select("style")) {
            String media = style.attr("media").toLowerCase(Locale.ROOT);
            if (media.isBlank() || isScreen(media)) {
                read(COMMENT.matcher(style.data()).replaceAll(" "), rules);
            }
        }
        return new StyleSheets(rules);
    }

    /** Walks the top level: a rule, or an at-rule with a block of rules in it. */
    private static void read(String css, List<Rule> rules) {
        int position = 0;
        StringBuilder plain = new StringBuilder();
        while (position < css.length()) {
            int at = css.indexOf('@', position);
            if (at < 0) {
                plain.append(css, position, css.length());
                break;
            }
            plain.append(css, position, at);
            int open = css.indexOf('{', at);
            int semicolon = css.indexOf(';', at);
            if (open < 0 || semicolon >= 0 && semicolon < open) {
                position = semicolon < 0 ? css.length() : semicolon + 1;
                continue;
            }
            int close = closing(css, open);
            String name = css.substring(at, open).toLowerCase(Locale.ROOT);
            if (name.startsWith("@media") && isScreen(name)) {
                plain.append(css, open + 1, close);
            }
            position = Math.min(css.length(), close + 1);
        }
        Matcher rule = RULE.matcher(plain);
        while (rule.find()) {
            boolean hides = HiddenMarkup.hides(rule.group(2));
            if (hides || HiddenMarkup.shows(rule.group(2))) {
                for (String selector : rule.group(1).split(",")) {
                    if (!selector.isBlank() && !selector.contains(":")) {
                        rules.add(new Rule(selector.strip(), hides));
                    }
                }
            }
        }
    }

    /** Returns whether a rule is for every screen; widths and other conditions are unknown here. */
    private static boolean isScreen(String media) {
        return !media.contains("(") && (media.contains("screen") || media.contains("all"));
    }

    private static int closing(String css, int open) {
        int depth = 0;
        for (int i = open; i < css.length(); i++) {
            char c = css.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return css.length();
    }

    Elements hiddenElements(Document document) {
        if (rules.stream().noneMatch(Rule::hides)) {
            return new Elements();
        }
        Set<Element> hidden = new LinkedHashSet<>();
        long elements = document.getAllElements().size();
        long comparisons = 0;
        for (Rule rule : rules) {
            comparisons += elements;
            if (comparisons > MOST_COMPARISONS) {
                break;
            }
            Elements matched;
            try {
                matched = document.select(rule.selector());
            } catch (SelectorParseException e) {
                // A selector that is newer than the library, or broken: a browser ignores a broken one, too.
                continue;
            }
            if (rule.hides()) {
                hidden.addAll(matched);
            } else {
                matched.forEach(hidden::remove);
            }
        }
        return new Elements(hidden);
    }
}
