package io.arketic.ingest.object;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.NoParserException;
import io.arketic.ingest.flow.DatabaseFailure;
import io.arketic.ingest.flow.DeadObjectException;
import io.arketic.ingest.flow.DeadObjectException.Reason;
import io.arketic.ingest.flow.Loggable;
import io.arketic.ingest.flow.NoRoomException;
import io.arketic.ingest.flow.ParkedObjectException;
import io.arketic.ingest.flow.Retry;
import io.arketic.ingest.flow.Scratch;
import io.arketic.ingest.flow.TextBudget;
import io.arketic.ingest.object.IngestOutcome.End;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.knowledge.ReextractedVersions;
import io.arketic.schema.knowledge.ReplaceOutcome;
import io.arketic.schema.ledger.Admission;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.OvertakenException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ingests one admitted version, from its bytes to its commit. Safe for use by several threads. */
final class VersionIngest {

    /** Limits the tries of a version with an unexpected failure, before it is dead. */
    private static final int UNFORESEEN_TRIES = 3;

    /** Begins the path of objects that the drive put into the bucket. */
    private static final String DRIVE = ".drive/";

    private static final Logger LOG = LoggerFactory.getLogger(VersionIngest.class);

    private final long fileLimit;
    private final GuardedStore store;
    private final IngestLedger ledger;
    private final KnowledgeStore knowledge;
    private final ReextractedVersions reextracted;
    private final DocumentReader reader;
    private final TextBudget texts;
    private final Scratch scratch;
    private final Retry retry;

    VersionIngest(
            long fileLimit,
            GuardedStore store,
            IngestLedger ledger,
            KnowledgeStore knowledge,
            ReextractedVersions reextracted,
            DocumentReader reader,
            TextBudget texts,
            Scratch scratch,
            Retry retry) {
        this.fileLimit = fileLimit;
        this.store = store;
        this.ledger = ledger;
        this.knowledge = knowledge;
        this.reextracted = reextracted;
        this.reader = reader;
        this.texts = texts;
        this.scratch = scratch;
        this.retry = retry;
    }

    /**
     * Ingests {@code version}; returns empty if the store held another one by the time of the download, or if the
     * target's generation is no longer the live one.
     *
     * @throws DeadObjectException when it can never be ingested
     * @throws ParkedObjectException when it cannot be ingested now, even if other objects can
     * @throws NoRoomException when this machine can write no other file either
     * @throws Exception when a service does not answer
     */
    Optional<IngestOutcome> ingest(
            ObjectKey key, KnowledgeTarget target, ObjectVersion version, Admission.Work work, Progress progress)
            throws Exception {
        if (version.size() > fileLimit) {
            throw new DeadObjectException(Reason.FILE_LIMIT, version.size() + " bytes, more than " + fileLimit);
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(key, target, version, work, progress);
            } catch (NoParserException | StoreUnavailableException e) {
                throw e; // no other file could be read either
            } catch (IOException | UncheckedIOException e) {
                scratch.requireRoom();
                throw new ParkedObjectException(ParkedObjectException.Reason.MACHINE_FAILED, e.toString());
            } catch (ParkedObjectException e) {
                if (e.reason() == ParkedObjectException.Reason.MACHINE_FAILED) {
                    scratch.requireRoom();
                }
                throw e;
            } catch (RuntimeException | StackOverflowError | LinkageError e) {
                LOG.warn("{} failed unforeseen ({} of {})", Loggable.key(version.key()), attempt, UNFORESEEN_TRIES, e);
                if (attempt == UNFORESEEN_TRIES) {
                    throw new DeadObjectException(Reason.INTERNAL_ERROR, e.toString());
                }
            } catch (EmbeddingException e) {
                if (!e.mayPass()) {
                    throw e;
                }
                throw new ParkedObjectException(
                        ParkedObjectException.Reason.EMBEDDING_UNAVAILABLE, String.valueOf(e.getMessage()));
            } catch (OvertakenException e) {
                throw e;
            } catch (SQLException e) {
                throw switch (DatabaseFailure.of(e)) {
                    case CONTENT -> DeadObjectException.refused(e);
                    case REFUSAL -> ParkedObjectException.refused(e);
                    case OUTAGE -> e;
                };
            }
        }
    }

    private Optional<IngestOutcome> attempt(
            ObjectKey key, KnowledgeTarget target, ObjectVersion version, Admission.Work work, Progress progress)
            throws Exception {
        reader.requireModel(target);
        Path file = scratch.file("object-");
        try {
            advance(target, version, IngestState.EXTRACTING);
            long start = System.nanoTime();
            Download download = store.download(version, file);
            progress.fetched(start, version.size());
            if (!(download instanceof Download.Complete complete)) {
                return Optional.empty();
            }
            if (!work.reextract()
                    && retry.call("compare", () -> knowledge.unchanged(target, version, complete.sha256()))) {
                return Optional.of(progress.ended(End.UNCHANGED, null));
            }
            List<String> languages = retry.call("languages", () -> knowledge.ocrLanguages(target));
            String name = name(key, target, version);
            ExtractedDocument extracted = reader.extract(file, name, target, languages, progress);
            long wait = System.nanoTime();
            try (TextBudget.Share share = texts.take(extracted.text().length())) {
                progress.gotRoom(wait);
                DocumentReader.Read read = reader.cut(extracted, name, complete.sha256(), target, progress);
                if (work.reextract()
                        && retry.call("compare text", () -> reextracted.same(target, version, read.document()))) {
                    return Optional.of(progress.ended(End.UNCHANGED, null));
                }
                advance(target, version, IngestState.EMBEDDING);
                List<EmbeddedChunk> chunks = reader.embed(read, target, progress);
                return write(target, version, read, chunks, progress);
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /**
     * Returns the file's name, which helps to read it and precedes the embedded text. The key of a file of the drive
     * does not contain it.
     */
    private String name(ObjectKey key, KnowledgeTarget target, ObjectVersion version) throws Exception {
        return key.path().startsWith(DRIVE)
                ? retry.call("name", () -> knowledge.filename(target, version.key()))
                        .orElseGet(key::filename)
                : key.filename();
    }

    /** Returns empty if another generation went live meanwhile: the version must be made for that one. */
    private Optional<IngestOutcome> write(
            KnowledgeTarget target,
            ObjectVersion version,
            DocumentReader.Read read,
            List<EmbeddedChunk> chunks,
            Progress progress)
            throws Exception {
        long start = System.nanoTime();
        ReplaceOutcome outcome = retry.call(
                "write", () -> knowledge.replace(target, version, read.document(), chunks, progress.times()));
        progress.written(start);
        if (outcome instanceof ReplaceOutcome.Replaced) {
            reader.complete(chunks, target);
        }
        if (outcome instanceof ReplaceOutcome.Moved) {
            return Optional.empty();
        }
        return Optional.of(
                progress.ended(outcome instanceof ReplaceOutcome.Replaced ? End.INDEXED : End.SUPERSEDED, null));
    }

    private void advance(KnowledgeTarget target, ObjectVersion version, IngestState state) throws Exception {
        retry.run("advance", () -> ledger.advance(target, version, state));
    }
}
