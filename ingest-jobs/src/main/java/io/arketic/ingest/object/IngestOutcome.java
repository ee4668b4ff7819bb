package io.arketic.ingest.object;

import org.jspecify.annotations.Nullable;

/**
 * Describes the result of one look at an object, for metrics and logs; the ledger already has it. Times are in
 * milliseconds, because Flink has no serialiser for durations; a step that was not reached took none.
 *
 * @param reason why it is dead or parked, or could not be read again; null for every other end
 * @param bytes fetched
 * @param characters extracted
 * @param chunks with a vector
 * @param known of these, how many took one that was there already
 * @param parserWaitMillis until its tenant had a parser
 * @param textWaitMillis until its text had room in memory
 * @param turnWaitMillis from the arrival of the event to its turn
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
        long writeMillis,
        long parserWaitMillis,
        long textWaitMillis,
        long turnWaitMillis) {

    public IngestOutcome afterWaiting(long millis) {
        return new IngestOutcome(
                bucket,
                key,
                end,
                reason,
                bytes,
                characters,
                chunks,
                known,
                warnings,
                fetchMillis,
                extractMillis,
                embedMillis,
                writeMillis,
                parserWaitMillis,
                textWaitMillis,
                millis);
    }

    /** Names the end of the look. */
    public enum End {
        INDEXED,
        UNCHANGED,
        SUPERSEDED,
        DELETED,
        DEAD,
        /** The version in the store had ended before; no work was done. */
        REPEATED,
        /** It cannot be ingested now and is tried again automatically. */
        PARKED,
        /** Another executor began a later look and does the work; this look changed no row. */
        OVERTAKEN,
        /** The object changed, or other executors overtook this one, at each look: it goes back to the queue. */
        RETURNED,
        /** There is neither an object nor a document, or the key is that of a folder. */
        NOTHING
    }
}
