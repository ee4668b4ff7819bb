package io.arketic.ingest.flow;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.UnknownEmbeddingModelException;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.chunk.Chunk;
import io.arketic.extractors.chunk.ChunkContext;
import io.arketic.extractors.chunk.Chunker;
import io.arketic.extractors.chunk.ChunkingOptions;
import io.arketic.ingest.flow.DeadObjectException.Reason;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.generation.KnownEmbeddings;
import io.arketic.schema.ledger.KnowledgeTarget;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a text into chunks with vectors, as a generation requires. It does not embed a text again that the
 * organization's chunks already hold. Safe for use by several threads.
 */
public final class ChunkMaker {

    /** Sets after how many texts of a large document its vectors are kept, so that it continues there after a failure. */
    private static final int KEPT_AT_ONCE = 256;

    private static final Logger LOG = LoggerFactory.getLogger(ChunkMaker.class);

    private final Chunker chunker = new Chunker();
    private final EmbeddingModels models;
    private final KnownEmbeddings known;
    private final TextBatches batches = new TextBatches();
    private final EmbeddingPermit turn;

    /** @param turn is awaited before texts are embedded */
    public ChunkMaker(EmbeddingModels models, KnownEmbeddings known, EmbeddingPermit turn) {
        this.models = models;
        this.known = known;
        this.turn = turn;
    }

    public EmbeddingModel model(KnowledgeTarget target) throws DeadObjectException {
        try {
            return models.get(target.embeddingModel());
        } catch (UnknownEmbeddingModelException e) {
            throw new DeadObjectException(Reason.UNKNOWN_EMBEDDING_MODEL, String.valueOf(e.getMessage()));
        }
    }

    /** Throws if the model has not answered recently, so that work for it would be useless. */
    public void requireAnswering(KnowledgeTarget target) throws EmbeddingException {
        batches.requireAnswering(target.embeddingModel());
    }

    public List<Chunk> cut(ExtractedDocument document, KnowledgeTarget target) throws DeadObjectException {
        EmbeddingModel model = model(target);
        ChunkingOptions options = new ChunkingOptions(
                target.chunkSize(), target.chunkOverlap(), model.spec().maxTokens());
        List<Chunk> chunks = chunker.chunk(document, options, model::countTokens);
        if (chunks.isEmpty()) {
            throw new DeadObjectException(Reason.NO_TEXT, "no text that search could find");
        }
        return chunks;
    }

    /**
     * Embeds each chunk after its context, up to the model's token limit.
     *
     * @throws DeadObjectException when the model refuses one of the texts
     * @throws ParkedObjectException when the model fails at one of the texts, but answers others
     * @throws Exception when the model or the database does not answer
     */
    public List<EmbeddedChunk> embed(List<Chunk> chunks, ChunkContext context, KnowledgeTarget target)
            throws Exception {
        EmbeddingModel model = model(target);
        int maxTokens = model.spec().maxTokens();
        List<String> texts = chunks.stream()
                .map(chunk -> context.embedded(chunk, maxTokens, model::countTokens))
                .toList();
        Map<String, float[]> vectors = Retry.standard().call("known embeddings", () -> known.find(target, texts));
        // Another model was behind this name before.
        vectors.values().removeIf(vector -> vector.length != model.spec().dimensions());
        List<String> unknown = texts.stream()
                .filter(text -> !vectors.containsKey(text))
                .distinct()
                .toList();
        List<float[]> made = vectors(model, unknown, target);
        Map<String, float[]> fresh = new HashMap<>();
        for (int i = 0; i < made.size(); i++) {
            fresh.put(unknown.get(i), made.get(i));
        }
        List<EmbeddedChunk> embedded = new ArrayList<>(chunks.size());
        for (int i = 0; i < chunks.size(); i++) {
            String text = texts.get(i);
            float[] vector = fresh.get(text);
            embedded.add(embedded(
                    chunks.get(i),
                    context,
                    text,
                    vector == null ? Objects.requireNonNull(vectors.get(text)) : vector,
                    vector == null));
        }
        return embedded;
    }

    /** Forgets what was kept of a document that is complete now. A failure is left to the lifetime of what is kept. */
    public void complete(List<EmbeddedChunk> chunks, KnowledgeTarget target) {
        if (chunks.size() <= KEPT_AT_ONCE && chunks.stream().noneMatch(EmbeddedChunk::known)) {
            return;
        }
        try {
            known.forget(target, chunks.stream().map(EmbeddedChunk::embedded).toList());
        } catch (SQLException e) {
            LOG.warn("vectors of a complete document remain for a while", e);
        }
    }

    /** Embeds all texts. Vectors that were made before a failure are kept, so that the next try begins after them. */
    private List<float[]> vectors(EmbeddingModel model, List<String> texts, KnowledgeTarget target) throws Exception {
        List<float[]> vectors = new ArrayList<>(texts.size());
        int kept = 0;
        try {
            while (vectors.size() < texts.size()) {
                if (vectors.size() - kept >= KEPT_AT_ONCE) {
                    keep(texts.subList(kept, vectors.size()), vectors.subList(kept, vectors.size()), target);
                    kept = vectors.size();
                }
                turn.await();
                int left = texts.size() - vectors.size();
                vectors.addAll(batches.embedFirst(
                        model, texts.subList(vectors.size(), vectors.size() + Math.min(left, turn.texts()))));
            }
            return vectors;
        } catch (Exception e) {
            keepAfter(e, texts.subList(kept, vectors.size()), vectors.subList(kept, vectors.size()), target);
            throw e;
        }
    }

    private void keepAfter(Exception failure, List<String> texts, List<float[]> vectors, KnowledgeTarget target) {
        if (texts.isEmpty() || failure instanceof SQLException) {
            return;
        }
        try {
            keep(texts, vectors, target);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }

    private void keep(List<String> texts, List<float[]> vectors, KnowledgeTarget target) throws Exception {
        Map<String, float[]> made = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            made.put(texts.get(i), vectors.get(i));
        }
        Retry.standard().run("keep embeddings", () -> known.keep(target, made));
    }

    private static EmbeddedChunk embedded(
            Chunk chunk, ChunkContext context, String text, float[] vector, boolean known) {
        return new EmbeddedChunk(
                chunk.ordinal(),
                chunk.type().name().toLowerCase(Locale.ROOT),
                chunk.page(),
                chunk.start(),
                chunk.end(),
                chunk.text(),
                chunk.title(),
                chunk.tokens(),
                context.words(chunk),
                text,
                vector,
                known);
    }
}
