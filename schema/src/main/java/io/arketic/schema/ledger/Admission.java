package io.arketic.schema.ledger;

/** Says how the ledger answers when it is shown a version. */
public sealed interface Admission {

    /**
     * The version is to be worked on.
     *
     * @param attempt counts from 1
     * @param reextract whether the version is already indexed and is read again
     * @param epoch of the object from now on; what comes of the work is written with it
     */
    record Work(int attempt, boolean reextract, long epoch) implements Admission {}

    /**
     * This version has already ended; the event is late or repeated. A version that ended and was replaced since is
     * superseded.
     */
    record Ended(IngestState state) implements Admission {}
}
