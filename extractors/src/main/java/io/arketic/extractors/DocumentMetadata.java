package io.arketic.extractors;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a file says of itself, each part absent where it says nothing.
 *
 * @param language BCP 47 tag, declared or detected from the text
 */
public record DocumentMetadata(
        @Nullable String title,
        @Nullable String author,
        @Nullable String language,
        @Nullable Instant created) {

    public static final DocumentMetadata NONE = new DocumentMetadata(null, null, null, null);
}
