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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Turns a text into chunks with vectors, as a generation requires. It does not embed a text again that the
 * organization's chunks already hold. Safe for use by several threads.
 */
public final class ChunkMaker {

    /** Sets after how many texts of a large document its vectors are kept, so that it continues there after a failure. */
    private static final int KEPT_AT_ONCE = 256;

    /** Holds a text that every model can embed. */
    private static final String PROBE = "A lighthouse.";

    private final Chunker chunker = new Chunker();
    private final EmbeddingModels models;
    private final KnownEmbeddings known;
    private final EmbeddingBreakers breakers = new EmbeddingBreakers();
    private final Retry retry;
    private final EmbeddingPermit turn;

    /**
     * @param retry for a model that does not answer
     * @param turn is awaited before texts are embedded
     */
    public ChunkMaker(EmbeddingModels models, KnownEmbeddings known, Retry retry, EmbeddingPermit turn) {
        this.models = models;
        this.known = known;
        this.retry = retry;
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
        breakers.requireAnswering(target.embeddingModel());
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
     * @throws ParkedObjectException when the model fails at these texts, but answers others
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

    private List<float[]> vectors(EmbeddingModel model, List<String> texts, KnowledgeTarget target) throws Exception {
        try {
            List<float[]> vectors = new ArrayList<>(texts.size());
            int kept = 0;
            while (vectors.size() < texts.size()) {
                if (vectors.size() - kept >= KEPT_AT_ONCE) {
                    keep(texts.subList(kept, vectors.size()), vectors.subList(kept, vectors.size()), target);
                    kept = vectors.size();
                }
                turn.await();
                int left = texts.size() - vectors.size();
                List<String> next = texts.subList(
                        vectors.size(), vectors.size() + Math.min(left, Math.min(turn.texts(), KEPT_AT_ONCE)));
                // The breaker counts the result of all attempts: one failing text must not open it for the other
                // files.
                vectors.addAll(breakers.call(model.spec().id(), () -> embed(model, next)));
            }
            return vectors;
        } catch (EmbeddingException e) {
            throw switch (e.reason()) {
                case REFUSED -> new DeadObjectException(Reason.EMBEDDING_REFUSED, String.valueOf(e.getMessage()));
                case BAD_ANSWER -> new DeadObjectException(Reason.EMBEDDING_BAD_ANSWER, String.valueOf(e.getMessage()));
                case UNAVAILABLE, LIMITED, INTERRUPTED -> e;
            };
        }
    }

    private void keep(List<String> texts, List<float[]> vectors, KnowledgeTarget target) throws Exception {
        Map<String, float[]> made = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            made.put(texts.get(i), vectors.get(i));
        }
        Retry.standard().run("keep embeddings", () -> known.keep(target, made));
    }

    private List<float[]> embed(EmbeddingModel model, List<String> texts) throws Exception {
        try {
            return retry.call("embed", () -> model.embedPassages(texts));
        } catch (EmbeddingException e) {
            if (e.reason() == EmbeddingException.Reason.UNAVAILABLE && answers(model)) {
                throw new ParkedObjectException(
                        ParkedObjectException.Reason.EMBEDDING_FAILED,
                        "the model answers other texts, but: " + e.getMessage());
            }
            throw e;
        }
    }

    private static boolean answers(EmbeddingModel model) {
        try {
            return model.embedPassages(List.of(PROBE)).size() == 1;
        } catch (EmbeddingException e) {
            return false;
        }
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
