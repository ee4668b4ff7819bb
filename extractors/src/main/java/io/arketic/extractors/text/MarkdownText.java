package io.arketic.extractors.text;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.parser.Parser;

/**
 * Reads the words of Markdown without parts for the machine. It drops link targets, which no user searches or quotes,
 * HTML tags and comments; HTML entities become their characters. Code between backticks, and the rest, stays as
 * written.
 */
final class MarkdownText {

    private static final Pattern TARGET =
            Pattern.compile("!?\\[([^\\[\\]\n]{0,500})\\]\\([^()\\s]{0,2000}(?:[ \t]+\"[^\"\n]{0,500}\")?\\)");

    private static final String ELEMENTS =
            "a|abbr|article|aside|b|blockquote|br|button|center|cite|code|col|colgroup|dd|"
                    + "del|details|div|dl|dt|em|figcaption|figure|font|footer|h[1-6]|header|hr|i|iframe|img|input|ins|kbd|label|"
                    + "li|main|mark|nav|ol|p|picture|pre|q|s|samp|section|small|source|span|strike|strong|sub|summary|sup|svg|"
                    + "table|tbody|td|tfoot|th|thead|tr|tt|u|ul|var|video|wbr";

    private static final Pattern MARKUP = Pattern.compile("`[^`\n]{0,1000}`|</?(?:" + ELEMENTS
            + ")(?:\\s[^<>]{0,2000})?/?>|&(?:#\\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});");

    private MarkdownText() {}

    static String plain(String text) {
        return MARKUP.matcher(TARGET.matcher(text).replaceAll("$1"))
                .replaceAll(found -> Matcher.quoteReplacement(replacement(found)));
    }

    private static String replacement(MatchResult found) {
        String markup = found.group();
        return switch (markup.charAt(0)) {
            case '`' -> markup;
            case '&' -> Parser.unescapeEntities(markup, false);
            default -> markup.startsWith("<br") || markup.startsWith("<td") || markup.startsWith("<th") ? " " : "";
        };
    }

    /** Removes comments outside of fences only, because code may contain similar text. */
    static String withoutComments(String text) {
        if (!text.contains("<!--")) {
            return text;
        }
        StringBuilder kept = new StringBuilder(text.length());
        boolean fenced = false;
        int position = 0;
        while (position < text.length()) {
            int end = text.indexOf('\n', position);
            int next = end < 0 ? text.length() : end + 1;
            String line = text.substring(position, next);
            String bare = line.strip();
            if (bare.startsWith("```") || bare.startsWith("~~~")) {
                fenced = !fenced;
            }
            int comment = fenced ? -1 : line.indexOf("<!--");
            int close = comment < 0 ? -1 : text.indexOf("-->", position + comment + 4);
            if (close < 0) {
                kept.append(line);
                position = next;
            } else {
                kept.append(line, 0, comment);
                position = close + 3;
            }
        }
        return kept.toString();
    }
}
