package io.arketic.extractors.sheet;

import io.arketic.extractors.Warning;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.office.OfficeXml;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.poi.ss.usermodel.BuiltinFormats;
import org.apache.poi.ss.usermodel.DataFormatter;
import org.apache.poi.ss.usermodel.FormulaError;
import org.apache.poi.ss.util.CellReference;
import org.apache.poi.xssf.model.SharedStrings;
import org.apache.poi.xssf.model.StylesTable;
import org.apache.poi.xssf.usermodel.XSSFCellStyle;
import org.jspecify.annotations.Nullable;

/** Returns what Excel shows in the cells of one workbook. */
final class ExcelCells {

    /** Sets the significant digits that Excel keeps. */
    private static final int DIGITS = 15;

    private final SharedStrings strings;
    private final @Nullable StylesTable styles;
    private final boolean from1904;
    private final FormulaValues formulas;
    private final TextAssembler warned;
    private final DataFormatter formatter = formatter();

    ExcelCells(
            SharedStrings strings,
            @Nullable StylesTable styles,
            boolean from1904,
            FormulaValues formulas,
            TextAssembler warned) {
        this.strings = strings;
        this.styles = styles;
        this.from1904 = from1904;
        this.formulas = formulas;
        this.warned = warned;
    }

    static DataFormatter formatter() {
        DataFormatter formatter = new DataFormatter(Locale.US);
        formatter.setUseCachedValuesForFormulaCells(false);
        return formatter;
    }

    /**
     * Returns the text of the cell at the reader's position, to its end.
     *
     * @param row counts from 0
     * @param column counts from 0
     */
    String text(XMLStreamReader reader, String sheet, int row, int column) throws XMLStreamException {
        String type = String.valueOf(OfficeXml.attribute(reader, "t"));
        int style = OfficeXml.number(reader, "s", -1);
        String value = null;
        String formula = null;
        StringBuilder inline = new StringBuilder();
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "v" -> value = reader.getElementText();
                case "f" -> formula = reader.getElementText();
                case "is" -> rich(reader, inline);
                default -> OfficeXml.skip(reader);
            }
        }
        if (value == null || value.isEmpty() && formula != null) {
            return formula == null ? inline.toString() : computed(formula, sheet, row, column);
        }
        return switch (type) {
            case "s" -> shared(value);
            case "b" -> value.equals("1") ? "TRUE" : "FALSE";
            case "e" -> value.isEmpty() ? FormulaError.NA.getString() : value;
            case "str", "inlineStr" -> value;
            default -> number(value, style);
        };
    }

    private String computed(String formula, String sheet, int row, int column) {
        String value = formulas.of(sheet, row, column);
        if (value == null) {
            warned.warn(
                    Warning.Kind.CELL_WITHOUT_VALUE,
                    null,
                    sheet + "!" + new CellReference(row, column).formatAsString());
            return "=" + formula;
        }
        return value;
    }

    private static void rich(XMLStreamReader reader, StringBuilder text) throws XMLStreamException {
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "t" -> text.append(reader.getElementText());
                // The pronunciation of characters, in small type above them.
                case "rPh" -> OfficeXml.skip(reader);
                default -> rich(reader, text);
            }
        }
    }

    private String shared(String index) {
        if (!index.matches("\\d{1,9}") || Integer.parseInt(index) >= strings.getUniqueCount()) {
            return "";
        }
        return strings.getItemAt(Integer.parseInt(index)).getString();
    }

    private String number(String value, int style) {
        double number;
        try {
            number = Double.parseDouble(value);
        } catch (NumberFormatException e) {
            return value;
        }
        StylesTable known = styles;
        XSSFCellStyle format =
                known == null || style < 0 || style >= known.getNumCellStyles() ? null : known.getStyleAt(style);
        String pattern = format == null ? "General" : format.getDataFormatString();
        int index = format == null ? 0 : format.getDataFormat();
        if (pattern == null) {
            pattern = BuiltinFormats.getBuiltinFormat(index);
        }
        return pattern == null || pattern.equalsIgnoreCase("general")
                ? general(number)
                : formatter.formatRawCellContents(number, index, pattern, from1904);
    }

    /** Returns all digits of a number; Excel itself shows as many as fit the column. */
    static String general(double number) {
        double size = Math.abs(number);
        return size == 0 || size >= 1e-9 && size < 1e17
                ? new BigDecimal(number)
                        .round(new MathContext(DIGITS))
                        .stripTrailingZeros()
                        .toPlainString()
                : Double.toString(number);
    }
}
