package io.arketic.extractors.sheet;

import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.SheetHead;
import io.arketic.extractors.assembly.TableRows;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.XhtmlOut;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.poi.hssf.eventusermodel.FormatTrackingHSSFListener;
import org.apache.poi.hssf.eventusermodel.HSSFListener;
import org.apache.poi.hssf.record.BOFRecord;
import org.apache.poi.hssf.record.BoolErrRecord;
import org.apache.poi.hssf.record.BoundSheetRecord;
import org.apache.poi.hssf.record.CellValueRecordInterface;
import org.apache.poi.hssf.record.ColumnInfoRecord;
import org.apache.poi.hssf.record.CommonObjectDataSubRecord;
import org.apache.poi.hssf.record.DateWindow1904Record;
import org.apache.poi.hssf.record.EOFRecord;
import org.apache.poi.hssf.record.FormulaRecord;
import org.apache.poi.hssf.record.LabelRecord;
import org.apache.poi.hssf.record.LabelSSTRecord;
import org.apache.poi.hssf.record.MergeCellsRecord;
import org.apache.poi.hssf.record.NoteRecord;
import org.apache.poi.hssf.record.NumberRecord;
import org.apache.poi.hssf.record.ObjRecord;
import org.apache.poi.hssf.record.Record;
import org.apache.poi.hssf.record.RowRecord;
import org.apache.poi.hssf.record.SSTRecord;
import org.apache.poi.hssf.record.StringRecord;
import org.apache.poi.hssf.record.SubRecord;
import org.apache.poi.hssf.record.TextObjectRecord;
import org.apache.poi.hssf.record.chart.SeriesTextRecord;
import org.apache.poi.ss.usermodel.DataFormatter;
import org.apache.poi.ss.usermodel.FormulaError;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.ss.util.CellReference;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/** Reads the sheets of a workbook of the format of 1997, record by record. */
final class OldSheets implements HSSFListener {

    private static final int MOST_MERGED = 100_000;

    /** Collects what must be known before the cells, by the number of the sheet. */
    static final class Layout implements HSSFListener {
        private final List<BoundSheetRecord> bound = new ArrayList<>();
        private final Map<Integer, BitSet> hiddenColumns = new HashMap<>();
        private final Map<Integer, List<CellRangeAddress>> merged = new HashMap<>();
        private final Nesting nesting = new Nesting();

        @Override
        public void processRecord(Record record) {
            nesting.see(record);
            if (record instanceof BoundSheetRecord sheet) {
                bound.add(sheet);
            } else if (record instanceof ColumnInfoRecord columns && columns.getHidden() && nesting.depth == 1) {
                hiddenColumns
                        .computeIfAbsent(nesting.sheet, sheet -> new BitSet())
                        .set(
                                Math.max(0, columns.getFirstColumn()),
                                Math.max(0, Math.min(256, columns.getLastColumn() + 1)));
            } else if (record instanceof MergeCellsRecord cells && nesting.depth == 1) {
                List<CellRangeAddress> ranges = merged.computeIfAbsent(nesting.sheet, sheet -> new ArrayList<>());
                for (int i = 0; i < cells.getNumAreas() && ranges.size() < MOST_MERGED; i++) {
                    ranges.add(cells.getAreaAt(i));
                }
            }
        }

        /** Returns the sheet by its place in the file, where sheets have another order. */
        @Nullable
        BoundSheetRecord named(int sheet) {
            BoundSheetRecord[] ordered = BoundSheetRecord.orderByBofPosition(bound);
            return sheet >= 0 && sheet < ordered.length ? ordered[sheet] : null;
        }
    }

    /**
     * Tracks where in the book a record is: the book itself comes first, then each sheet; a chart is nested in its
     * sheet.
     */
    private static final class Nesting {
        private int sheet = -2;
        private int depth;

        void see(Record record) {
            if (record instanceof BOFRecord) {
                depth++;
                sheet += depth == 1 ? 1 : 0;
            } else if (record instanceof EOFRecord) {
                depth = Math.max(0, depth - 1);
            }
        }
    }

