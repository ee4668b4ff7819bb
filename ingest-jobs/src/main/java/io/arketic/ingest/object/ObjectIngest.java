package io.arketic.ingest.object;

import io.arketic.extractors.NoParserException;
import io.arketic.ingest.deadletter.DeadLetterTopic;
import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.event.ObjectEvent.Kind;
import io.arketic.ingest.flow.DatabaseFailure;
import io.arketic.ingest.flow.DeadObjectException;
import io.arketic.ingest.flow.DeadObjectException.Reason;
import io.arketic.ingest.flow.Loggable;
import io.arketic.ingest.flow.NoRoomException;
import io.arketic.ingest.flow.ParkedObjectException;
import io.arketic.ingest.flow.Retry;
import io.arketic.ingest.object.IngestOutcome.End;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.knowledge.ParkedVersions;
import io.arketic.schema.knowledge.ReextractedVersions;
import io.arketic.schema.ledger.Admission;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.InvalidObjectKeyException;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectLook;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.OvertakenException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Updates the index to the store's present content under one key, whatever the event said. A repetition changes no row.
 * Safe for use by several threads, and by several processes on one key: of all looks at an object, only the one that
 * began last writes.
 */
public final class ObjectIngest {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectIngest.class);

    /** Serves keys that name no object: their end does not depend on the store. */
    private static final ObjectLook NOWHERE = new ObjectLook(KnowledgeTarget.UNCHECKED, Optional.empty());

    private final String bucket;
    private final GuardedStore store;
    private final IngestLedger ledger;
    private final KnowledgeStore knowledge;
    private final ReextractedVersions readAnew;
    private final ParkedVersions parked;
    private final VersionIngest versions;
    private final DeadLettering burial;
    private final Retry retry;
    private final FailedLooks failed = new FailedLooks(Clock.systemUTC());

    ObjectIngest(
            String bucket,
            GuardedStore store,
            IngestLedger ledger,
            KnowledgeStore knowledge,
            ReextractedVersions readAnew,
            ParkedVersions parked,
            VersionIngest versions,
            DeadLettering burial,
            Retry retry) {
        this.bucket = bucket;
        this.store = store;
        this.ledger = ledger;
        this.knowledge = knowledge;
        this.readAnew = readAnew;
        this.parked = parked;
        this.versions = versions;
        this.burial = burial;
        this.retry = retry;
    }

    /**
     * Looks at the object that {@code event} names and does the necessary work. An object that changes at each look,
     * or that other executors overtake each time, ends as {@link End#RETURNED} and stays in the queue.
     *
     * @throws StoreUnavailableException when the store does not answer, and the object's row is unchanged
     * @throws Exception when a service does not answer; nothing is lost, the same event is to be shown again
     */
    public IngestOutcome look(ObjectEvent event) throws Exception {
        Progress progress = new Progress(event);
        if (event.key().endsWith("/") && event.size() == 0) {
            return progress.ended(End.NOTHING, null); // consoles make such objects to show a folder
        }
        ObjectKey key;
        try {
            key = key(event);
        } catch (DeadObjectException e) {
            return event.kind() == Kind.REMOVED
                    ? progress.ended(End.NOTHING, null)
                    : burial.bury(NOWHERE, announced(event), e, progress);
        }
        try {
            IngestOutcome outcome = look(event, key, progress);
            failed.forget(event.key());
            return outcome;
        } catch (Exception e) {
            return failed(event, e, progress);
        }
    }

    /**
     * Ends an object as dead that failed too long where its row cannot hold the failure. A removal never ends so: the
     * text would stay in the index.
     *
     * @throws Exception the failure, if another look may help
     */
    private IngestOutcome failed(ObjectEvent event, Exception failure, Progress progress) throws Exception {
        if (failure instanceof SQLException content && Retry.contentRefused(content)) {
            return burial.bury(NOWHERE, announced(event), DeadObjectException.refused(content), progress);
        }
        boolean refused =
                failure instanceof SQLException refusal && DatabaseFailure.of(refusal) == DatabaseFailure.REFUSAL;
        @Nullable ObjectLook look = progress.look();
        boolean removal =
                event.kind() == Kind.REMOVED || look != null && progress.held().isEmpty();
        if (!refused && !isOfTheMachine(failure) || removal || !failed.isLast(event.key())) {
            throw failure;
        }
        DeadObjectException cause =
                new DeadObjectException(refused ? Reason.DATABASE_FAILED : Reason.MACHINE_FAILED, failure.toString());
        try {
            return burial.bury(
                    look == null ? NOWHERE : look, progress.held().orElseGet(() -> announced(event)), cause, progress);
        } catch (OvertakenException e) {
            LOG.info("{} is left to another executor: {}", Loggable.key(event.key()), e.getMessage());
            return progress.ended(End.OVERTAKEN, null);
        }
    }

    /** Returns whether a failure is of this machine and may concern one object; an outage concerns all. */
    private static boolean isOfTheMachine(Exception failure) {
        boolean outage = failure instanceof StoreUnavailableException
                || failure instanceof DeadLetterTopic.Unavailable
                || failure instanceof NoParserException
                || failure instanceof NoRoomException;
        return !outage && (failure instanceof IOException || failure instanceof UncheckedIOException);
    }

    private IngestOutcome look(ObjectEvent event, ObjectKey key, Progress progress) throws Exception {
        LookLimit limit = new LookLimit();
        while (true) {
            ObjectLook look = retry.call("look", () -> ledger.look(bucket, key));
            GuardedStore.Answer answer = store.look(event.key());
            Optional<ObjectVersion> held = answer.held();
            progress.found(look, held);
            limit.begin(Found.of(look, held));
            Optional<IngestOutcome> outcome = lookOnce(event, key, look, answer, limit, progress);
            if (outcome.isPresent()) {
                return outcome.get();
            }
            if (limit.isReached()) {
                LOG.info("{} goes back to the queue: {}", Loggable.key(event.key()), limit.reason());
                return progress.ended(End.RETURNED, null);
            }
            Thread.sleep(limit.pause().toMillis());
        }
    }

    /** Returns empty if the object is to be looked at again. */
    private Optional<IngestOutcome> lookOnce(
            ObjectEvent event,
            ObjectKey key,
            ObjectLook look,
            GuardedStore.Answer answer,
            LookLimit limit,
            Progress progress)
            throws Exception {
        Optional<ObjectVersion> held = answer.held();
        @Nullable ParkedObjectException denied = answer.refusal();
        try {
            if (denied != null && held.isEmpty()) {
                return Optional.of(burial.bury(look, announced(event), dead(denied), progress));
            }
            if (look.target().isEmpty()) {
                return Optional.of(astray(key, look, held, progress));
            }
            return bringInLine(event, key, look.target().get(), held, denied, limit.isLastOfVersion(), progress);
        } catch (OvertakenException e) {
            LOG.info("{} is looked at again: {}", Loggable.key(event.key()), e.getMessage());
            limit.overtaken();
            return Optional.empty();
        }
    }

    /** Holds the findings of one look. */
    private record Found(Optional<KnowledgeTarget> target, Optional<ObjectVersion> held) {

        /** Creates the findings without the epoch, which differs at each look. */
        static Found of(ObjectLook look, Optional<ObjectVersion> held) {
            return new Found(look.target().map(target -> target.at(KnowledgeTarget.UNCHECKED)), held);
        }
    }

    /**
     * Returns empty if the object or the live generation changed meanwhile: the caller looks again, unless this is the
     * last look.
     *
     * @param denied why what is held may not be read; null where it may
     * @throws OvertakenException when another look has begun since, and no work was done for this one
     */
    private Optional<IngestOutcome> bringInLine(
            ObjectEvent event,
            ObjectKey key,
            KnowledgeTarget target,
            Optional<ObjectVersion> held,
            @Nullable ParkedObjectException denied,
            boolean last,
            Progress progress)
            throws Exception {
        if (event.etag() != null && (held.isEmpty() || !held.get().etag().equals(event.etag()))) {
            supersede(target, announced(event));
        }
        if (held.isEmpty()) {
            Optional<Integer> removed = retry.call("delete", () -> knowledge.delete(target, bucket, event.key()));
            return Optional.of(progress.ended(removed.isPresent() ? End.DELETED : End.NOTHING, null));
        }
        ObjectVersion version = held.get();
        Optional<Admission.Work> work;
        try {
            work = admit(target, version);
        } catch (SQLException e) {
            if (!Retry.contentRefused(e)) {
                throw e;
            }
            return Optional.of(dead(target, version, false, DeadObjectException.refused(e), progress));
        }
        if (work.isEmpty()) {
            return Optional.of(progress.ended(End.REPEATED, null));
        }
        KnowledgeTarget admitted = target.at(work.get().epoch());
        progress.found(new ObjectLook(admitted.epoch(), Optional.of(admitted)), held);
        try {
            return work(key, admitted, version, work.get(), denied, last, progress);
        } catch (OvertakenException e) {
            LOG.info("{} is left to another executor: {}", Loggable.key(event.key()), e.getMessage());
            return Optional.of(progress.ended(End.OVERTAKEN, null));
        }
    }

    private Optional<IngestOutcome> work(
            ObjectKey key,
            KnowledgeTarget target,
            ObjectVersion version,
            Admission.Work work,
            @Nullable ParkedObjectException denied,
            boolean last,
            Progress progress)
            throws Exception {
        try {
            if (denied != null) {
                throw denied;
            }
            Optional<IngestOutcome> outcome = versions.ingest(key, target, version, work, progress);
            if (outcome.isEmpty() && last) {
                throw new DeadObjectException(Reason.UNREADABLE_OBJECT, "the store names it and does not give it");
            }
            return outcome;
        } catch (DeadObjectException e) {
            return Optional.of(dead(target, version, work.reextract(), e, progress));
        } catch (ParkedObjectException e) {
            return Optional.of(parked(target, version, work.reextract(), e, progress));
        } catch (StoreUnavailableException e) {
            ParkedObjectException waiting = new ParkedObjectException(
                    ParkedObjectException.Reason.STORE_UNAVAILABLE, String.valueOf(e.getMessage()));
            return Optional.of(parked(target, version, work.reextract(), waiting, progress));
        }
    }

    private IngestOutcome parked(
            KnowledgeTarget target,
            ObjectVersion version,
            boolean reextract,
            ParkedObjectException cause,
            Progress progress)
            throws Exception {
        ParkedObjectException.Reason reason = cause.reason();
        if (reextract && reason.withdraws()) { // this version is indexed, so repeated looks are not needed
            return dead(target, version, true, dead(cause), progress);
        }
        if (reason.isCounted()
                && reason.isFinalAfter(retry.call("count", () -> parked.countFailure(target, version)))) {
            return dead(target, version, reextract, dead(cause), progress);
        }
        LOG.info("{} is parked: {}, {}", Loggable.key(version.key()), reason, cause.detail());
        retry.run("park", () -> {
            if (reason.withdraws()) {
                parked.withhold(target, version, reason.name(), cause.detail(), reason.longestPause());
            } else {
                parked.park(target, version, reason.name(), cause.detail(), reason.longestPause());
            }
        });
        return progress.ended(End.PARKED, reason.name());
    }

    private static DeadObjectException dead(ParkedObjectException cause) {
        return new DeadObjectException(cause.reason().name(), cause.detail());
    }

    /** Ends a version as dead; an indexed one that could not be read again keeps its earlier text. */
    private IngestOutcome dead(
            KnowledgeTarget target,
            ObjectVersion version,
            boolean reextract,
            DeadObjectException cause,
            Progress progress)
            throws Exception {
        if (reextract
                && retry.call(
                        "keep", () -> readAnew.keep(target, version, cause.reason(), String.valueOf(cause.detail())))) {
            LOG.info("{} is kept as it was read before: {}", Loggable.key(version.key()), cause.reason());
            return progress.ended(End.UNCHANGED, cause.reason());
        }
        return burial.bury(new ObjectLook(target.epoch(), Optional.of(target)), version, cause, progress);
    }

    /**
     * Supersedes the version of an event, which cannot harm the store's version: if the ledger refuses it, a letter
     * records it.
     */
    private void supersede(KnowledgeTarget target, ObjectVersion announced) throws Exception {
        try {
            retry.run("supersede", () -> ledger.supersede(target, announced));
        } catch (SQLException e) {
            if (!Retry.contentRefused(e)) {
                throw e;
            }
            burial.tell(announced, DeadObjectException.refused(e));
        }
    }

    /** Returns empty if the version has already ended correctly. */
    private Optional<Admission.Work> admit(KnowledgeTarget target, ObjectVersion version) throws Exception {
        Admission admission = retry.call("admit", () -> ledger.admit(target, version));
        if (admission instanceof Admission.Work work) {
            return Optional.of(work);
        }
        IngestState end = ((Admission.Ended) admission).state();
        return end == IngestState.DELETED || end == IngestState.SUPERSEDED
                ? retry.call("reopen", () -> ledger.reopen(target, version))
                : Optional.empty();
    }

    private IngestOutcome astray(ObjectKey key, ObjectLook look, Optional<ObjectVersion> held, Progress progress)
            throws Exception {
        if (held.isEmpty()) {
            return removed(key, look, progress);
        }
        String detail =
                "no active knowledge base " + key.knowledgeBaseId() + " in an organization " + key.organizationSlug();
        return burial.bury(look, held.get(), new DeadObjectException(Reason.UNKNOWN_KNOWLEDGE_BASE, detail), progress);
    }

    /**
     * Removes a document whose object is gone, also in a knowledge base out of service, so that it is missing when the
     * knowledge base returns.
     */
    private IngestOutcome removed(ObjectKey key, ObjectLook look, Progress progress) throws Exception {
        Optional<KnowledgeTarget> found = retry.call("home", () -> ledger.home(key));
        if (found.isEmpty()) {
            return progress.ended(End.NOTHING, null);
        }
        KnowledgeTarget home = found.get().at(look.epoch()); // of the look before the store was asked
        Optional<Integer> removed = retry.call("delete", () -> knowledge.delete(home, bucket, key.toString()));
        return progress.ended(removed.isPresent() ? End.DELETED : End.NOTHING, null);
    }

    private ObjectKey key(ObjectEvent event) throws DeadObjectException {
        if (!event.bucket().equals(bucket)) {
            throw new DeadObjectException(Reason.UNKNOWN_BUCKET, "only bucket " + bucket + " is ingested");
        }
        try {
            return ObjectKey.parse(event.key());
        } catch (InvalidObjectKeyException e) {
            throw new DeadObjectException(Reason.INVALID_KEY, String.valueOf(e.getMessage()));
        }
    }

    /** Returns the version as the event describes it, if the store cannot be asked about it any more. */
    private static ObjectVersion announced(ObjectEvent event) {
        @Nullable String etag = event.etag();
        return new ObjectVersion(
                event.bucket(),
                event.key(),
                etag == null ? "" : etag,
                event.time().truncatedTo(ChronoUnit.SECONDS),
                event.size());
    }
}
