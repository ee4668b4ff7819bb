package io.arketic.extractors.sheet;

import java.io.File;
import java.io.IOException;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackageAccess;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.usermodel.CellValue;
import org.apache.poi.ss.usermodel.DataFormatter;
import org.apache.poi.ss.usermodel.FormulaEvaluator;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.jspecify.annotations.Nullable;

/**
 * Computes the formulas whose values a file lacks, because another program than Excel wrote it. The first such formula
 * opens the whole book, so the file's size is limited.
 */
final class FormulaValues implements AutoCloseable {

    private static final long LARGEST_FILE = 4 << 20;

    private final File file;
    private final DataFormatter formatter = ExcelCells.formatter();
    private @Nullable XSSFWorkbook book;
    private @Nullable FormulaEvaluator evaluator;
    private boolean unusable;

    FormulaValues(File file) {
        this.file = file;
        this.unusable = file.length() > LARGEST_FILE;
    }

    /**
     * Returns what Excel would show in a cell.
     *
     * @param row counts from 0
     * @param column counts from 0
     * @return null where it cannot be computed here
     */
    @Nullable
    String of(String sheet, int row, int column) {
        try {
            XSSFWorkbook opened = open();
            FormulaEvaluator computing = evaluator;
            XSSFSheet in = opened == null ? null : opened.getSheet(sheet);
            Row line = in == null ? null : in.getRow(row);
            Cell cell = line == null ? null : line.getCell(column);
            if (cell == null || computing == null) {
                return null;
            }
            CellValue value = computing.evaluate(cell);
            boolean known =
                    value != null && value.getCellType() != CellType.ERROR && value.getCellType() != CellType.BLANK;
            return known ? formatter.formatCellValue(cell, computing) : null;
        } catch (RuntimeException | StackOverflowError e) {
            // For an unknown function, another workbook or a cycle, the formula itself is shown.
            return null;
        }
    }

    private @Nullable XSSFWorkbook open() {
        if (book == null && !unusable) {
            try {
                XSSFWorkbook opened = new XSSFWorkbook(OPCPackage.open(file, PackageAccess.READ));
                evaluator = opened.getCreationHelper().createFormulaEvaluator();
                book = opened;
            } catch (IOException | InvalidFormatException e) {
                unusable = true;
            }
        }
        return book;
    }

    @Override
    public void close() {
        XSSFWorkbook opened = book;
        if (opened != null) {
            opened.getPackage().revert();
        }
    }
}
