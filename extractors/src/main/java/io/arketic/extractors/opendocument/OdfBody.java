package io.arketic.extractors.opendocument;

import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.office.OfficeXml;
import java.util.List;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/**
 * Reads the paragraphs, lists and tables of an OpenDocument text as shown with all changes accepted. The format
 * separates deleted text from the rest. Notes, comments and boxes of a sentence follow its paragraph.
 */
final class OdfBody {

    private static final int MOST_REPEATED = 100;

    private final OdfStyles styles;
    private final OdfObjects objects;
    private final XhtmlOut out;
    private final TextAssembler counted;
    private int cells;

    OdfBody(OdfStyles styles, OdfObjects objects, XhtmlOut out, TextAssembler counted) {
        this.styles = styles;
        this.objects = objects;
        this.out = out;
        this.counted = counted;
    }

    /** Holds an open list: its counter is that of the outermost list. */
    private record OpenList(String style, OdfNumbering.Counter counter, int level) {}

    /** Holds an item whose first paragraph takes its number. */
    private static final class Item {
        private final OpenList list;
        private final @Nullable Integer start;
        private boolean numbered;

        Item(OpenList list, @Nullable Integer start, boolean numbered) {
            this.list = list;
            this.start = start;
            this.numbered = numbered;
        }
    }

    /** Reads the children of the reader's element. */
    void read(XMLStreamReader reader) throws XMLStreamException, SAXException {
        blocks(reader, null);
        out.lists(0);
    }

    private void blocks(XMLStreamReader reader, @Nullable Item item) throws XMLStreamException, SAXException {
        while (OfficeXml.nextChild(reader)) {
            block(reader, item);
        }
    }

    private void block(XMLStreamReader reader, @Nullable Item item) throws XMLStreamException, SAXException {
        switch (reader.getLocalName()) {
            case "p", "h" -> paragraph(reader, item);
            case "list" -> list(reader, item);
            case "numbered-paragraph" -> numbered(reader);
            case "table" -> table(reader);
            case "section" -> {
                if (isHidden(reader)) {
                    counted.leaveOut(LeftOut.HIDDEN_TEXT, 1);
                    OfficeXml.skip(reader);
                } else {
                    blocks(reader, item);
                }
            }
            case "tracked-changes" -> changes(reader);
            case "annotation" -> hangers(OdfParagraph.comment(reader, styles, objects, counted, ""));
            case "table-of-content",
                    "illustration-index",
                    "table-index",
                    "object-index",
                    "user-index",
                    "alphabetical-index",
                    "bibliography",
                    "index-body",
                    "index-title",
                    "text-box" -> blocks(reader, item);
            case "object" -> {
                OdfObjects.Embedded object = objects.read(reader);
                hangers(object.formula().isBlank() ? object.texts() : List.of(object.formula()));
                rows(object.rows());
            }
            case "frame", "g", "custom-shape", "rect", "ellipse", "circle", "polygon", "line", "caption", "connector" ->
                hangers(OdfParagraph.shapes(reader, styles, objects, counted));
            default -> OfficeXml.skip(reader);
        }
    }

    private static boolean isHidden(XMLStreamReader reader) {
        String display = OfficeXml.attribute(reader, "display");
        return "none".equals(display)
                || "condition".equals(display) && "true".equals(OfficeXml.attribute(reader, "is-hidden"));
    }

    private void changes(XMLStreamReader reader) throws XMLStreamException {
        for (OfficeXml.Element region : OfficeXml.element(reader).children()) {
            counted.leaveOut(LeftOut.DELETED_TEXT, region.child("deletion") == null ? 0 : 1);
        }
    }

    private void list(XMLStreamReader reader, @Nullable Item outer) throws XMLStreamException, SAXException {
        String own = OfficeXml.attribute(reader, "style-name");
        OpenList list;
        if (outer == null) {
            String style = own == null ? "" : own;
            list = new OpenList(
                    style,
                    styles.numbering()
                            .begin(
                                    style,
                                    OfficeXml.attribute(reader, "id"),
                                    "true".equals(OfficeXml.attribute(reader, "continue-numbering")),
                                    OfficeXml.attribute(reader, "continue-list")),
                    0);
        } else {
            list = new OpenList(own == null ? outer.list.style() : own, outer.list.counter(), outer.list.level() + 1);
        }
        while (OfficeXml.nextChild(reader)) {
            boolean header = reader.getLocalName().equals("list-header");
            int start = OfficeXml.number(reader, "start-value", -1);
            blocks(reader, new Item(list, start < 0 ? null : start, header));
        }
        if (outer == null) {
            out.lists(0);
        }
    }

