package io.arketic.extractors.protocol;

/**
 * Holds the result for one picture.
 *
 * @param table Tesseract's table of words, as TSV; empty unless it was read
 */
public record Recognition(End end, String table) {

    /** Names the end. The names are sent between processes. */
    public enum End {
        READ,
        /** The file has reached its limit of recognised pages and pictures. */
        PAGE_LIMIT,
        /** The page was not finished within its time. */
        TIME_LIMIT,
        /** Tesseract ended without a result. */
        FAILED
    }

    public static Recognition read(String table) {
        return new Recognition(End.READ, table);
    }

    public static Recognition none(End end) {
        return new Recognition(end, "");
    }
}
