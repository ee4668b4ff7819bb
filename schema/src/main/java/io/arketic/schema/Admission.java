package io.arketic.schema;

import java.util.UUID;

/** What the ledger answers when a version is shown to it. */
public sealed interface Admission {

    /** To be worked on; {@code attempt} counts from 1. */
    record Work(UUID ledgerId, int attempt) implements Admission {}

    /** This version has ended already; a repeated or late event. */
    record Ended(IngestState state) implements Admission {}
}
