package io.arketic.ingest.object;

import org.jspecify.annotations.Nullable;

/**
 * What came of looking at one object, for metrics and logs; the ledger knows it already. Times are in milliseconds, since
 * Flink has no serialiser for durations; a step that was not reached took none.
 *
 * @param reason why it is dead or parked, or could not be read anew; null for every other end
 * @param bytes fetched
 * @param characters extracted
 * @param chunks with a vector
 * @param known of these, how many took one that was there already
 * @param warnings kinds of the parts that gave no text, each once, with commas between them; empty where all was read
 */
public record IngestOutcome(
        String bucket,
        String key,
        End end,
        @Nullable String reason,
        long bytes,
        long characters,
        int chunks,
        int known,
        String warnings,
        long fetchMillis,
        long extractMillis,
        long embedMillis,
        long writeMillis) {

    /** How it ended. */
    public enum End {
        INDEXED,
        UNCHANGED,
        SUPERSEDED,
        DELETED,
        DEAD,
        /** The version that the store holds had ended before; nothing was done. */
        REPEATED,
        /** Cannot be ingested for now; it is looked at again by itself. */
        PARKED,
        /** Another executor looked at the object later; it does what is to be done, and this look changed nothing. */
        OVERTAKEN,
        /** Neither an object nor a document is there, or the key stands for a folder. */
        NOTHING
    }
}
