package io.arketic.rag.listing;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Marks where a page begins: after the row with this id. Ids are UUIDv7, so their order is the order of creation, and a
 * list that changes between two pages neither repeats nor skips a row that was always there. A cursor belongs to its
 * list, which is the address with its filters; another list refuses it.
 */
public record Cursor(UUID after) {

    /** Begins before all rows, for lists from the newest to the oldest: no id is greater. */
    private static final UUID NEWEST = new UUID(-1L, -1L);

    private static final int BYTES = 16 + Long.BYTES;

    /** Lists parameters that choose a page of a list and not the list. */
    private static final Set<String> PAGING = Set.of("cursor", "limit");

    /** Reads what {@link #toString()} wrote for the list of the current request; null begins at the newest. */
    public static Cursor parse(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return new Cursor(NEWEST);
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length == BYTES) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                Cursor cursor = new Cursor(new UUID(buffer.getLong(), buffer.getLong()));
                if (buffer.getLong() == list()) {
                    return cursor;
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
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(BYTES)
                        .putLong(after.getMostSignificantBits())
                        .putLong(after.getLeastSignificantBits())
                        .putLong(list())
                        .array());
    }

    /** Returns a hash of the current request's path and filters. Outside of a request there is one list. */
    static long list() {
        if (!(RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)) {
            return 0;
        }
        StringBuilder list = new StringBuilder(attributes.getRequest().getRequestURI());
        Map<String, String[]> filters = new TreeMap<>(attributes.getRequest().getParameterMap());
        filters.forEach((name, values) -> {
            if (!PAGING.contains(name)) {
                list.append('\n').append(name).append('=').append(String.join("\n", values));
            }
        });
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256")
                            .digest(list.toString().getBytes(StandardCharsets.UTF_8)))
                    .getLong();
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
