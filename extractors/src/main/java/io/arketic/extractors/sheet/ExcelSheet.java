package io.arketic.extractors.sheet;

import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.SheetHead;
import io.arketic.extractors.assembly.TableRows;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.office.OfficeXml;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.ss.util.CellReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads one sheet: first its merged cells and hidden columns, then its rows. The head of its table may have several
 * rows, as far as their merged cells reach.
 */
final class ExcelSheet {

    private static final int MOST_MERGED = 100_000;
    private static final int WIDEST = 16_384;

    private final List<CellRangeAddress> merged = new ArrayList<>();
    private final Map<Integer, List<CellRangeAddress>> mergedByRow = new HashMap<>();
    private final BitSet hiddenColumns = new BitSet();

    private ExcelSheet() {}

    /** Reads a sheet once for the parts behind its rows. */
    static ExcelSheet layout(XMLStreamReader reader) throws XMLStreamException {
        ExcelSheet sheet = new ExcelSheet();
        while (reader.hasNext()) {
            if (reader.next() != XMLStreamConstants.START_ELEMENT) {
                continue;
            }
            if (reader.getLocalName().equals("mergeCell") && sheet.merged.size() < MOST_MERGED) {
                sheet.addMerged(OfficeXml.attribute(reader, "ref"));
            } else if (reader.getLocalName().equals("col") && isTrue(OfficeXml.attribute(reader, "hidden"))) {
                int first = OfficeXml.number(reader, "min", 1);
                int last = Math.min(WIDEST, OfficeXml.number(reader, "max", first));
                if (first >= 1 && first <= last) {
                    sheet.hiddenColumns.set(first - 1, last);
                }
            }
        }
        return sheet;
    }

    private void addMerged(@Nullable String reference) {
        if (reference == null || !reference.matches("[A-Z]{1,3}\\d{1,7}:[A-Z]{1,3}\\d{1,7}")) {
            return;
        }
        CellRangeAddress range = CellRangeAddress.valueOf(reference);
        merged.add(range);
        mergedByRow
                .computeIfAbsent(range.getFirstRow(), row -> new ArrayList<>())
                .add(range);
    }

    private static boolean isTrue(@Nullable String value) {
        return "1".equals(value) || "true".equals(value);
    }

    /** Writes the rows that Excel shows. */
    void write(XMLStreamReader reader, String name, ExcelCells cells, TextAssembler out) throws XMLStreamException {
        TableRows table = new TableRows(out);
        SheetHead head = new SheetHead(table);
        List<CellRangeAddress> open = new ArrayList<>();
        Map<CellRangeAddress, String> values = new HashMap<>();
        int number = -1;
        int hidden = 0;
        while (reader.hasNext()) {
            if (reader.next() != XMLStreamConstants.START_ELEMENT
                    || !reader.getLocalName().equals("row")) {
                continue;
            }
            number = OfficeXml.number(reader, "r", number + 2) - 1;
            int row = number;
            boolean shown = !isTrue(OfficeXml.attribute(reader, "hidden"));
            open.removeIf(range -> range.getLastRow() < row);
            open.addAll(mergedByRow.getOrDefault(row, List.of()));
            String[] texts = row(reader, name, row, cells, open, values);
            if (!shown) {
                hidden++;
            } else {
                head.row(row, List.of(texts), mergedByRow.getOrDefault(row, List.of()));
            }
        }
        head.finish();
        table.end();
        out.leaveOut(LeftOut.HIDDEN_ROWS, hidden);
        out.leaveOut(LeftOut.HIDDEN_COLUMNS, hiddenColumns.cardinality());
    }

    private String[] row(
            XMLStreamReader reader,
            String name,
            int row,
            ExcelCells cells,
            List<CellRangeAddress> open,
            Map<CellRangeAddress, String> values)
            throws XMLStreamException {
        String[] texts = new String[16];
        Arrays.fill(texts, "");
        int column = -1;
        int width = 0;
        while (OfficeXml.nextChild(reader)) {
            if (!reader.getLocalName().equals("c")) {
                OfficeXml.skip(reader);
                continue;
            }
            String reference = OfficeXml.attribute(reader, "r");
            column = reference != null && reference.matches("[A-Z]{1,3}\\d{1,7}")
                    ? new CellReference(reference).getCol()
                    : column + 1;
            String text = cells.text(reader, name, row, column);
            if (column < 0 || column >= WIDEST || text.isEmpty()) {
                continue;
            }
            texts = wide(texts, column + 1);
            texts[column] = text;
            width = Math.max(width, column + 1);
        }
        for (CellRangeAddress range : open) {
            if (range.getFirstRow() == row && range.getFirstColumn() < width) {
                values.put(range, texts[range.getFirstColumn()]);
            }
            String value = values.getOrDefault(range, "");
            if (!value.isEmpty()) {
                int end = Math.min(WIDEST, range.getLastColumn() + 1);
                texts = wide(texts, end);
                Arrays.fill(texts, range.getFirstColumn(), end, value);
                width = Math.max(width, end);
            }
        }
        return visible(texts, width);
    }

    private static String[] wide(String[] texts, int width) {
        if (width <= texts.length) {
            return texts;
        }
        String[] wider = Arrays.copyOf(texts, Math.max(width, texts.length * 2));
        Arrays.fill(wider, texts.length, wider.length, "");
        return wider;
    }

    private String[] visible(String[] texts, int width) {
        List<String> visible = new ArrayList<>();
        for (int column = 0; column < width; column++) {
            if (!hiddenColumns.get(column)) {
                visible.add(texts[column]);
            }
        }
        return visible.toArray(String[]::new);
    }
}
