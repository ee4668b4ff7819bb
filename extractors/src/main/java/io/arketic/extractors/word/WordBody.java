package io.arketic.extractors.word;

import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.office.OfficeXml;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/**
 * Reads the paragraphs and tables of one story of a Word document (its body, a header, a box) as Word shows them with
 * all changes accepted. Notes, comments and boxes of a sentence are separate paragraphs after its own.
 */
final class WordBody {

    private final WordStyles styles;
    private final WordNumbering numbering;
    private final Map<String, List<String>> notes;
    private final XhtmlOut out;
    private final TextAssembler counted;
    private int cells;
    private final StringBuilder joined = new StringBuilder();

    /** Holds texts of the cells in the row above, by column, for cells that extend down. */
    private Map<Integer, String> above = new HashMap<>();

    /**
     * @param notes paragraphs of footnotes, endnotes and comments, by {@code kind:id}
     * @param counted told what is left out
     */
    WordBody(
            WordStyles styles,
            WordNumbering numbering,
            Map<String, List<String>> notes,
            XhtmlOut out,
            TextAssembler counted) {
        this.styles = styles;
        this.numbering = numbering;
        this.notes = notes;
        this.out = out;
        this.counted = counted;
    }

    /** Reads the children of the reader's element. */
    void read(XMLStreamReader reader) throws XMLStreamException, SAXException {
        blocks(reader);
        closeLists();
    }

