package io.arketic.extractors.word;

import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.office.OfficeMath;
import io.arketic.extractors.office.OfficeXml;
import io.arketic.extractors.office.OfficeXml.Element;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Holds the visible text of a paragraph, and its notes, comments and boxes. */
final class WordParagraph {

    private final WordStyles styles;
    private final TextAssembler counted;
    private final StringBuilder text = new StringBuilder();
    private final List<String> anchored = new ArrayList<>();
    private final List<String> boxes = new ArrayList<>();
    private @Nullable String style;
    private @Nullable String list;
    private int listLevel = -1;
    private int outlineLevel = -1;
    private boolean endDeleted;

    private WordParagraph(WordStyles styles, TextAssembler counted) {
        this.styles = styles;
        this.counted = counted;
    }

    /** Reads the paragraph at the reader's position. */
    static WordParagraph read(XMLStreamReader reader, WordStyles styles, TextAssembler counted)
            throws XMLStreamException {
        WordParagraph paragraph = new WordParagraph(styles, counted);
        paragraph.content(reader);
        return paragraph;
    }

    String text() {
        return text.toString();
    }

    /** Returns notes and comments of the paragraph, as {@code kind:id}, in order. */
    List<String> anchored() {
        return anchored;
    }

    /** Returns paragraphs of boxes that are anchored here. */
    List<String> boxes() {
        return boxes;
    }

    /** Returns whether the end of the paragraph is deleted, so that the next one continues it. */
    boolean endDeleted() {
        return endDeleted;
    }

    @Nullable
    String style() {
        return style;
    }

    /** Returns 0 for the highest level, -1 if the paragraph has none, 9 for body text. */
    int outlineLevel() {
        return outlineLevel;
    }

    /** Returns the list that numbers the paragraph, by itself or by its style; null for none. */
    @Nullable
    String list(WordStyles styles) {
        String own = list;
        if (own == null) {
            WordStyles.Numbering byStyle = styles.numbering(style);
            own = byStyle == null ? null : byStyle.list();
        }
        return own == null || own.equals("0") ? null : own;
    }

    int listLevel(WordStyles styles, WordNumbering numbering) {
        if (listLevel >= 0) {
            return Math.min(listLevel, WordNumbering.LEVELS - 1);
        }
        WordStyles.Numbering byStyle = styles.numbering(style);
        if (list != null || byStyle == null) {
            return 0;
        }
        Integer level = byStyle.level();
        // The levels of a list name their styles; otherwise the style's own level counts.
        int named = style == null ? 0 : numbering.levelOf(byStyle.list(), style, styles);
        named = named > 0 ? named : numbering.levelOf(byStyle.list(), byStyle.style(), styles);
        return named > 0 || level == null ? named : level;
    }

