package io.arketic.extractors.worker;

import java.util.ArrayList;
import java.util.List;

/** Reads comma, semicolon, tab or bar separated values (RFC 4180 quoting) as a table. */
final class DelimitedRows {

    private static final char[] DELIMITERS = {',', ';', '\t', '|'};
    private static final int SAMPLE = 10_000;

    private DelimitedRows() {}

    static void write(String text, TextAssembler out) {
        // An odd number of quotes means that they are no quoting: one would swallow the rest of the file.
        boolean quoting = text.chars().filter(c -> c == '"').count() % 2 == 0;
        char delimiter = delimiter(text);
        TableRows rows = new TableRows(out);
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                if (c != '"') {
                    cell.append(c);
                } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
                    cell.append('"');
                    i++;
                } else {
                    quoted = false;
                }
            } else if (quoting
                    && c == '"'
                    && cell.length() <= 2
                    && cell.toString().isBlank()) {
                quoted = true;
            } else if (c == delimiter) {
                cells.add(take(cell));
            } else if (c == '\n') {
                cells.add(take(cell));
                rows.row(cells);
                cells.clear();
            } else {
                cell.append(c);
            }
        }
        cells.add(take(cell));
        rows.row(cells);
        rows.end();
    }

    private static String take(StringBuilder cell) {
        String value = cell.toString();
        cell.setLength(0);
        return value;
    }

    /** The one that is in most lines. */
    private static char delimiter(String text) {
        String[] lines = text.substring(0, Math.min(text.length(), SAMPLE)).split("\n");
        char best = ',';
        int most = 0;
        for (char delimiter : DELIMITERS) {
            int hits = 0;
            for (String line : lines) {
                hits += line.indexOf(delimiter) >= 0 ? 1 : 0;
            }
            if (hits > most) {
                most = hits;
                best = delimiter;
            }
        }
        return best;
    }
}
