package io.arketic.extractors.markup;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.select.Elements;
import org.jspecify.annotations.Nullable;

/**
 * Finds the elements of HTML that no browser shows. Their text is not a statement of the page, and planted instructions
 * are found there.
 */
public final class HiddenMarkup {

    /** Lists elements that a browser never renders, and text that its author has marked as deleted. */
    private static final Set<String> NEVER_SHOWN = Set.of("template", "noscript", "datalist", "del");

    private static final Pattern HIDING = Pattern.compile(
            "(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|"
                    + "content-visibility:hidden|opacity:0?\\.?0+(?:%)?|font-size:0(?:\\.0+)?(?:px|pt|em|rem|%)?)(?:!important)?(?=;|$)");
    private static final Pattern SHOWING = Pattern.compile("(?:^|;)display:(?!none)|(?:^|;)visibility:visible");
    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

    private HiddenMarkup() {}

    /** Returns whether an element is hidden by its name or its own attributes; a missing attribute is null. */
    public static boolean hides(
            String name, @Nullable String hidden, @Nullable String ariaHidden, @Nullable String style) {
        return NEVER_SHOWN.contains(name)
                || hidden != null
                || ariaHidden != null && ariaHidden.strip().equalsIgnoreCase("true")
                || style != null && hides(style);
    }

    /** Returns whether the declarations of a style hide an element. */
    static boolean hides(String declarations) {
        return HIDING.matcher(bare(declarations)).find();
    }

    /** Returns whether the declarations of a style show an element that another rule hides. */
    static boolean shows(String declarations) {
        return SHOWING.matcher(bare(declarations)).find();
    }

    /**
     * Removes what the document's attributes and its own style sheets hide. If no text would remain, scripts show the
     * page, and what only the style sheets hide stays.
     *
     * @return the number of elements that were removed, without those inside others
     */
    static int remove(Document document) {
        int removed = 0;
        for (Element element : document.getAllElements()) {
            if (isRoot(element) || element.parent() == null) {
                continue;
            }
            boolean closedDialog = element.normalName().equals("dialog") && !element.hasAttr("open");
            if (closedDialog
                    || hides(
                            element.normalName(),
                            attribute(element, "hidden"),
                            attribute(element, "aria-hidden"),
                            attribute(element, "style"))) {
                element.remove();
                removed++;
            }
        }
        Elements byRules = StyleSheets.of(document).hiddenElements(document);
        byRules.removeIf(element -> isRoot(element) || shows(element.attr("style")));
        if (byRules.isEmpty() || holdAllText(byRules, document)) {
            return removed;
        }
        byRules.remove();
        return removed + byRules.size();
    }

    private static boolean holdAllText(Elements elements, Document document) {
        Set<Element> hidden = new HashSet<>(elements);
        int held = 0;
        for (Element element : elements) {
            if (element.parents().stream().noneMatch(hidden::contains)) {
                held += letters(element);
            }
        }
        return held >= letters(document.body());
    }

    private static int letters(Element element) {
        return WHITE_SPACE.matcher(element.text()).replaceAll("").length();
    }

    private static boolean isRoot(Element element) {
        return Set.of("#root", "html", "body", "head", "style").contains(element.normalName());
    }

    private static @Nullable String attribute(Element element, String name) {
        return element.hasAttr(name) ? element.attr(name) : null;
    }

    private static String bare(String declarations) {
        return WHITE_SPACE.matcher(declarations).replaceAll("").toLowerCase(Locale.ROOT);
    }
}
