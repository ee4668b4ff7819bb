package io.arketic.rag.storage;

import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.MediaTypeFactory;

/** What an upload says of its kind. */
public final class ClaimedMediaType {

    /** What the column holds. */
    private static final int LONGEST = 100;

    private ClaimedMediaType() {}

    /** Type and subtype; those of the file's name where the claim is none, cannot be read, or says nothing. */
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
