package io.arketic.ingest;

import io.arketic.ingest.IngestOutcome.End;
import io.arketic.schema.IngestLedger;
import io.arketic.schema.KnowledgeTarget;
import io.arketic.schema.ObjectVersion;
import java.sql.SQLException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends versions as dead: a letter to the topic first, then the ledger, so that no dead object lacks its letter. A version
 * that the ledger cannot hold has only its letter: asking again would be refused again.
 */
final class Burial {

    private static final Logger LOG = LoggerFactory.getLogger(Burial.class);

    private final IngestLedger ledger;
    private final DeadLetterTopic topic;
    private final Retry retry;
    private final Clock clock;

    Burial(IngestLedger ledger, DeadLetterTopic topic, Retry retry, Clock clock) {
        this.ledger = ledger;
        this.topic = topic;
        this.retry = retry;
        this.clock = clock;
    }

    IngestOutcome bury(
            @Nullable KnowledgeTarget target, ObjectVersion version, DeadObjectException cause, Progress progress)
            throws Exception {
        tell(version, cause);
        try {
            retry.run("bury", () -> ledger.bury(target, version, cause.reason(), cause.detail(), progress.times()));
        } catch (SQLException e) {
            if (!Retry.contentRefused(e)) {
                throw e;
            }
            LOG.warn("{} is dead and not in the ledger, which refused it", Loggable.key(version.key()), e);
        }
        return progress.ended(End.DEAD, cause.reason());
    }

    /** Writes the letter alone: for a version that somebody spoke of and that is not what the store holds. */
    void tell(ObjectVersion version, DeadObjectException cause) throws Exception {
        LOG.info("{} is dead: {}, {}", Loggable.key(version.key()), cause.reason(), cause.detail());
        DeadLetter letter = new DeadLetter(
                version.bucket(), version.key(), version.etag(), cause.reason(), cause.detail(), clock.instant(), null);
        retry.run("dead letter", () -> topic.publish(letter));
    }
}
