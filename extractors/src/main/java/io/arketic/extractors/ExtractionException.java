package io.arketic.extractors;

/** A file that gives no text, with the reason and what it concerns (the limit, the part, the parser's word). */
public final class ExtractionException extends Exception {

    /** Why a file gives no text. The names are stable: they are stored in the ledger and shown to users. */
    public enum Reason {
        /** The file has no bytes. */
        EMPTY_FILE,
        /** The file was read and holds no text (a photo, white space only). */
        NO_TEXT,
        /** The file is a scan or a picture, and Tesseract or its data for a language is not installed here. */
        NEEDS_OCR,
        /** A password is needed that was not given. */
        ENCRYPTED,
        /** The bytes are not what their format promises: truncated, damaged or looping. */
        CORRUPT,
        /** No parser reads this format. */
        UNSUPPORTED_FORMAT,
        /** The format's own rules forbid reading it safely: XML bombs, external entities, bombs of nested archives. */
        MALICIOUS,
        /** Not finished within {@link ExtractLimits#timeout()}. */
        TIME_LIMIT,
        /** The parser used up {@link ExtractLimits#parserHeap()}. */
        MEMORY_LIMIT,
        /** More text than {@link ExtractLimits#maxCharacters()}. */
        TEXT_LIMIT,
        /** More bytes than {@link ExtractLimits#maxFileBytes()}, in the file or in all files inside it together. */
        FILE_LIMIT,
        /** Nested deeper than {@link ExtractLimits#maxEmbeddedDepth()}. */
        EMBEDDED_DEPTH_LIMIT,
        /** More embedded files than {@link ExtractLimits#maxEmbeddedCount()}. */
        EMBEDDED_COUNT_LIMIT,
        /** The parser process died for another cause. */
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
