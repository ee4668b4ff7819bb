package io.arketic.extractors;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a file says about itself; a part that the file lacks is absent.
 *
 * @param language BCP 47 tag, declared or detected from the text
 * @param leftOut how much the text leaves out, by kind; a kind that did not occur is missing
 */
public record DocumentMetadata(
        @Nullable String title,
        @Nullable String author,
        @Nullable String language,
        @Nullable Instant created,
        Map<LeftOut, Integer> leftOut) {

    public static final DocumentMetadata NONE = new DocumentMetadata(null, null, null, null);

    public DocumentMetadata {
        leftOut = Map.copyOf(leftOut);
    }

    /** Creates the metadata of a document that was read completely. */
    public DocumentMetadata(
            @Nullable String title, @Nullable String author, @Nullable String language, @Nullable Instant created) {
        this(title, author, language, created, Map.of());
    }
}
