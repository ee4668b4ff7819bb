package io.arketic.rag.listing;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Marks where a page of a list in the order of names begins: after the row with this name and id. It contains the name,
 * so that the list continues after that row was deleted. Like {@link Cursor}, it is refused by another list.
 */
public record NameCursor(String name, UUID id) {

    private static final NameCursor START = new NameCursor("", new UUID(0, 0));
    private static final int HEAD = 16 + Long.BYTES;

    /** Reads what {@link #toString()} wrote for the list of the current request; null begins at the first name. */
    public static NameCursor parse(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return START;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            if (bytes.remaining() > HEAD) {
                UUID id = new UUID(bytes.getLong(), bytes.getLong());
                boolean ours = bytes.getLong() == Cursor.list();
                String name = StandardCharsets.UTF_8.decode(bytes).toString();
                if (ours && name.indexOf(0) < 0) {
                    return new NameCursor(name, id);
                }
            }
        } catch (IllegalArgumentException notBase64) {
            // refused below
        }
        throw ProblemException.ofField(ProblemReason.INVALID_CURSOR, "cursor", "is not one that this list gave out");
    }

    /** Returns text that is opaque to callers. */
    @Override
    public String toString() {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(HEAD + text.length)
                        .putLong(id.getMostSignificantBits())
                        .putLong(id.getLeastSignificantBits())
                        .putLong(Cursor.list())
                        .put(text)
                        .array());
    }
}
