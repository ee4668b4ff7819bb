package io.arketic.extractors.sheet;

import io.arketic.extractors.office.OfficeXml.Element;
import java.util.ArrayList;
import java.util.List;

/** Reads the comments of a sheet, each with its cell and its author. */
final class ExcelComments {

    /** Matches the notice that Excel writes before the text, for programs that do not support threads. */
    private static final String THREAD_MARK = "Comment:";

    private ExcelComments() {}

    /** @param comments the element {@code comments} of its part */
    static List<String> of(Element comments) {
        List<String> authors = new ArrayList<>();
        Element names = comments.child("authors");
        if (names != null) {
            names.children().forEach(author -> authors.add(author.text().strip()));
        }
        Element list = comments.child("commentList");
        List<String> texts = new ArrayList<>();
        for (Element comment : list == null ? List.<Element>of() : list.children()) {
            String text = comment.text().strip();
            if (text.startsWith("[Threaded comment]") && text.contains(THREAD_MARK)) {
                text = text.substring(text.indexOf(THREAD_MARK) + THREAD_MARK.length())
                        .strip();
            }
            int author = comment.number("authorId", -1);
            boolean named = author >= 0
                    && author < authors.size()
                    && !authors.get(author).isEmpty()
                    && !authors.get(author).startsWith("tc=");
            String by = named ? " by " + authors.get(author) : "";
            if (!text.isEmpty()) {
                texts.add("Comment" + by + " on " + comment.attributes().getOrDefault("ref", "") + ": " + text);
            }
        }
        return texts;
    }
}