    private final Layout layout;
    private final XhtmlOut out;
    private final TextAssembler text;
    private final DataFormatter formatter = ExcelCells.formatter();
    private final Nesting nesting = new Nesting();
    private @Nullable FormatTrackingHSSFListener formats;
    private @Nullable SSTRecord strings;
    private boolean from1904;

    private @Nullable Sheet sheet;

    /** Holds a formula whose text is the next record. */
    private @Nullable FormulaRecord waiting;

    OldSheets(Layout layout, XhtmlOut out, TextAssembler text) {
        this.layout = layout;
        this.out = out;
        this.text = text;
    }

    void formats(FormatTrackingHSSFListener tracking) {
        formats = tracking;
    }

    @Override
    public void processRecord(Record record) {
        int before = nesting.sheet;
        nesting.see(record);
        try {
            if (nesting.sheet != before) {
                sheet = begin();
            }
            Sheet open = sheet;
            if (record instanceof SSTRecord shared) {
                strings = shared;
            } else if (record instanceof DateWindow1904Record window) {
                from1904 = window.getWindowing() == 1;
            } else if (open != null && record instanceof EOFRecord && nesting.depth == 0) {
                open.end();
                sheet = null;
            } else if (open != null) {
                open.see(record);
            }
        } catch (SAXException e) {
            throw new UncheckedIOException(new java.io.IOException(e));
        }
    }

    private @Nullable Sheet begin() throws SAXException {
        BoundSheetRecord bound = layout.named(nesting.sheet);
        if (bound == null) {
            return null;
        }
        if (bound.isHidden() || bound.isVeryHidden()) {
            text.leaveOut(LeftOut.HIDDEN_SHEETS, 1);
            return null;
        }
        out.element("h1", bound.getSheetname());
        return new Sheet(nesting.sheet);
    }

    private String shared(LabelSSTRecord label) {
        SSTRecord known = strings;
        if (known == null || label.getSSTIndex() < 0 || label.getSSTIndex() >= known.getNumUniqueStrings()) {
            return "";
        }
        return known.getString(label.getSSTIndex()).getString();
    }

    private String number(CellValueRecordInterface cell, double value) {
        FormatTrackingHSSFListener known = formats;
        if (known == null) {
            return ExcelCells.general(value);
        }
        String pattern = known.getFormatString(cell);
        return pattern == null || pattern.equalsIgnoreCase("general")
                ? ExcelCells.general(value)
                : formatter.formatRawCellContents(value, known.getFormatIndex(cell), pattern, from1904);
    }

    /** Reads the current sheet. */
    private final class Sheet {
        private final TableRows table = new TableRows(text);
        private final SheetHead head = new SheetHead(table);
        private final BitSet hiddenColumns;
        private final BitSet hiddenRows = new BitSet();
        private final Map<Integer, List<CellRangeAddress>> mergedByRow = new HashMap<>();
        private final Map<CellRangeAddress, String> open = new HashMap<>();
        private final Map<Integer, String> boxes = new HashMap<>();
        private final List<String> behind = new ArrayList<>();
        private List<String> cells = new ArrayList<>();
        private int row = -1;
        private int object = -1;
        private int hidden;

        Sheet(int number) {
            hiddenColumns = layout.hiddenColumns.getOrDefault(number, new BitSet());
            for (CellRangeAddress range : layout.merged.getOrDefault(number, List.of())) {
                mergedByRow
                        .computeIfAbsent(range.getFirstRow(), first -> new ArrayList<>())
                        .add(range);
            }
        }

        void see(Record record) {
            FormulaRecord formula = waiting;
            if (formula != null && record instanceof StringRecord value) {
                add(formula, value.getString());
            }
            waiting = null;
            if (record instanceof RowRecord properties) {
                hiddenRows.set(properties.getRowNumber(), properties.getZeroHeight());
            } else if (record instanceof LabelSSTRecord label) {
                add(label, shared(label));
            } else if (record instanceof LabelRecord label) {
                add(label, label.getValue());
            } else if (record instanceof NumberRecord number) {
                add(number, number(number, number.getValue()));
            } else if (record instanceof BoolErrRecord value) {
                add(value, constant(value));
            } else if (record instanceof FormulaRecord computed) {
                formula(computed);
            } else {
                drawn(record);
            }
        }

