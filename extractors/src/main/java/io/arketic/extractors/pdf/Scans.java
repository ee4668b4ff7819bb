package io.arketic.extractors.pdf;

import io.arketic.extractors.Warning.Kind;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.protocol.GreyPicture;
import io.arketic.extractors.protocol.Recognition;
import io.arketic.extractors.protocol.WorkerProtocol;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Recognises the scanned pages and the pictures of one file, and reports those without text. */
public final class Scans {

    /** Sets the confidence below which a page is reported as unsure; good scans have 85 to 96. */
    private static final int SURE = 60;

    /** Sets the confidence below which a picture inside a document is a drawing or a photo without text. */
    private static final int SURE_OF_PICTURE = 70;

    /** Sets the least letters of a picture; fewer are specks. */
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

    /** Returns what the recognition of this file needed and lacked; null if it lacked or needed none. */
    @Nullable
    public String missed() {
        return needed ? lacks : null;
    }

    boolean available() {
        return lacks == null;
    }

    /** Reports a scanned page that cannot be recognised here. */
    void miss(@Nullable Integer page, String place) {
        needed = true;
        told.warn(Kind.NEEDS_OCR, page, place);
    }

    /** Reports a picture like {@link #miss} that may contain no text: only if the file has no other text. */
    void missPicture() {
        needed = true;
    }

    /**
     * Recognises a page. It reports one without text, unless it is blank or {@code quietly}.
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

    /** Recognises a picture inside a document, which usually contains no text. */
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
