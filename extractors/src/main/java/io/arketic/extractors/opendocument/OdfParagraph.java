package io.arketic.extractors.opendocument;

import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.office.MathMl;
import io.arketic.extractors.office.OfficeXml;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Holds the visible text of a paragraph of an OpenDocument file, and its notes, comments and boxes. */
final class OdfParagraph {

    private static final int MOST_BLANKS = 1_000;

    private final OdfStyles styles;
    private final OdfObjects objects;
    private final TextAssembler counted;
    private final StringBuilder text = new StringBuilder();
    private final List<String> anchored = new ArrayList<>();
    private boolean hidden;

    private OdfParagraph(OdfStyles styles, OdfObjects objects, TextAssembler counted) {
        this.styles = styles;
        this.objects = objects;
        this.counted = counted;
    }

    /** Reads the paragraph or heading at the reader's position. */
    static OdfParagraph read(XMLStreamReader reader, OdfStyles styles, OdfObjects objects, TextAssembler counted)
            throws XMLStreamException {
        OdfParagraph paragraph = new OdfParagraph(styles, objects, counted);
        paragraph.hidden = styles.hides("paragraph", OfficeXml.attribute(reader, "style-name"));
        paragraph.content(reader);
        if (paragraph.hidden && !paragraph.text.toString().isBlank()) {
            counted.leaveOut(LeftOut.HIDDEN_TEXT, 1);
        }
        return paragraph;
    }

    /** Returns the text; empty if the paragraph is hidden. */
    String text() {
        return hidden ? "" : text.toString();
    }

    /** Returns paragraphs of notes, comments and boxes. */
    List<String> anchored() {
        return hidden ? List.of() : anchored;
    }

