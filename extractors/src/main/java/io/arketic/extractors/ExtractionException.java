package io.arketic.extractors;

/** Reports a file without text, with the reason and its operand (the limit, the part, the parser's message). */
public final class ExtractionException extends Exception {

    /**
     * Names the reason for which a file gives no text. The names are stable: they are stored in the ledger and shown to
     * users.
     */
    public enum Reason {
        /** The file has no bytes. */
        EMPTY_FILE,
        /** The file was read and contains no text (a photo, white space only). */
        NO_TEXT,
        /** The file is a scan or a picture, and Tesseract or its data for a language is not installed here. */
        NEEDS_OCR,
        /** The file needs a password that was not given. */
        ENCRYPTED,
        /** The bytes violate their format: truncated, damaged or looping. */
        CORRUPT,
        /** No parser reads this format. */
        UNSUPPORTED_FORMAT,
        /** The format's own rules forbid reading it safely: XML bombs, external entities, bombs of nested archives. */
        MALICIOUS,
        /** The file was not finished within {@link ExtractLimits#timeout()}. */
        TIME_LIMIT,
        /** The parser used up {@link ExtractLimits#parserHeap()}. */
        MEMORY_LIMIT,
        /** The file has more text than {@link ExtractLimits#maxCharacters()}. */
        TEXT_LIMIT,
        /** The file, or all files inside it together, have more bytes than {@link ExtractLimits#maxFileBytes()}. */
        FILE_LIMIT,
        /** The file is nested deeper than {@link ExtractLimits#maxEmbeddedDepth()}. */
        EMBEDDED_DEPTH_LIMIT,
        /** The file has more embedded files than {@link ExtractLimits#maxEmbeddedCount()}. */
        EMBEDDED_COUNT_LIMIT,
        /** The parser process died for another reason. */
        PARSER_CRASHED
    }

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public ExtractionException(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
