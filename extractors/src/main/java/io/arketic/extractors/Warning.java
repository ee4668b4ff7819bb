package io.arketic.extractors;

import org.jspecify.annotations.Nullable;

/**
 * A part of a file that gave no text although its readers would expect some. The rest of the file was read.
 *
 * @param page page, slide or sheet, counted from 1; null where the place has none
 * @param place name of the part, for example {@code Costs!B7} or {@code minutes/photo.tif}; empty where the page says all
 */
public record Warning(Kind kind, @Nullable Integer page, String place) {

    /** What happened. */
    public enum Kind {
        /** A page shows something and has no text, such as a photo. */
        PAGE_WITHOUT_TEXT,
        /** A scanned page that Tesseract could read, which is not installed here, or lacks the data for a language. */
        NEEDS_OCR,
        /** A scanned page whose text was recognised with little confidence. */
        UNSURE_TEXT,
        /** A formula without a stored value that cannot be computed here; the text holds the formula. */
        CELL_WITHOUT_VALUE,
        /** An embedded file, attachment or part that is damaged. */
        MEMBER_UNREADABLE,
        /** An attachment whose password is not known. */
        MEMBER_ENCRYPTED,
        /** A part that was cut or skipped because of a limit. */
        LIMIT_REACHED,
        /** Stands last where a file has more warnings than are kept. */
        FURTHER_WARNINGS
    }
}
