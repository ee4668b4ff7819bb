package io.arketic.extractors;

import org.jspecify.annotations.Nullable;

/**
 * Describes a part of a file that gave no text although its readers would expect some. The rest of the file was read.
 *
 * @param page page, slide or sheet, counted from 1; null where the place has none
 * @param place name of the part, for example {@code Costs!B7} or {@code minutes/photo.tif}; empty where the page says all
 */
public record Warning(Kind kind, @Nullable Integer page, String place) {

    /** Names what happened. */
    public enum Kind {
        /** A page shows content without text, such as a photo. */
        PAGE_WITHOUT_TEXT,
        /**
         * A page is a scan that Tesseract could read, but it is not installed here, or lacks the data for a language.
         */
        NEEDS_OCR,
        /** A scanned page's text was recognised with little confidence. */
        UNSURE_TEXT,
        /** A formula without a stored value cannot be computed here; the text contains the formula. */
        CELL_WITHOUT_VALUE,
        /** An embedded file, attachment or part is damaged. */
        MEMBER_UNREADABLE,
        /** The password of an attachment is unknown. */
        MEMBER_ENCRYPTED,
        /** A part was cut or skipped because of a limit. */
        LIMIT_REACHED,
        /** The file has more warnings than are kept; this one is the last. */
        FURTHER_WARNINGS
    }
}
