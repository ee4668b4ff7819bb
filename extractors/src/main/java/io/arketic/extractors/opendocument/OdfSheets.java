package io.arketic.extractors.opendocument;

import io.arketic.extractors.LeftOut;
import io.arketic.extractors.Warning;
import io.arketic.extractors.assembly.SheetHead;
import io.arketic.extractors.assembly.TableRows;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.office.OfficeXml;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.ss.util.CellReference;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/** Reads the sheets of an OpenDocument spreadsheet as they are shown, one row after the other. */
final class OdfSheets {

    private static final int WIDEST = 16_384;

    /**
     * Limits the cells of all sheets together, including repeated ones: a few bytes can repeat a cell a billion times.
     */
    private static final int MOST_CELLS = 1_000_000;

    private static final int MOST_MERGED = 10_000;

    private final OdfStyles styles;
    private final OdfObjects objects;
    private final XhtmlOut out;
    private final TextAssembler text;
    private int cells;

    OdfSheets(OdfStyles styles, OdfObjects objects, XhtmlOut out, TextAssembler text) {
        this.styles = styles;
        this.objects = objects;
        this.out = out;
        this.text = text;
    }

    /** Reads the children of {@code office:spreadsheet}. */
    void read(XMLStreamReader reader) throws XMLStreamException, SAXException {
        while (OfficeXml.nextChild(reader)) {
            if (!reader.getLocalName().equals("table")) {
                OfficeXml.skip(reader);
            } else if (styles.hides("table", OfficeXml.attribute(reader, "style-name"))) {
                text.leaveOut(LeftOut.HIDDEN_SHEETS, 1);
                OfficeXml.skip(reader);
            } else {
                String name = OfficeXml.attribute(reader, "name");
                out.element("h1", name == null ? "" : name);
                new Sheet(name == null ? "" : name).read(reader);
            }
        }
    }

    private final class Sheet {
        private final String name;
        private final TableRows table = new TableRows(text);
        private final SheetHead head = new SheetHead(table);
        private final BitSet hiddenColumns = new BitSet();
        private final Map<CellRangeAddress, String> merged = new HashMap<>();
        private final List<String> behind = new ArrayList<>();
        private int columns;
        private int row;
        private boolean full;

        Sheet(String name) {
            this.name = name;
        }

        void read(XMLStreamReader reader) throws XMLStreamException, SAXException {
            children(reader);
            head.finish();
            table.end();
            text.leaveOut(LeftOut.HIDDEN_COLUMNS, hiddenColumns.get(0, WIDEST).cardinality());
            for (String paragraph : behind) {
                out.paragraph(paragraph);
            }
        }

        private void children(XMLStreamReader reader) throws XMLStreamException {
            while (OfficeXml.nextChild(reader)) {
                switch (reader.getLocalName()) {
                    case "table-column" -> column(reader);
                    case "table-row" -> row(reader);
                    case "table-columns",
                            "table-header-columns",
                            "table-column-group",
                            "table-rows",
                            "table-header-rows",
                            "table-row-group" -> children(reader);
                    case "shapes" -> behind.addAll(OdfParagraph.texts(reader, styles, objects, text));
                    default -> OfficeXml.skip(reader);
                }
            }
        }

        private void column(XMLStreamReader reader) throws XMLStreamException {
            int repeated = Math.max(1, OfficeXml.number(reader, "number-columns-repeated", 1));
            int end = Math.min(WIDEST, columns + Math.min(WIDEST, repeated));
            // All columns behind the last one in use are hidden together; they hide no text.
            if (isHidden(reader) && columns < WIDEST && end < WIDEST) {
                hiddenColumns.set(columns, end);
            }
            columns = end;
            OfficeXml.skip(reader);
        }

        private static boolean isHidden(XMLStreamReader reader) {
            String visibility = OfficeXml.attribute(reader, "visibility");
            return visibility != null && !visibility.equals("visible");
        }

        private void row(XMLStreamReader reader) throws XMLStreamException {
            int repeated = Math.max(1, OfficeXml.number(reader, "number-rows-repeated", 1));
            boolean hidden = isHidden(reader);
            int number = row;
            row = (int) Math.min(Integer.MAX_VALUE, (long) row + repeated);
            merged.keySet().removeIf(range -> range.getLastRow() < number);
            List<CellRangeAddress> begun = new ArrayList<>();
            List<String> texts = cells(reader, number, begun, hidden);
            if (texts.isEmpty() || full) {
                return;
            }
            if (hidden) {
                text.leaveOut(LeftOut.HIDDEN_ROWS, repeated);
                return;
            }
            for (int i = 0; i < repeated && !full; i++) {
                cells += texts.size();
                if (cells > MOST_CELLS) {
                    full = true;
                    text.warn(Warning.Kind.LIMIT_REACHED, null, name + ": more than " + MOST_CELLS + " cells");
                } else {
                    head.row(number + i, texts, i == 0 ? begun : List.of());
                }
            }
        }

