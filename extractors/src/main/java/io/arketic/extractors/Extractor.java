package io.arketic.extractors;

import java.nio.file.Path;
import java.util.List;

/**
 * Extracts the text and structure of a file in any format.
 *
 * <p>Safe for use by several threads. The same file gives the same result, or the same failure.
 */
public interface Extractor extends AutoCloseable {

    /** Extracts one file and recognises its scans in the languages of {@link OcrSettings#languages()}. */
    ExtractedDocument extract(Path file, String filename) throws ExtractionException, InterruptedException;

    /**
     * Extracts one file.
     *
     * @param file a local file; only read
     * @param filename the name its owner gave it; a hint for type detection, never opened
     * @param ocrLanguages that scans and pictures are read in, as Tesseract calls them; empty for those of the settings
     * @param passwords of the file's knowledge base, tried in order on an encrypted file after those of the settings. The
     *     parser process that gets any reads no other file
     * @throws ExtractionException with the reason, when the file gives no complete text within the limits; there is no
     *     partial success
     * @throws InterruptedException when the caller was interrupted; the parser working for it is ended
     */
    ExtractedDocument extract(Path file, String filename, List<String> ocrLanguages, List<String> passwords)
            throws ExtractionException, InterruptedException;

    /** Ends the parser processes. */
    @Override
    void close();
}
