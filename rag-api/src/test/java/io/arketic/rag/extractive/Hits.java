package io.arketic.rag.extractive;

import io.arketic.schema.search.ChunkHit;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Makes chunks for tests. */
public final class Hits {

    private Hits() {}

    /** Makes a chunk of a separate document, from {@code start} on. */
    public static ChunkHit hit(String type, String text, int start) {
        UUID id = UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
        return new ChunkHit(
                id,
                id,
                1,
                new UUID(0, 1),
                1,
                "file.txt",
                "acme/base/file.txt",
                0,
                type,
                null,
                start,
                start + text.codePointCount(0, text.length()),
                null,
                text,
                0.1,
                0.8,
                true);
    }
}
