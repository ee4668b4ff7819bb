package io.arketic.cli.stack;

import io.arketic.schema.ledger.IngestState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Holds the state of one version of one file.
 *
 * @param key in the bucket
 * @param lastModified of the object, to the second
 * @param reason why it is dead, or was kept as it was read before; null for all others
 * @param detail of the reason, for people
 * @param chunks committed
 * @param warnings kinds of the parts that gave no text, with blanks between them; empty where all was read
 * @param took from the moment it was seen to its end, or until now
 */
public record LedgerRow(
        String key,
        String etag,
        Instant lastModified,
        IngestState state,
        @Nullable String reason,
        @Nullable String detail,
        int chunks,
        String warnings,
        Duration took) {

    /** Returns the path that the owner gave: the key without organization and knowledge base. */
    public String path() {
        String[] parts = key.split("/", 3);
        return parts.length == 3 ? parts[2] : key;
    }
}
