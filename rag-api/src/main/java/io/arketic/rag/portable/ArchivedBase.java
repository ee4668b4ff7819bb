package io.arketic.rag.portable;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Holds a knowledge base without its documents. */
record ArchivedBase(
        String name,
        @Nullable String description,
        @Nullable List<String> ocrLanguages,
        double similarityThreshold,
        List<Generation> generations) {

    static final String NAME = "knowledge-base.json";
    static final String ACTIVE = "active";
    static final String RETIRED = "retired";

    /**
     * Holds a generation of the index.
     *
     * @param generation its number where it was exported
     * @param state {@link #ACTIVE} or {@link #RETIRED}
     * @param dimensions of its model's vectors
     */
    record Generation(
            int generation,
            String embeddingModel,
            int dimensions,
            int chunkSize,
            int chunkOverlap,
            @Nullable Double similarityThreshold,
            String state) {

        Generation {
            Objects.requireNonNull(embeddingModel);
            Objects.requireNonNull(state);
        }

        boolean isActive() {
            return state.equals(ACTIVE);
        }
    }

    ArchivedBase {
        Objects.requireNonNull(name);
        generations = List.copyOf(generations);
    }

    Generation active() {
        return generations.stream().filter(Generation::isActive).findFirst().orElseThrow();
    }
}
