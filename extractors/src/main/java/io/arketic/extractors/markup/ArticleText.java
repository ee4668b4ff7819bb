package io.arketic.extractors.markup;

import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.office.MathMl;
import io.arketic.extractors.office.OfficeXml;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.tika.metadata.Metadata;
import org.xml.sax.SAXException;

/** Reads the text of one article or book in JATS or DocBook, which name the same elements differently. */
final class ArticleText {

    private final XhtmlOut out;
    private final Metadata metadata;
    private final StringBuilder line = new StringBuilder();
    private final List<String> notes = new ArrayList<>();
    private String item = "";
    private int lists;
    private int cells;
    private int captions;
    private int level;
    private boolean titled;

    ArticleText(XhtmlOut out, Metadata metadata) {
        this.out = out;
        this.metadata = metadata;
    }

    /** Reads the document at whose root the reader is. */
    void read(XMLStreamReader reader) throws XMLStreamException, SAXException {
        level = 1;
        content(reader);
        flush();
        out.lists(0);
    }

    private void content(XMLStreamReader reader) throws XMLStreamException, SAXException {
        while (reader.hasNext()) {
            int event = reader.next();
            if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.SPACE) {
                append(reader.getText());
            } else if (event == XMLStreamConstants.START_ELEMENT) {
                element(reader);
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                return;
            }
        }
    }

    private void append(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
            if (!blank) {
                line.append(c);
            } else if (!line.isEmpty() && line.charAt(line.length() - 1) != ' ') {
                line.append(' ');
            }
        }
    }

    private void element(XMLStreamReader reader) throws XMLStreamException, SAXException {
        String name = reader.getLocalName();
        if (ArticleElements.SKIPPED.contains(name)) {
            OfficeXml.skip(reader);
        } else if (ArticleElements.SECTIONS.contains(name)) {
            section(reader);
        } else if (ArticleElements.LISTS.contains(name)) {
            list(reader, name);
        } else if (ArticleElements.CODE.contains(name) && !name.equals("code")
                || name.equals("code") && line.toString().isBlank()) {
            flush();
            out.element("pre", OfficeXml.element(reader).text());
        } else if (ArticleElements.PARAGRAPHS.contains(name) && captions == 0) {
            flush();
            content(reader);
            flush();
        } else {
            other(reader, name);
        }
    }

    private void other(XMLStreamReader reader, String name) throws XMLStreamException, SAXException {
        switch (name) {
            case "title", "article-title", "subtitle" -> heading(reader);
            case "math" -> line.append(MathMl.read(reader));
            case "fn", "footnote" ->
                notes.add(
                        OfficeXml.element(reader).text().replaceAll("\\s+", " ").strip());
            case "table", "informaltable", "tgroup" -> table(reader);
            case "front", "front-stub", "info", "articleinfo", "bookinfo", "chapterinfo" ->
                new ArticleFront(out, metadata).write(OfficeXml.element(reader), this);
            case "ref", "biblioentry", "bibliomixed" -> {
                flush();
                out.paragraph(ArticleFront.reference(OfficeXml.element(reader)));
            }
            case "label" -> {
                content(reader);
                append(" ");
            }
            case "caption" -> {
                captions++;
                content(reader);
                captions--;
                flush();
            }
            case "break" -> {
                append(" ");
                OfficeXml.skip(reader);
            }
            default -> content(reader);
        }
    }

    void title(String title) throws SAXException {
        if (!title.isBlank() && !titled) {
            titled = true;
            out.title(title);
            out.element("h1", title);
        }
    }

    private void section(XMLStreamReader reader) throws XMLStreamException, SAXException {
        flush();
        level++;
        content(reader);
        flush();
        level--;
    }

    private void heading(XMLStreamReader reader) throws XMLStreamException, SAXException {
        String label = line.toString();
        line.setLength(0);
        content(reader);
        String title = (label + line).strip();
        line.setLength(0);
        if (title.isEmpty()) {
            return;
        }
        if (cells > 0 || lists > 0 || captions > 0) {
            append(title + " ");
        } else if (level <= 1 && !titled) {
            title(title);
        } else {
            out.lists(0);
            out.element("h" + Math.max(2, Math.min(6, level)), title);
        }
        writeNotes();
    }

    private void list(XMLStreamReader reader, String name) throws XMLStreamException, SAXException {
        flush();
        boolean ordered = name.equals("orderedlist")
                || name.equals("procedure")
                || "order".equals(OfficeXml.attribute(reader, "list-type"));
        lists++;
        int number = 1;
        while (OfficeXml.nextChild(reader)) {
            if (ArticleElements.ITEMS.contains(reader.getLocalName())) {
                item = ordered ? number++ + "." : "-";
                content(reader);
                flush();
                item = "";
            } else {
                element(reader);
            }
        }
        lists--;
        if (lists == 0 && cells == 0) {
            out.lists(0);
        }
    }

    private void table(XMLStreamReader reader) throws XMLStreamException, SAXException {
        flush();
        out.start("table");
        rows(reader);
        out.end("table");
    }

    private void rows(XMLStreamReader reader) throws XMLStreamException, SAXException {
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "tr", "row" -> {
                    out.start("tr");
                    while (OfficeXml.nextChild(reader)) {
                        int rows = OfficeXml.number(reader, "morerows", 0) + 1;
                        out.cell(
                                OfficeXml.number(reader, "colspan", 1),
                                Math.max(rows, OfficeXml.number(reader, "rowspan", 1)));
                        cells++;
                        content(reader);
                        flush();
                        cells--;
                        out.end("td");
                    }
                    out.end("tr");
                }
                case "title", "caption" -> {
                    out.end("table");
                    content(reader);
                    flush();
                    out.start("table");
                }
                default -> rows(reader);
            }
        }
    }

    private void flush() throws SAXException {
        String text = line.toString().strip();
        line.setLength(0);
        if (!text.isEmpty()) {
            if (cells > 0) {
                out.paragraph(text);
            } else if (lists > 0 && !item.isEmpty()) {
                out.lists(lists);
                out.item(item, text);
                item = "";
            } else {
                out.lists(0);
                out.paragraph(text);
            }
        }
        writeNotes();
    }

    private void writeNotes() throws SAXException {
        if (cells == 0) {
            for (String note : notes) {
                out.lists(0);
                out.paragraph(note);
            }
            notes.clear();
        }
    }
}
