package io.arketic.ingest.object;

import io.arketic.ingest.deadletter.DeadLetter;
import io.arketic.ingest.deadletter.DeadLetterTopic;
import io.arketic.ingest.flow.DatabaseFailure;
import io.arketic.ingest.flow.DeadObjectException;
import io.arketic.ingest.flow.Loggable;
import io.arketic.ingest.flow.Retry;
import io.arketic.ingest.object.IngestOutcome.End;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectLook;
import io.arketic.schema.ledger.ObjectVersion;
import java.sql.SQLException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends versions as dead: first a letter to the topic, then the ledger, so that no dead object lacks its letter. A
 * version that the ledger cannot hold has only its letter: another try would be refused again.
 */
final class DeadLettering {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLettering.class);

    private final IngestLedger ledger;
    private final DeadLetterTopic topic;
    private final Retry retry;
    private final Clock clock;

    DeadLettering(IngestLedger ledger, DeadLetterTopic topic, Retry retry, Clock clock) {
        this.ledger = ledger;
        this.topic = topic;
        this.retry = retry;
        this.clock = clock;
    }

    IngestOutcome bury(ObjectLook look, ObjectVersion version, DeadObjectException cause, Progress progress)
            throws Exception {
        if (look.epoch() != KnowledgeTarget.UNCHECKED) {
            // A look that was overtaken must not write a letter either.
            retry.run("check", () -> ledger.requireLatest(look.epoch(), version.bucket(), version.key()));
        }
        tell(version, cause);
        try {
            retry.run("bury", () -> end(look, version, cause, progress));
        } catch (SQLException e) {
            if (DatabaseFailure.of(e) == DatabaseFailure.OUTAGE) {
                throw e;
            }
            LOG.warn("{} is dead and not in the ledger, which refused it", Loggable.key(version.key()), e);
        }
        return progress.ended(End.DEAD, cause.reason());
    }

    private void end(ObjectLook look, ObjectVersion version, DeadObjectException cause, Progress progress)
            throws SQLException {
        if (look.target().isPresent()) {
            ledger.bury(look.target().get(), version, cause.reason(), cause.detail(), progress.times());
        } else {
            ledger.buryUnplaced(look.epoch(), version, cause.reason(), cause.detail());
        }
    }

    /** Writes only the letter, for a version of an event that the store does not hold. */
    void tell(ObjectVersion version, DeadObjectException cause) throws Exception {
        LOG.info("{} is dead: {}, {}", Loggable.key(version.key()), cause.reason(), cause.detail());
        DeadLetter letter = new DeadLetter(
                version.bucket(), version.key(), version.etag(), cause.reason(), cause.detail(), clock.instant(), null);
        retry.run("dead letter", () -> topic.publish(letter));
    }
}
