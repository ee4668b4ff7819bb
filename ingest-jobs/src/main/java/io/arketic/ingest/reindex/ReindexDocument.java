package io.arketic.ingest.reindex;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.extractors.chunk.Chunk;
import io.arketic.extractors.chunk.ChunkContext;
import io.arketic.ingest.flow.ChunkMaker;
import io.arketic.ingest.flow.DatabaseFailure;
import io.arketic.ingest.flow.DeadObjectException;
import io.arketic.ingest.flow.DeadObjectException.Reason;
import io.arketic.ingest.flow.Loggable;
import io.arketic.ingest.flow.ParkedObjectException;
import io.arketic.ingest.flow.Retry;
import io.arketic.ingest.flow.StoredStructure;
import io.arketic.ingest.flow.TextBudget;
import io.arketic.ingest.reindex.ReindexOutcome.End;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.generation.GenerationFill;
import io.arketic.schema.generation.MissingDocument;
import io.arketic.schema.generation.StoredText;
import io.arketic.schema.ledger.KnowledgeTarget;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds one document to a generation that lacks it. Safe for use by several threads. */
public final class ReindexDocument {

    private static final Logger LOG = LoggerFactory.getLogger(ReindexDocument.class);

    /** Limits the tries of a document with an unexpected failure, before its generation has failed. */
    private static final int UNFORESEEN_TRIES = 3;

    /** Limits the pause between tries of a generation whose embedding endpoint does not answer. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final GenerationFill fill;
    private final ChunkMaker chunkMaker;
    private final TextBudget texts;
    private final Retry retry;
    /** Counts the failures of documents at a model that answers other texts. */
    private final Map<MissingDocument.Key, Integer> failures = new ConcurrentHashMap<>();

    ReindexDocument(GenerationFill fill, ChunkMaker chunkMaker, TextBudget texts, Retry retry) {
        this.fill = fill;
        this.chunkMaker = chunkMaker;
        this.texts = texts;
        this.retry = retry;
    }

    /**
     * Adds a document. A failure of the document, or a refusal of the model, fails the generation. An embedding
     * endpoint that does not answer delays only this generation.
     *
     * @throws Exception when the database does not answer
     */
    public ReindexOutcome bring(MissingDocument document) throws Exception {
        long begun = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(document, begun);
            } catch (DeadObjectException e) {
                return failed(document, e, begun);
            } catch (EmbeddingException e) {
                if (!e.mayPass()) {
                    throw e;
                }
                String reason = ParkedObjectException.Reason.EMBEDDING_UNAVAILABLE.name();
                return paused(document, reason, String.valueOf(e.getMessage()), begun);
            } catch (ParkedObjectException e) {
                return counted(document, e, begun);
            } catch (SQLException e) {
                return switch (DatabaseFailure.of(e)) {
                    case CONTENT -> failed(document, DeadObjectException.refused(e), begun);
                    case REFUSAL -> counted(document, ParkedObjectException.refused(e), begun);
                    case OUTAGE -> throw e;
                };
            } catch (RuntimeException | StackOverflowError | LinkageError e) {
                LOG.warn(
                        "{} failed unforeseen ({} of {})",
                        Loggable.key(document.filePath()),
                        attempt,
                        UNFORESEEN_TRIES,
                        e);
                if (attempt == UNFORESEEN_TRIES) {
                    return failed(document, new DeadObjectException(Reason.INTERNAL_ERROR, e.toString()), begun);
                }
            }
        }
    }

    private ReindexOutcome attempt(MissingDocument document, long begun) throws Exception {
        KnowledgeTarget target = document.target();
        chunkMaker.model(target); // before the work that would be for nothing without it
        Optional<StoredText> stored = retry.call("read", () -> fill.read(document));
        if (stored.isEmpty()) {
            return outcome(document, End.SUPERSEDED, List.of(), begun);
        }
        try (TextBudget.Share share = texts.take(stored.get().text().length())) {
            List<Chunk> chunks = chunkMaker.cut(StoredStructure.restore(stored.get()), target);
            ChunkContext context =
                    new ChunkContext(stored.get().filename(), stored.get().title());
            List<EmbeddedChunk> embedded = chunkMaker.embed(chunks, context, target);
            boolean written = retry.call("write", () -> fill.write(document, embedded));
            failures.remove(document.key());
            if (written) {
                chunkMaker.complete(embedded, target);
            }
            if (written && document.troubled()) {
                retry.run("resume", () -> fill.resume(target));
            }
            return written
                    ? outcome(document, End.WRITTEN, embedded, begun)
                    : outcome(document, End.SUPERSEDED, List.of(), begun);
        }
    }

    /** Lets the generation wait, or fail if the document has failed too often for its content. */
    private ReindexOutcome counted(MissingDocument document, ParkedObjectException cause, long begun) throws Exception {
        if (!cause.reason().isCounted()
                || !cause.reason().isFinalAfter(failures.merge(document.key(), 1, Integer::sum))) {
            return paused(document, cause.reason().name(), cause.detail(), begun);
        }
        failures.remove(document.key());
        return failed(document, new DeadObjectException(cause.reason().name(), cause.detail()), begun);
    }

    private ReindexOutcome paused(MissingDocument document, String reason, String detail, long begun) throws Exception {
        KnowledgeTarget target = document.target();
        LOG.warn("{} waits: {}, {}", target, reason, detail);
        retry.run("pause", () -> fill.pause(target, reason, detail, LONGEST_PAUSE));
        return outcome(document, End.PAUSED, List.of(), begun);
    }

    private ReindexOutcome failed(MissingDocument document, DeadObjectException cause, long begun) throws Exception {
        LOG.warn("{} has failed: {}, {}", document.target(), cause.reason(), cause.detail());
        String detail = document.filePath() + ": " + cause.detail();
        retry.run("fail", () -> fill.fail(document.target(), cause.reason(), detail));
        return outcome(document, End.FAILED, List.of(), begun);
    }

    private static ReindexOutcome outcome(MissingDocument document, End end, List<EmbeddedChunk> made, long begun) {
        return new ReindexOutcome(
                document.documentId().toString(),
                document.target().generation(),
                end,
                made.size(),
                (int) made.stream().filter(EmbeddedChunk::known).count(),
                (System.nanoTime() - begun) / 1_000_000);
    }
}
