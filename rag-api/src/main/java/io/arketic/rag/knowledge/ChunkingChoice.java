package io.arketic.rag.knowledge;

import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSpec;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Completes the chunking of a knowledge base with this deployment's defaults. */
@Component
public class ChunkingChoice {

    public static final int DEFAULT_SIZE = 1000;
    private static final int DEFAULT_OVERLAP = 200;

    private final EmbeddingModels models;

    ChunkingChoice(EmbeddingModels models) {
        this.models = models;
    }

    /** @param id null for the deployment's own choice */
    public EmbeddingSpec model(@Nullable String id) {
        if (id == null) {
            return models.defaultModel().spec();
        }
        List<EmbeddingSpec> known = models.specs();
        return known.stream()
                .filter(spec -> spec.id().equals(id))
                .findFirst()
                .orElseThrow(() -> ProblemException.ofField(
                        ProblemReason.UNKNOWN_EMBEDDING_MODEL,
                        "embedding_model",
                        "must be one of "
                                + String.join(
                                        ", ",
                                        known.stream().map(EmbeddingSpec::id).toList())));
    }

    /** @param wanted null for the default */
    public int overlap(int size, @Nullable Integer wanted) {
        int overlap = wanted == null ? Math.min(DEFAULT_OVERLAP, size / 5) : wanted;
        if (overlap >= size) {
            throw ProblemException.ofField(
                    ProblemReason.CHUNK_OVERLAP_TOO_LARGE, "chunk_overlap", "must be less than chunk_size " + size);
        }
        return overlap;
    }
}
