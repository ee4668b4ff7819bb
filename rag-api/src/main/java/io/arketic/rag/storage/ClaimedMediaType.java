package io.arketic.rag.storage;

import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.MediaTypeFactory;

/** Reads the media type that an upload claims. */
public final class ClaimedMediaType {

    /** Limits the characters to the column's size. */
    private static final int LONGEST = 100;

    private ClaimedMediaType() {}

    /** Returns type and subtype; those of the file's name if the claim is missing, unreadable or unspecific. */
    public static String of(@Nullable String claimed, String filename) {
        if (claimed != null
                && claimed.length() <= LONGEST
                && !claimed.equals(MediaType.APPLICATION_OCTET_STREAM_VALUE)) {
            try {
                MediaType parsed = MediaType.parseMediaType(claimed);
                return parsed.getType() + "/" + parsed.getSubtype();
            } catch (IllegalArgumentException notOne) {
                // falls back on the name
            }
        }
        return MediaTypeFactory.getMediaType(filename)
                .orElse(MediaType.APPLICATION_OCTET_STREAM)
                .toString();
    }
}
