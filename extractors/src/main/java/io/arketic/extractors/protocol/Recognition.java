package io.arketic.extractors.protocol;

/**
 * What came of one picture.
 *
 * @param table Tesseract's table of words, as TSV; empty unless it was read
 */
public record Recognition(End end, String table) {

    /** How it ended. The names are sent. */
    public enum End {
        READ,
        /** The file has as many pages and pictures as may be recognised in one. */
        PAGE_LIMIT,
        /** Not finished within a page's time. */
        TIME_LIMIT,
        /** Tesseract ended without an answer. */
        FAILED
    }

    public static Recognition read(String table) {
        return new Recognition(End.READ, table);
    }

    public static Recognition none(End end) {
        return new Recognition(end, "");
    }
}