    private void content(XMLStreamReader reader) throws XMLStreamException {
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "pPr" -> properties(OfficeXml.element(reader));
                case "r" -> run(reader);
                case "del", "moveFrom" -> {
                    counted.leaveOut(LeftOut.DELETED_TEXT, 1);
                    OfficeXml.skip(reader);
                }
                case "oMath", "oMathPara" -> text.append(OfficeMath.read(reader));
                case "ruby" -> content(reader);
                case "rt", "rubyPr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "fldData", "Fallback" ->
                    OfficeXml.skip(reader);
                default -> content(reader);
            }
        }
    }

    private void properties(Element properties) {
        style = properties.value("pStyle");
        Element number = properties.child("numPr");
        if (number != null) {
            list = number.value("numId");
            Element level = number.child("ilvl");
            listLevel = level == null ? -1 : level.number("val", -1);
        }
        Element outline = properties.child("outlineLvl");
        outlineLevel = outline == null ? -1 : outline.number("val", -1);
        Element mark = properties.child("rPr");
        endDeleted = mark != null && (mark.child("del") != null || mark.child("moveFrom") != null);
    }

    private void run(XMLStreamReader reader) throws XMLStreamException {
        boolean hidden = styles.hidden(style);
        boolean counts = true;
        while (OfficeXml.nextChild(reader)) {
            String name = reader.getLocalName();
            if (name.equals("rPr")) {
                Element properties = OfficeXml.element(reader);
                hidden = properties.child("vanish") != null
                        ? properties.has("vanish")
                        : hidden || styles.hidden(properties.value("rStyle"));
            } else if (hidden) {
                if (counts) {
                    counted.leaveOut(LeftOut.HIDDEN_TEXT, 1);
                    counts = false;
                }
                OfficeXml.skip(reader);
            } else {
                inRun(reader, name);
            }
        }
    }

    private void inRun(XMLStreamReader reader, String name) throws XMLStreamException {
        switch (name) {
            case "t" -> characters(reader);
            case "tab", "ptab" -> append("\t", reader);
            case "br", "cr" -> append("\n", reader);
            case "noBreakHyphen" -> append("\u2011", reader);
            case "sym" -> append(symbol(reader), reader);
            case "footnoteReference" -> anchor("footnote", reader);
            case "endnoteReference" -> anchor("endnote", reader);
            case "commentReference" -> anchor("comment", reader);
            case "fldChar" -> append(field(OfficeXml.element(reader)));
            case "ruby", "rubyBase" -> content(reader);
            case "AlternateContent", "Choice", "drawing", "pict", "object" -> drawing(reader);
            case "oMath" -> text.append(OfficeMath.read(reader));
            default -> OfficeXml.skip(reader);
        }
    }

    private void append(String value) {
        text.append(value);
    }

    private void append(String value, XMLStreamReader reader) throws XMLStreamException {
        text.append(value);
        OfficeXml.skip(reader);
    }

    private void characters(XMLStreamReader reader) throws XMLStreamException {
        int event = reader.next();
        while (event != XMLStreamConstants.END_ELEMENT) {
            if (event == XMLStreamConstants.CHARACTERS
                    || event == XMLStreamConstants.CDATA
                    || event == XMLStreamConstants.SPACE) {
                text.append(reader.getText());
            }
            event = reader.next();
        }
    }

    private void anchor(String kind, XMLStreamReader reader) throws XMLStreamException {
        anchored.add(kind + ":" + OfficeXml.attribute(reader, "id"));
        OfficeXml.skip(reader);
    }

    /** Returns the text of a form's field: a box that is ticked or not, or a list of choices. */
    private static String field(Element field) {
        Element data = field.child("ffData");
        Element box = data == null ? null : data.child("checkBox");
        if (box != null) {
            return box.has("checked") || box.child("checked") == null && box.has("default") ? "\u2612 " : "\u2610 ";
        }
        Element choices = data == null ? null : data.child("ddList");
        if (choices == null) {
            return "";
        }
        Element result = choices.child("result");
        List<Element> entries = choices.children().stream()
                .filter(child -> child.name().equals("listEntry"))
                .toList();
        int chosen = result == null ? 0 : result.number("val", 0);
        return chosen >= 0 && chosen < entries.size()
                ? entries.get(chosen).attributes().getOrDefault("val", "")
                : "";
    }

    /** Returns the boxes and ticks of Wingdings; other symbols of such fonts have no meaning as text. */
    private static String symbol(XMLStreamReader reader) {
        String code = String.valueOf(OfficeXml.attribute(reader, "char")).toUpperCase(java.util.Locale.ROOT);
        String font = String.valueOf(OfficeXml.attribute(reader, "font"));
        if (code.matches("[0-9A-F]{4}") && !code.startsWith("F0")) {
            return String.valueOf((char) Integer.parseInt(code, 16));
        }
        if (font.startsWith("Wingdings")) {
            return switch (code) {
                case "F0FE", "F053", "F054", "F0FD" -> "\u2612";
                case "F0A8", "F06F", "F0A3" -> "\u2610";
                case "F0FC", "F050" -> "\u2713";
                default -> "";
            };
        }
        return "";
    }

    /** Reads the paragraphs of the boxes in a drawing, in their newer form if there are two. */
    private void drawing(XMLStreamReader reader) throws XMLStreamException {
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "Fallback" -> {
                    if (boxes.isEmpty()) {
                        drawing(reader);
                    } else {
                        OfficeXml.skip(reader);
                    }
                }
                case "txbxContent" -> boxes.addAll(WordBody.texts(reader, styles, counted));
                default -> drawing(reader);
            }
        }
    }
}
