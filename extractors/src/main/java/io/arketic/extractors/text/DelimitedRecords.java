package io.arketic.extractors.text;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of delimited values one by one, and decides the quoting of RFC 4180 cell by cell. A quote that opens a
 * cell counts only if another closes it before a delimiter or a line end, with doubled quotes between them. So an inch
 * mark, or a quote that is never closed, spoils only its own cell.
 */
final class DelimitedRecords {

    private final String text;
    private final char delimiter;
    private final int width;
    private int position;

    /** @param width the number of cells that most records have, or 0 where it is not known yet */
    DelimitedRecords(String text, char delimiter, int width) {
        this.text = text;
        this.delimiter = delimiter;
        this.width = width;
    }

    /** Returns the cells of the next record, for an empty line one empty cell; null after the last one. */
    @Nullable
    List<String> next() {
        if (position >= text.length()) {
            return null;
        }
        List<String> cells = new ArrayList<>();
        while (true) {
            int open = skipBlanks(position);
            int close = open < text.length() && text.charAt(open) == '"' ? closing(open) : -1;
            if (close >= 0) {
                cells.add(text.substring(open + 1, close).replace("\"\"", "\""));
                position = skipBlanks(close + 1);
            } else {
                int end = endOfCell(position);
                cells.add(text.substring(position, end));
                position = end;
            }
            if (position >= text.length()) {
                return cells;
            }
            boolean ends = text.charAt(position) == '\n';
            position++;
            if (ends) {
                return cells;
            }
        }
    }

    private int skipBlanks(int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    private int endOfCell(int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) != delimiter && text.charAt(at) != '\n') {
            at++;
        }
        return at;
    }

    /**
     * Returns the index of the quote that closes the one at {@code open}, or -1 if that one is a character of its cell.
     */
    private int closing(int open) {
        int at = open + 1;
        boolean lines = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                lines = true;
            } else if (c == '"') {
                if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
                    at++;
                } else if (endsCell(at + 1)) {
                    return lines && everyLineIsARecord(open, at) ? -1 : at;
                } else if (lines) {
                    return -1;
                } else {
                    return sloppyClosing(at + 1);
                }
            }
            at++;
        }
        return -1;
    }

    /** Returns the closing quote on the same line, for programs that do not double the quotes inside a cell. */
    private int sloppyClosing(int from) {
        for (int at = from; at < text.length() && text.charAt(at) != '\n'; at++) {
            if (text.charAt(at) == '"' && endsCell(at + 1)) {
                return openingFollows(from, at) ? -1 : at;
            }
        }
        return -1;
    }

    /**
     * Returns whether a cell opens with a quote between two indexes; the quote at the second index then closes that
     * cell.
     */
    private boolean openingFollows(int from, int to) {
        for (int at = from; at < to; at++) {
            if (text.charAt(at) == delimiter && text.charAt(skipBlanks(at + 1)) == '"') {
                return true;
            }
        }
        return false;
    }

    private boolean endsCell(int from) {
        int at = skipBlanks(from);
        return at >= text.length() || text.charAt(at) == delimiter || text.charAt(at) == '\n';
    }

    /** Returns whether every line of a cell would be a whole record, so that its quote was forgotten. */
    private boolean everyLineIsARecord(int open, int close) {
        if (width < 2) {
            return false;
        }
        int begin = text.lastIndexOf('\n', open) + 1;
        while (begin <= close) {
            int end = text.indexOf('\n', begin);
            end = end < 0 ? text.length() : end;
            int cells = 1;
            for (int at = begin; at < end; at++) {
                cells += text.charAt(at) == delimiter ? 1 : 0;
            }
            if (cells != width) {
                return false;
            }
            begin = end + 1;
        }
        return true;
    }
}
