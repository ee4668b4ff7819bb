package io.arketic.extractors.slides;

import io.arketic.extractors.office.OfficeParts;
import io.arketic.extractors.office.OfficeXml;
import io.arketic.extractors.office.OfficeXml.Element;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.opc.PackagePart;

/** Reads the comments on a slide with their authors, in the form of 2007 and in that of 2021, which has replies. */
final class PptxComments {

    private PptxComments() {}

    /** Returns the names of authors by their identifiers. */
    static Map<String, String> authors(PackagePart main)
            throws IOException, XMLStreamException, InvalidFormatException {
        Map<String, String> authors = new HashMap<>();
        for (String kind : List.of("commentAuthors", "authors")) {
            for (PackagePart part : OfficeParts.related(main, kind)) {
                for (Element author : root(part).children()) {
                    authors.put(
                            author.attributes().getOrDefault("id", ""),
                            author.attributes().getOrDefault("name", ""));
                }
            }
        }
        return authors;
    }

    static List<String> of(PackagePart slide, Map<String, String> authors)
            throws IOException, XMLStreamException, InvalidFormatException {
        List<String> texts = new ArrayList<>();
        for (PackagePart part : OfficeParts.related(slide, "comments")) {
            for (Element comment : root(part).children()) {
                add(comment, authors, texts);
            }
        }
        return texts;
    }

    private static void add(Element comment, Map<String, String> authors, List<String> texts) {
        String author = authors.getOrDefault(comment.attributes().getOrDefault("authorId", ""), "")
                .strip();
        Element old = comment.child("text");
        Element body = old == null ? comment.child("txBody") : old;
        String text = body == null ? "" : body.text().strip();
        if (!text.isEmpty()) {
            texts.add("Comment" + (author.isEmpty() ? "" : " by " + author) + ": " + text);
        }
        Element replies = comment.child("replyLst");
        if (replies != null) {
            replies.children().forEach(reply -> add(reply, authors, texts));
        }
    }

    private static Element root(PackagePart part) throws IOException, XMLStreamException {
        try (InputStream bytes = part.getInputStream()) {
            XMLStreamReader reader = OfficeXml.reader(bytes);
            OfficeXml.nextChild(reader);
            return OfficeXml.element(reader);
        }
    }
}
