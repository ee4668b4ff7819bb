package io.arketic.extractors.pdf;

import io.arketic.extractors.Warning.Kind;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.protocol.GreyPicture;
import io.arketic.extractors.protocol.Recognition;
import io.arketic.extractors.protocol.WorkerProtocol;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Has the scanned pages and the pictures of one file recognised, and tells of those that gave no text. */
public final class Scans {

    /** Below, a page is told as unsure: measured on good scans, pages have 85 to 96. */
    private static final int SURE = 60;

    /** Below, a picture inside a document is a drawing or a photo and no text. */
    private static final int SURE_OF_PICTURE = 70;

    /** Fewer letters in a picture are specks. */
    private static final int LEAST_LETTERS = 2;

    private final WorkerProtocol.Recognizer recognizer;
    private final @Nullable String lacks;
    private final TextAssembler told;
    private boolean needed;

    /** @param lacks what is missing for the recognition; null where nothing is */
    public Scans(WorkerProtocol.Recognizer recognizer, @Nullable String lacks, TextAssembler told) {
        this.recognizer = recognizer;
        this.lacks = lacks;
        this.told = told;
    }

    /** What is missing for the recognition that this file needed; null where nothing is, or it needed none. */
    @Nullable
    public String missed() {
        return needed ? lacks : null;
    }

    boolean available() {
        return lacks == null;
    }

    /** Tells that a page is a scan that cannot be recognised here. */
    void miss(@Nullable Integer page, String place) {
        needed = true;
        told.warn(Kind.NEEDS_OCR, page, place);
    }

    /** As {@link #miss}, for a picture that may hold no text at all: told only where the file has no other text. */
    void missPicture() {
        needed = true;
    }

    /**
     * Recognises a page. One without text is told, unless it is blank or {@code quietly}.
     *
     * @param page counts from 1
     */
    RecognizedText page(GreyPicture picture, int page, boolean quietly) throws IOException {
        if (picture.isBlank()) {
            return RecognizedText.NONE;
        }
        Recognition recognition = recognizer.read(picture);
        RecognizedText text = RecognizedText.of(recognition.table());
        if (text.letters() < LEAST_LETTERS) {
            if (!quietly || recognition.end() != Recognition.End.READ) {
                told.warn(kindOf(recognition.end()), page, "");
            }
            return RecognizedText.NONE;
        }
        told.recognized(page, text.confidence());
        if (text.confidence() < SURE) {
            told.warn(Kind.UNSURE_TEXT, page, "");
        }
        return text;
    }

    /** Recognises a picture inside a document, which holds no text more often than not. */
    RecognizedText picture(GreyPicture picture, String name) throws IOException {
        if (picture.isBlank()) {
            return RecognizedText.NONE;
        }
        Recognition recognition = recognizer.read(picture);
        RecognizedText text = RecognizedText.of(recognition.table());
        if (recognition.end() != Recognition.End.READ) {
            told.warn(kindOf(recognition.end()), null, name);
        }
        return text.confidence() < SURE_OF_PICTURE || text.letters() < LEAST_LETTERS ? RecognizedText.NONE : text;
    }

    private static Kind kindOf(Recognition.End end) {
        return switch (end) {
            case READ, FAILED -> Kind.PAGE_WITHOUT_TEXT;
            case PAGE_LIMIT, TIME_LIMIT -> Kind.LIMIT_REACHED;
        };
    }
}
