package io.arketic.extractors.assembly;

import io.arketic.extractors.ExtractedDocument.BlockType;
import java.util.List;

/**
 * Writes a table as Markdown rows, each as soon as it is known, so that a table of any length needs no memory. It
 * repeats the head of a long table, so that each separately found piece names its columns.
 */
public final class TableRows {

    /** Limits the separator under the header, which is useless beyond this width. */
    private static final int WIDEST_SEPARATOR = 200;

    /** Limits the empty cells that are written in a row: a sheet may have text in its farthest corners. */
    private static final int MOST_EMPTY = 50;

    /** Sets the characters of rows after which the head is repeated: half of the usual chunk. */
    private static final int REPEAT_AFTER = 450;

    /** Limits a repeated head; a longer one would be most of the text. */
    private static final int LONGEST_REPEATED = 400;

    private final TextAssembler out;
    private boolean begun;
    private String head = "";
    private String separator = "";
    private int sinceHead;

    public TableRows(TextAssembler out) {
        this.out = out;
    }

    public boolean begun() {
        return begun;
    }

    /** Writes a line above the table. */
    void above(String text) {
        out.block(BlockType.PARAGRAPH, 0, text);
    }

    /** The names of the columns, before the first row; they may be numbers, such as years. */
    public void header(List<String> names) {
        int width = width(names);
        if (width > 0) {
            writeHead(names, width, true);
        }
    }

    /** Adds a row; one without text is ignored. The first row is the table's head, unless there was one. */
    public void row(List<String> cells) {
        int width = width(cells);
        if (width == 0) {
            return;
        }
        if (!begun) {
            writeHead(cells, width, namesColumns(cells));
            return;
        }
        String line = line(cells.subList(0, width));
        if (!head.isEmpty() && sinceHead + line.length() > REPEAT_AFTER && sinceHead > 0) {
            out.closeBlock();
            out.line(BlockType.TABLE, head);
            out.line(BlockType.TABLE, separator);
            sinceHead = 0;
        }
        out.line(BlockType.TABLE, line);
        sinceHead += line.length() + 1;
    }

    private void writeHead(List<String> cells, int width, boolean names) {
        out.closeBlock();
        String line = line(cells.subList(0, width));
        out.line(BlockType.TABLE, line);
        begun = true;
        if (width <= WIDEST_SEPARATOR) {
            separator = "|" + " --- |".repeat(width);
            out.line(BlockType.TABLE, separator);
            head = line.length() <= LONGEST_REPEATED && names ? line : "";
        }
    }

    /** Returns whether most cells are words, as in a head; a first row of numbers is a normal row. */
    private static boolean namesColumns(List<String> cells) {
        long filled = cells.stream().filter(cell -> !cell.isBlank()).count();
        long words = cells.stream()
                .filter(cell -> cell.codePoints().anyMatch(Character::isLetter))
                .count();
        return filled > 1 && words * 2 >= filled;
    }

    private static int width(List<String> cells) {
        int width = cells.size();
        while (width > 0 && cells.get(width - 1).isBlank()) {
            width--;
        }
        return width;
    }

    private static String line(List<String> cells) {
        StringBuilder line = new StringBuilder("|");
        int empty = 0;
        for (String cell : cells) {
            empty = cell.isBlank() ? empty + 1 : 0;
            if (empty > MOST_EMPTY) {
                continue;
            }
            String clean = TextCleaner.clean(cell, false).replace('\n', ' ').replace("|", "\\|");
            line.append(clean.isEmpty() ? " " : " " + clean + " ").append('|');
        }
        return line.toString();
    }

    public void end() {
        if (begun) {
            out.closeBlock();
        }
    }
}
