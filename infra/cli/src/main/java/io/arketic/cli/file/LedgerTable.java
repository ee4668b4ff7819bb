package io.arketic.cli.file;

import io.arketic.cli.stack.LedgerRow;
import io.arketic.schema.ledger.IngestState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Formats the ledger for users: a row for each version, then the sum that must hold. */
final class LedgerTable {

    private static final int LONGEST_NAME = 60;
    private static final String ROW = "%-12s %-18s %7s %8s  %s";

    private LedgerTable() {}

    static List<String> format(List<LedgerRow> rows) {
        List<String> lines = new ArrayList<>();
        lines.add(ROW.formatted("STATE", "REASON", "CHUNKS", "MS", "FILE"));
        for (LedgerRow row : rows) {
            lines.add(ROW.formatted(
                    row.state().label(),
                    row.reason() == null ? row.warnings() : row.reason(),
                    row.state() == IngestState.INDEXED ? row.chunks() : "",
                    row.took().toMillis(),
                    shorten(row.path())));
        }
        lines.add("");
        lines.add(totals(rows));
        return lines;
    }

    /** Returns dropped = terminal + in flight, with the parts of both. */
    static String totals(List<LedgerRow> rows) {
        Map<IngestState, Long> counts = rows.stream()
                .collect(Collectors.groupingBy(
                        LedgerRow::state, () -> new EnumMap<>(IngestState.class), Collectors.counting()));
        return rows.size() + " dropped = " + sum(counts, true) + " terminal" + parts(counts, true) + " + "
                + sum(counts, false) + " in flight" + parts(counts, false);
    }

    private static long sum(Map<IngestState, Long> counts, boolean terminal) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().terminal() == terminal)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static String parts(Map<IngestState, Long> counts, boolean terminal) {
        String parts = counts.entrySet().stream()
                .filter(entry -> entry.getKey().terminal() == terminal)
                .map(entry -> entry.getValue() + " " + entry.getKey().label())
                .collect(Collectors.joining(", "));
        return parts.isEmpty() ? "" : " (" + parts + ")";
    }

    private static String shorten(String path) {
        int length = path.codePointCount(0, path.length());
        return length <= LONGEST_NAME
                ? path
                : "…" + path.substring(path.offsetByCodePoints(0, length - LONGEST_NAME + 1));
    }
}
