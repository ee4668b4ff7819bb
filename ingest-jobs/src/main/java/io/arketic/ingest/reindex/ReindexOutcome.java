package io.arketic.ingest.reindex;

/**
 * What came of a document that a generation lacked, for metrics; the database knows it already.
 *
 * @param chunks written
 * @param known of these, how many took a vector that was there already
 */
public record ReindexOutcome(String documentId, int generation, End end, int chunks, int known, long millis) {

    /** How it ended. */
    public enum End {
        WRITTEN,
        /** The document changed or went, or the generation was given up, meanwhile. */
        SUPERSEDED,
        /** A service does not answer; the generation waits. */
        PAUSED,
        /** The document cannot be brought into the generation, which has failed. */
        FAILED
    }
}