        private static String constant(BoolErrRecord value) {
            if (value.isBoolean()) {
                return value.getBooleanValue() ? "TRUE" : "FALSE";
            }
            return FormulaError.isValidCode(value.getErrorValue())
                    ? FormulaError.forInt(value.getErrorValue()).getString()
                    : "";
        }

        private void formula(FormulaRecord computed) {
            if (computed.hasCachedResultString()) {
                waiting = computed;
                return;
            }
            switch (computed.getCachedResultTypeEnum()) {
                case BOOLEAN -> add(computed, computed.getCachedBooleanValue() ? "TRUE" : "FALSE");
                case ERROR ->
                    add(
                            computed,
                            FormulaError.forInt(computed.getCachedErrorValue()).getString());
                default -> add(computed, number(computed, computed.getValue()));
            }
        }

        /** Reads comments, boxes and the names in charts. */
        private void drawn(Record record) {
            if (record instanceof ObjRecord drawing) {
                for (SubRecord part : drawing.getSubRecords()) {
                    if (part instanceof CommonObjectDataSubRecord common) {
                        object = common.getObjectId();
                    }
                }
            } else if (record instanceof TextObjectRecord box && box.getStr() != null) {
                boxes.put(object, box.getStr().getString().strip());
            } else if (record instanceof NoteRecord note) {
                String comment = boxes.remove(note.getShapeId());
                boolean shown = !hiddenRows.get(note.getRow()) && !hiddenColumns.get(note.getColumn());
                if (comment != null && shown && !comment.isBlank()) {
                    String author = note.getAuthor() == null || note.getAuthor().isBlank()
                            ? ""
                            : " by " + note.getAuthor().strip();
                    String place = new CellReference(note.getRow(), note.getColumn()).formatAsString();
                    behind.add("Comment" + author + " on " + place + ": " + comment);
                }
            } else if (record instanceof SeriesTextRecord name && name.getText() != null) {
                behind.add(name.getText());
            }
        }

        private void add(CellValueRecordInterface cell, String value) {
            if (cell.getRow() != row) {
                flush();
                row = cell.getRow();
            }
            while (cells.size() <= cell.getColumn()) {
                cells.add("");
            }
            cells.set(cell.getColumn(), value == null ? "" : value);
        }

        private void flush() {
            if (row < 0 || cells.isEmpty()) {
                return;
            }
            int number = row;
            open.keySet().removeIf(range -> range.getLastRow() < number);
            List<CellRangeAddress> begun = mergedByRow.getOrDefault(number, List.of());
            for (CellRangeAddress range : begun) {
                String value = range.getFirstColumn() < cells.size() ? cells.get(range.getFirstColumn()) : "";
                if (!value.isEmpty()) {
                    open.put(range, value);
                }
            }
            open.forEach((range, value) -> {
                for (int column = range.getFirstColumn(); column <= Math.min(255, range.getLastColumn()); column++) {
                    while (cells.size() <= column) {
                        cells.add("");
                    }
                    cells.set(column, value);
                }
            });
            List<String> shown = new ArrayList<>();
            for (int column = 0; column < cells.size(); column++) {
                if (!hiddenColumns.get(column)) {
                    shown.add(cells.get(column));
                }
            }
            if (hiddenRows.get(number)) {
                hidden++;
            } else {
                head.row(number, shown, begun);
            }
            cells = new ArrayList<>();
        }

        void end() throws SAXException {
            flush();
            head.finish();
            table.end();
            text.leaveOut(LeftOut.HIDDEN_ROWS, hidden);
            text.leaveOut(LeftOut.HIDDEN_COLUMNS, hiddenColumns.cardinality());
            for (String box : boxes.values()) {
                out.paragraph(box);
            }
            for (String paragraph : behind) {
                out.paragraph(paragraph);
            }
        }
    }
}