    private void blocks(XMLStreamReader reader) throws XMLStreamException, SAXException {
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "p" -> paragraph(reader);
                case "tbl" -> table(reader);
                case "del", "moveFrom" -> leaveOut(reader, LeftOut.DELETED_TEXT);
                case "sdt", "sdtContent", "customXml", "ins", "moveTo", "body", "smartTag" -> blocks(reader);
                default -> OfficeXml.skip(reader);
            }
        }
    }

    private void leaveOut(XMLStreamReader reader, LeftOut kind) throws XMLStreamException {
        counted.leaveOut(kind, 1);
        OfficeXml.skip(reader);
    }

    private void paragraph(XMLStreamReader reader) throws XMLStreamException, SAXException {
        WordParagraph paragraph = WordParagraph.read(reader, styles, counted);
        joined.append(paragraph.text());
        if (paragraph.endDeleted()) {
            return;
        }
        String text = joined.toString();
        joined.setLength(0);
        write(paragraph, text);
        if (!paragraph.anchored().isEmpty() || !paragraph.boxes().isEmpty()) {
            closeLists();
        }
        for (String anchor : paragraph.anchored()) {
            for (String note : notes.getOrDefault(anchor, List.of())) {
                out.paragraph(note);
            }
        }
        for (String box : paragraph.boxes()) {
            out.paragraph(box);
        }
    }

    private void write(WordParagraph paragraph, String text) throws SAXException {
        int heading = styles.headingLevel(paragraph.style());
        if (paragraph.outlineLevel() >= 0) {
            heading = paragraph.outlineLevel() + 1;
        }
        if (text.isBlank()) {
            return;
        }
        String number = number(paragraph);
        if (heading > 0 && heading <= 9) {
            closeLists();
            String label = number == null || number.isEmpty() ? "" : number + " ";
            if (styles.isTitle(paragraph.style())) {
                out.title(text.strip());
            }
            out.element("h" + Math.min(6, heading), label + text.strip());
        } else if (number == null) {
            closeLists();
            out.paragraph(text);
        } else if (cells > 0) {
            out.paragraph((number.isEmpty() ? "-" : number) + " " + text.strip());
        } else {
            out.lists(paragraph.listLevel(styles, numbering) + 1);
            out.item(number, text.strip());
        }
    }

    /** Returns its number, empty for a bullet, null for a paragraph of no list. */
    private @Nullable String number(WordParagraph paragraph) {
        String list = paragraph.list(styles);
        return list == null ? null : numbering.label(list, paragraph.listLevel(styles, numbering), styles);
    }

    private void closeLists() throws SAXException {
        out.lists(0);
    }

    private void table(XMLStreamReader reader) throws XMLStreamException, SAXException {
        closeLists();
        Map<Integer, String> outer = above;
        above = new HashMap<>();
        out.start("table");
        rows(reader);
        out.end("table");
        above = outer;
    }

    private void rows(XMLStreamReader reader) throws XMLStreamException, SAXException {
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "tr" -> row(reader);
                case "sdt", "sdtContent", "customXml", "ins" -> rows(reader);
                default -> OfficeXml.skip(reader);
            }
        }
    }

    /** Writes a row once it is known to be shown: its properties come before its cells. */
    private void row(XMLStreamReader reader) throws XMLStreamException, SAXException {
        Row row = new Row();
        cells(reader, row);
        if (row.begun) {
            out.end("tr");
            above = row.texts;
        }
    }

    private static final class Row {
        private boolean left;
        private boolean begun;
        private int column;
        private final Map<Integer, String> texts = new HashMap<>();
    }

    private void cells(XMLStreamReader reader, Row row) throws XMLStreamException, SAXException {
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "trPr" -> {
                    OfficeXml.Element properties = OfficeXml.element(reader);
                    boolean hidden = properties.has("hidden");
                    row.left = hidden || properties.child("del") != null;
                    if (row.left) {
                        counted.leaveOut(hidden ? LeftOut.HIDDEN_ROWS : LeftOut.DELETED_TEXT, 1);
                    }
                    row.column += gridBefore(properties);
                }
                case "tc" -> {
                    if (row.left) {
                        OfficeXml.skip(reader);
                    } else {
                        if (!row.begun) {
                            out.start("tr");
                            row.begun = true;
                        }
                        cell(reader, row);
                    }
                }
                case "sdt", "sdtContent", "customXml", "ins" -> cells(reader, row);
                default -> OfficeXml.skip(reader);
            }
        }
    }

    private static int gridBefore(OfficeXml.Element properties) {
        OfficeXml.Element before = properties.child("gridBefore");
        return before == null ? 0 : Math.max(0, Math.min(100, before.number("val", 0)));
    }

    private void cell(XMLStreamReader reader, Row row) throws XMLStreamException, SAXException {
        int span = 1;
        boolean continues = false;
        boolean deleted = false;
        boolean begun = false;
        out.record();
        while (OfficeXml.nextChild(reader)) {
            String name = reader.getLocalName();
            if (name.equals("tcPr")) {
                OfficeXml.Element properties = OfficeXml.element(reader);
                OfficeXml.Element grid = properties.child("gridSpan");
                span = grid == null ? 1 : Math.max(1, Math.min(100, grid.number("val", 1)));
                OfficeXml.Element merge = properties.child("vMerge");
                continues =
                        merge != null && !"restart".equals(merge.attributes().get("val"));
                deleted = properties.child("cellDel") != null;
                continue;
            }
            if (deleted) {
                OfficeXml.skip(reader);
                continue;
            }
            if (!begun) {
                out.cell(span);
                begun = true;
                cells++;
            }
            switch (name) {
                case "p" -> paragraph(reader);
                case "tbl" -> table(reader);
                case "del", "moveFrom" -> leaveOut(reader, LeftOut.DELETED_TEXT);
                case "sdt", "sdtContent", "customXml", "ins", "moveTo" -> blocks(reader);
                default -> OfficeXml.skip(reader);
            }
        }
        cells -= begun ? 1 : 0;
        String text = out.recorded();
        if (deleted) {
            counted.leaveOut(LeftOut.DELETED_TEXT, 1);
            return;
        }
        if (!begun) {
            out.cell(span);
        }
        String repeated = above.get(row.column);
        if (continues && text.isBlank() && repeated != null) {
            out.text(repeated);
            text = repeated;
        }
        row.texts.put(row.column, text.strip());
        row.column += span;
        out.end("td");
    }

    /** Returns the texts of paragraphs and cells, one each, for stories that are written at another place. */
    static List<String> texts(XMLStreamReader reader, WordStyles styles, TextAssembler counted)
            throws XMLStreamException {
        List<String> texts = new ArrayList<>();
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "p" -> {
                    WordParagraph paragraph = WordParagraph.read(reader, styles, counted);
                    if (!paragraph.text().isBlank()) {
                        texts.add(paragraph.text().strip());
                    }
                    texts.addAll(paragraph.boxes());
                }
                case "del", "moveFrom" -> {
                    counted.leaveOut(LeftOut.DELETED_TEXT, 1);
                    OfficeXml.skip(reader);
                }
                case "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "sectPr" -> OfficeXml.skip(reader);
                default -> texts.addAll(texts(reader, styles, counted));
            }
        }
        return texts;
    }
}
