package io.arketic.rag.listing;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes a field of a CSV file (RFC 4180). */
public final class CsvField {

    /** Matches text that a spreadsheet would treat as a formula. */
    private static final Pattern FORMULA = Pattern.compile("^[=+\\-@\\t\\r]");

    private CsvField() {}

    /** Returns the value in quotes; an empty field for null. */
    public static String of(@Nullable Object value) {
        String text = value == null ? "" : value.toString();
        String safe = FORMULA.matcher(text).find() ? "'" + text : text;
        return "\"" + safe.replace("\"", "\"\"") + "\"";
    }
}
