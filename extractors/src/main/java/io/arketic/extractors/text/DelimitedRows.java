package io.arketic.extractors.text;

import io.arketic.extractors.assembly.TableRows;
import io.arketic.extractors.assembly.TextAssembler;
import java.util.ArrayList;
import java.util.List;

/** Writes values separated by comma, semicolon, tab or bar as a table. */
final class DelimitedRows {

    private static final char[] DELIMITERS = {',', ';', '\t', '|'};
    private static final int SAMPLE_CHARACTERS = 50_000;
    private static final int SAMPLE_RECORDS = 200;

    private DelimitedRows() {}

    static void write(String text, TextAssembler out) {
        TableRows rows = new TableRows(out);
        DelimitedRecords records = records(text);
        for (List<String> record = records.next(); record != null; record = records.next()) {
            rows.row(record);
        }
        rows.end();
    }

    /** Finds the delimiter that gives most records the same number of cells; of two, the one with more cells. */
    private static DelimitedRecords records(String text) {
        String sample = text.substring(0, Math.min(text.length(), SAMPLE_CHARACTERS));
        char best = ',';
        int width = 1;
        double most = 0;
        for (char delimiter : DELIMITERS) {
            List<Integer> widths = new ArrayList<>();
            DelimitedRecords records = new DelimitedRecords(sample, delimiter, 0);
            for (List<String> record = records.next();
                    record != null && widths.size() < SAMPLE_RECORDS;
                    record = records.next()) {
                if (record.size() > 1 || !record.get(0).isBlank()) {
                    widths.add(record.size());
                }
            }
            int commonest = commonest(widths);
            double alike = share(widths, commonest);
            boolean header = !widths.isEmpty() && widths.get(0) == commonest;
            double score =
                    commonest < 2 || alike <= 0.5 ? 0 : alike + (header ? 0.5 : 0) + Math.min(commonest, 50) / 1000.0;
            if (score > most) {
                most = score;
                best = delimiter;
                width = commonest;
            }
        }
        return new DelimitedRecords(text, best, width);
    }

    private static int commonest(List<Integer> widths) {
        int best = 0;
        long most = 0;
        for (int width : widths.stream().distinct().toList()) {
            long count = widths.stream().filter(other -> other == width).count();
            if (count > most || count == most && width > best) {
                most = count;
                best = width;
            }
        }
        return best;
    }

    private static double share(List<Integer> widths, int width) {
        return widths.stream().filter(other -> other == width).count() / (double) Math.max(1, widths.size());
    }
}
