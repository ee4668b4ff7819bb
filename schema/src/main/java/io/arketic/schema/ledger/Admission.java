package io.arketic.schema.ledger;

/** What the ledger answers when a version is shown to it. */
public sealed interface Admission {

    /**
     * To be worked on.
     *
     * @param attempt counts from 1
     * @param anew whether the version is indexed and is to be read again all the same
     * @param epoch of the object from now on; what comes of the work is written with it
     */
    record Work(int attempt, boolean anew, long epoch) implements Admission {}

    /**
     * This version has ended already; a repeated or late event. One that had ended otherwise, and whose place another version
     * has taken since, is superseded.
     */
    record Ended(IngestState state) implements Admission {}
}
