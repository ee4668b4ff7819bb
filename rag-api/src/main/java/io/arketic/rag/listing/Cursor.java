package io.arketic.rag.listing;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a page begins: after the row with this id. Ids are UUIDv7, so their order is the order of creation, and a list
 * that grows or shrinks between two pages neither repeats nor skips what was there all along.
 */
public record Cursor(UUID after) {

    /** Before everything when lists run from the newest to the oldest: no id is greater. */
    private static final UUID NEWEST = new UUID(-1L, -1L);

    private static final int BYTES = 16;

    /** Reads what {@link #toString()} wrote; null begins at the newest. */
    public static Cursor parse(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return new Cursor(NEWEST);
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length == BYTES) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                return new Cursor(new UUID(buffer.getLong(), buffer.getLong()));
            }
        } catch (IllegalArgumentException notBase64) {
            // refused below
        }
        throw ProblemException.ofField(ProblemReason.INVALID_CURSOR, "cursor", "is not one that this list gave out");
    }

    /** Opaque to callers. */
    @Override
    public String toString() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(BYTES)
                        .putLong(after.getMostSignificantBits())
                        .putLong(after.getLeastSignificantBits())
                        .array());
    }
}