    private void numbered(XMLStreamReader reader) throws XMLStreamException, SAXException {
        String own = OfficeXml.attribute(reader, "style-name");
        String style = own == null ? "" : own;
        int level = Math.max(1, Math.min(OdfNumbering.LEVELS, OfficeXml.number(reader, "level", 1))) - 1;
        int start = OfficeXml.number(reader, "start-value", -1);
        String list = OfficeXml.attribute(reader, "list-id");
        OpenList open = new OpenList(style, styles.numbering().begin(style, list, list == null, list), level);
        blocks(reader, new Item(open, start < 0 ? null : start, false));
    }

    private void paragraph(XMLStreamReader reader, @Nullable Item item) throws XMLStreamException, SAXException {
        int heading = reader.getLocalName().equals("h") ? Math.max(1, OfficeXml.number(reader, "outline-level", 1)) : 0;
        String style = OfficeXml.attribute(reader, "style-name");
        boolean unnumbered = "true".equals(OfficeXml.attribute(reader, "is-list-header"));
        int start = OfficeXml.number(reader, "start-value", -1);
        OdfParagraph paragraph = OdfParagraph.read(reader, styles, objects, counted);
        boolean first = item != null && !item.numbered;
        String number = unnumbered ? null : number(item, heading, start);
        String text = paragraph.text().strip();
        if (!text.isEmpty()) {
            String label = number == null || number.isEmpty() ? "" : number + " ";
            boolean title = heading == 0 && styles.isTitle(style);
            if (title && cells == 0) {
                out.title(text);
            }
            if (heading > 0 || title) {
                out.lists(0);
                out.element("h" + Math.max(1, Math.min(6, heading)), label + text);
            } else if (item == null || !first || number == null) {
                out.lists(0);
                out.paragraph(text);
            } else if (cells > 0) {
                out.paragraph((number.isEmpty() ? "-" : number) + " " + text);
            } else {
                out.lists(item.list.level() + 1);
                out.item(number, text);
            }
        }
        hangers(paragraph.anchored());
    }

    private void hangers(List<String> texts) throws SAXException {
        if (!texts.isEmpty()) {
            out.lists(0);
        }
        for (String text : texts) {
            out.paragraph(text);
        }
    }

    private @Nullable String number(@Nullable Item item, int heading, int start) {
        if (item != null) {
            if (item.numbered) {
                return null;
            }
            item.numbered = true;
            return styles.numbering().label(item.list.style(), item.list.counter(), item.list.level(), item.start);
        }
        if (heading == 0) {
            return null;
        }
        OdfNumbering numbering = styles.numbering();
        return numbering.label("", numbering.outline(), heading - 1, start < 0 ? null : start);
    }

    private void table(XMLStreamReader reader) throws XMLStreamException, SAXException {
        out.lists(0);
        out.start("table");
        rows(reader);
        out.end("table");
    }

    /** Writes the figures of a chart. */
    private void rows(List<List<String>> rows) throws SAXException {
        if (!rows.isEmpty()) {
            out.table(rows);
        }
    }

    private void rows(XMLStreamReader reader) throws XMLStreamException, SAXException {
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "table-row" -> row(reader);
                case "table-rows", "table-header-rows", "table-row-group" -> rows(reader);
                default -> OfficeXml.skip(reader);
            }
        }
    }

    private void row(XMLStreamReader reader) throws XMLStreamException, SAXException {
        String visibility = OfficeXml.attribute(reader, "visibility");
        if (visibility != null && !visibility.equals("visible")) {
            counted.leaveOut(LeftOut.HIDDEN_ROWS, 1);
            OfficeXml.skip(reader);
            return;
        }
        out.start("tr");
        while (OfficeXml.nextChild(reader)) {
            if (!reader.getLocalName().equals("table-cell")) {
                OfficeXml.skip(reader);
                continue;
            }
            int repeated = Math.min(MOST_REPEATED, OfficeXml.number(reader, "number-columns-repeated", 1));
            out.cell(
                    OfficeXml.number(reader, "number-columns-spanned", 1),
                    OfficeXml.number(reader, "number-rows-spanned", 1));
            cells++;
            blocks(reader, null);
            out.lists(0);
            cells--;
            out.end("td");
            for (int i = 1; i < repeated; i++) {
                out.cell(1);
                out.end("td");
            }
        }
        out.end("tr");
    }
}