        /** Returns the texts of the shown cells; empty for a row without text. */
        private List<String> cells(XMLStreamReader reader, int number, List<CellRangeAddress> begun, boolean hidden)
                throws XMLStreamException {
            List<String> texts = new ArrayList<>();
            int filled = 0;
            int column = 0;
            while (OfficeXml.nextChild(reader)) {
                boolean covered = reader.getLocalName().equals("covered-table-cell");
                if (full
                        || column >= WIDEST
                        || !covered && !reader.getLocalName().equals("table-cell")) {
                    OfficeXml.skip(reader);
                    continue;
                }
                int repeated = Math.min(WIDEST, Math.max(1, OfficeXml.number(reader, "number-columns-repeated", 1)));
                CellRangeAddress range = covered ? null : range(reader, number, column);
                String shown = cell(reader, number, column, hidden);
                if (range != null && !shown.isEmpty() && merged.size() < MOST_MERGED) {
                    merged.put(range, shown);
                    begun.add(range);
                }
                for (int end = Math.min(WIDEST, column + repeated); column < end; column++) {
                    String value = covered ? above(number, column) : shown;
                    if (!value.isEmpty() && !hiddenColumns.get(column)) {
                        int at = column - hiddenColumns.get(0, column).cardinality();
                        while (texts.size() < at) {
                            texts.add("");
                        }
                        texts.add(value);
                        filled++;
                    } else if (value.isEmpty() && !covered) {
                        column = end - 1;
                    }
                }
            }
            return filled == 0 ? List.of() : texts;
        }

        private String above(int number, int column) {
            for (Map.Entry<CellRangeAddress, String> range : merged.entrySet()) {
                if (range.getKey().isInRange(number, column)) {
                    return range.getValue();
                }
            }
            return "";
        }

        private static @Nullable CellRangeAddress range(XMLStreamReader reader, int row, int column) {
            int wide = Math.max(1, OfficeXml.number(reader, "number-columns-spanned", 1));
            int high = Math.max(1, OfficeXml.number(reader, "number-rows-spanned", 1));
            if (wide == 1 && high == 1) {
                return null;
            }
            return new CellRangeAddress(row, (int) Math.min(Integer.MAX_VALUE, row + (long) high - 1), column, (int)
                    Math.min(WIDEST - 1, column + (long) wide - 1));
        }

        private String cell(XMLStreamReader reader, int number, int column, boolean hidden) throws XMLStreamException {
            String formula = OfficeXml.attribute(reader, "formula");
            String value = value(reader);
            boolean unshown = hidden || hiddenColumns.get(column);
            List<String> paragraphs = new ArrayList<>();
            List<String> hanging = new ArrayList<>();
            while (OfficeXml.nextChild(reader)) {
                switch (reader.getLocalName()) {
                    case "p" -> {
                        OdfParagraph paragraph = OdfParagraph.read(reader, styles, objects, text);
                        paragraphs.add(paragraph.text().strip());
                        hanging.addAll(paragraph.anchored());
                    }
                    case "annotation" -> {
                        String place = " on " + new CellReference(number, column).formatAsString();
                        hanging.addAll(OdfParagraph.comment(reader, styles, objects, text, place));
                    }
                    case "detective" -> OfficeXml.skip(reader);
                    default -> hanging.addAll(OdfParagraph.shapes(reader, styles, objects, text));
                }
            }
            if (!unshown) {
                behind.addAll(hanging);
            }
            String shown = paragraphs.isEmpty() ? value : String.join("\n", paragraphs);
            if (shown.isEmpty() && formula != null && !unshown) {
                String place = name + "!" + new CellReference(number, column).formatAsString();
                text.warn(Warning.Kind.CELL_WITHOUT_VALUE, null, place);
                return formula.replaceFirst("^[a-z]+:(?==)", "")
                        .replaceAll("\\[\\.?([^\\]]*)\\]", "$1")
                        .replace(":.", ":");
            }
            return shown;
        }

        /** Returns the value of a cell, for programs that do not write what it shows. */
        private static String value(XMLStreamReader reader) {
            for (String attribute : List.of("string-value", "date-value", "time-value", "boolean-value", "value")) {
                String value = OfficeXml.attribute(reader, attribute);
                if (value != null) {
                    return value;
                }
            }
            return "";
        }
    }
}
