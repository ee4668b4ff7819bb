package io.arketic.schema;

import java.util.UUID;

/** What the ledger answers when a version is shown to it. */
public sealed interface Admission {

    /**
     * To be worked on.
     *
     * @param attempt counts from 1
     * @param anew whether the version is indexed and is to be read again all the same
     */
    record Work(UUID ledgerId, int attempt, boolean anew) implements Admission {}

    /** This version has ended already; a repeated or late event. */
    record Ended(IngestState state) implements Admission {}
}
