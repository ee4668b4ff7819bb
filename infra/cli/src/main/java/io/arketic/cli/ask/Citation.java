package io.arketic.cli.ask;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds a source of an answer.
 *
 * @param start offset of the quote's first character in the document's text, in code points
 * @param end exclusive
 */
record Citation(int number, String filename, @Nullable Integer page, int start, int end, String quote) {

    private static final int SHOWN_QUOTE = 220;

    /** Reads the list of a {@code citations} event or of a message. */
    static List<Citation> readAll(JsonNode node) {
        JsonNode items = node.isArray() ? node : node.path("citations");
        List<Citation> citations = new ArrayList<>();
        for (JsonNode item : items) {
            citations.add(new Citation(
                    item.path("number").asInt(),
                    item.path("filename").asText(),
                    item.path("page_number").isInt() ? item.path("page_number").asInt() : null,
                    item.path("start_offset").asInt(),
                    item.path("end_offset").asInt(),
                    item.path("quote").asText()));
        }
        return citations;
    }

    /** Formats the citation for users: the place on one line, the quote on the next. */
    String describe() {
        String place = "[" + number + "] " + filename + (page == null ? "" : ", page " + page) + ", characters " + start
                + "–" + end;
        String text = quote.strip().replaceAll("\\s+", " ");
        if (text.codePointCount(0, text.length()) > SHOWN_QUOTE) {
            text = text.substring(0, text.offsetByCodePoints(0, SHOWN_QUOTE)) + "…";
        }
        return place + System.lineSeparator() + "    “" + text + "”";
    }
}
