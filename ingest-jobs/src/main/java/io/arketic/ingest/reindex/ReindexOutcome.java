package io.arketic.ingest.reindex;

/**
 * Describes the result for a document that a generation lacked, for metrics; the database already has it.
 *
 * @param chunks written
 * @param known of these, how many took a vector that was there already
 */
public record ReindexOutcome(String documentId, int generation, End end, int chunks, int known, long millis) {

    /** Names the end. */
    public enum End {
        WRITTEN,
        /** The document changed or was deleted, or the generation was cancelled, meanwhile. */
        SUPERSEDED,
        /** A service does not answer; the generation waits. */
        PAUSED,
        /** The document cannot be added to the generation, which has failed. */
        FAILED
    }
}
