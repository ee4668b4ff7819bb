package io.arketic.ingest;

import io.arketic.ingest.deadletter.DeadLetterTopic;
import io.arketic.ingest.flow.Retry;
import io.arketic.ingest.object.StoreUnavailableException;
import io.arketic.schema.ledger.OvertakenException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Names what work waits for. Every other failure is the job's own fault. */
enum Outage {
    /** The store does not answer, or its bucket is closed to the job. */
    STORE,
    /** The database does not answer, does not release a lock, or refuses a look, for example for a missing permission. */
    DATABASE,
    /** The broker does not store dead letters. */
    BROKER,
    /** The machine has no disk space, or starts no parser process. */
    MACHINE;

    static Optional<Outage> of(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof StoreUnavailableException) {
            return Optional.of(STORE);
        }
        if (cause instanceof SQLException sql) {
            boolean service = !Retry.contentRefused(sql) && !(sql instanceof OvertakenException);
            return service ? Optional.of(DATABASE) : Optional.empty();
        }
        if (cause instanceof DeadLetterTopic.Unavailable) {
            return Optional.of(BROKER);
        }
        return cause instanceof IOException || cause instanceof UncheckedIOException
                ? Optional.of(MACHINE)
                : Optional.empty();
    }
}