    private void content(XMLStreamReader reader) throws XMLStreamException {
        while (reader.hasNext()) {
            int event = reader.next();
            if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.SPACE) {
                appendCollapsed(reader.getText());
            } else if (event == XMLStreamConstants.START_ELEMENT) {
                element(reader);
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                return;
            }
        }
    }

    /** Appends characters with each run of white space as one blank; elements represent further blanks. */
    private void appendCollapsed(String characters) {
        for (int i = 0; i < characters.length(); i++) {
            char c = characters.charAt(i);
            boolean blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
            if (!blank) {
                text.append(c);
            } else if (text.isEmpty() || text.charAt(text.length() - 1) != ' ') {
                text.append(' ');
            }
        }
    }

    private void element(XMLStreamReader reader) throws XMLStreamException {
        switch (reader.getLocalName()) {
            case "s" -> {
                int blanks = Math.max(1, Math.min(MOST_BLANKS, OfficeXml.number(reader, "c", 1)));
                append(" ".repeat(blanks), reader);
            }
            case "tab" -> append("\t", reader);
            case "line-break" -> append("\n", reader);
            case "span" -> {
                if (styles.hides("text", OfficeXml.attribute(reader, "style-name"))) {
                    counted.leaveOut(LeftOut.HIDDEN_TEXT, 1);
                    OfficeXml.skip(reader);
                } else {
                    content(reader);
                }
            }
            case "hidden-text" -> {
                if ("true".equals(OfficeXml.attribute(reader, "is-hidden"))) {
                    counted.leaveOut(LeftOut.HIDDEN_TEXT, 1);
                    OfficeXml.skip(reader);
                } else {
                    content(reader);
                }
            }
            case "hidden-paragraph" -> {
                hidden |= "true".equals(OfficeXml.attribute(reader, "is-hidden"));
                OfficeXml.skip(reader);
            }
            case "note" -> note(reader);
            case "annotation" -> anchored.addAll(comment(reader, styles, objects, counted, ""));
            case "math" -> text.append(MathMl.read(reader));
            case "frame", "custom-shape", "g", "rect", "circle", "ellipse", "polygon", "line", "caption", "connector" ->
                shape(reader);
            case "number", "note-citation", "ruby-text", "tracked-changes", "script", "shape-id" ->
                OfficeXml.skip(reader);
            default -> content(reader);
        }
    }

    private void append(String value, XMLStreamReader reader) throws XMLStreamException {
        text.append(value);
        OfficeXml.skip(reader);
    }

    private void note(XMLStreamReader reader) throws XMLStreamException {
        while (OfficeXml.nextChild(reader)) {
            if (reader.getLocalName().equals("note-body")) {
                anchored.addAll(texts(reader, styles, objects, counted));
            } else {
                OfficeXml.skip(reader);
            }
        }
    }

    private void shape(XMLStreamReader reader) throws XMLStreamException {
        List<String> texts = new ArrayList<>();
        String formula = shape(reader, texts, styles, objects, counted);
        text.append(formula);
        anchored.addAll(texts);
    }

    /**
     * Reads a comment, each paragraph with its author.
     *
     * @param place of the comment, such as {@code " on B7"}
     */
    static List<String> comment(
            XMLStreamReader reader, OdfStyles styles, OdfObjects objects, TextAssembler counted, String place)
            throws XMLStreamException {
        String author = "";
        List<String> texts = new ArrayList<>();
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "creator" -> author = OfficeXml.element(reader).text().strip();
                case "p", "list" -> texts.addAll(textsOf(reader, styles, objects, counted));
                default -> OfficeXml.skip(reader);
            }
        }
        String by = "Comment" + (author.isEmpty() ? "" : " by " + author) + place + ": ";
        return texts.stream().map(text -> by + text).toList();
    }

    private static List<String> textsOf(
            XMLStreamReader reader, OdfStyles styles, OdfObjects objects, TextAssembler counted)
            throws XMLStreamException {
        if (!reader.getLocalName().equals("p") && !reader.getLocalName().equals("h")) {
            return texts(reader, styles, objects, counted);
        }
        List<String> texts = new ArrayList<>();
        OdfParagraph paragraph = read(reader, styles, objects, counted);
        if (!paragraph.text().isBlank()) {
            texts.add(paragraph.text().strip());
        }
        texts.addAll(paragraph.anchored());
        return texts;
    }

    /** Returns the texts of the paragraphs in the reader's element. */
    static List<String> texts(XMLStreamReader reader, OdfStyles styles, OdfObjects objects, TextAssembler counted)
            throws XMLStreamException {
        List<String> texts = new ArrayList<>();
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "frame" -> texts.addAll(shapes(reader, styles, objects, counted));
                case "annotation" -> texts.addAll(comment(reader, styles, objects, counted, ""));
                case "tracked-changes", "title", "desc" -> OfficeXml.skip(reader);
                default -> texts.addAll(textsOf(reader, styles, objects, counted));
            }
        }
        return texts;
    }

    /** Returns the paragraphs of the shape at the reader's position, with its formula. */
    static List<String> shapes(XMLStreamReader reader, OdfStyles styles, OdfObjects objects, TextAssembler counted)
            throws XMLStreamException {
        List<String> texts = new ArrayList<>();
        String formula = shape(reader, texts, styles, objects, counted);
        if (!formula.isBlank()) {
            texts.add(0, formula);
        }
        return texts;
    }

    /** Adds the paragraphs of a frame or a shape, and returns its formula, which is usually empty. */
    private static String shape(
            XMLStreamReader reader, List<String> texts, OdfStyles styles, OdfObjects objects, TextAssembler counted)
            throws XMLStreamException {
        StringBuilder formula = new StringBuilder();
        boolean read = false;
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "object" -> {
                    read = true;
                    OdfObjects.Embedded embedded = objects.read(reader);
                    formula.append(embedded.formula());
                    texts.addAll(embedded.lines());
                }
                // The alternative text of a picture.
                case "title", "desc" -> {
                    String description = OfficeXml.element(reader).text().strip();
                    if (!description.isEmpty()) {
                        texts.add(description);
                    }
                }
                case "image", "object-ole", "enhanced-geometry" -> OfficeXml.skip(reader);
                case "text-box" -> {
                    if (read) {
                        OfficeXml.skip(reader);
                    } else {
                        texts.addAll(texts(reader, styles, objects, counted));
                    }
                }
                default -> texts.addAll(textsOf(reader, styles, objects, counted));
            }
        }
        return formula.toString();
    }
}
