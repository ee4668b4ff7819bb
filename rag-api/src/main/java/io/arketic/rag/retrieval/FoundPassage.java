package io.arketic.rag.retrieval;

import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.search.Surroundings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A passage that was found.
 *
 * @param copies chunks further down with the same text
 * @param surroundings null where none was asked for
 */
public record FoundPassage(
        ChunkHit hit, List<ChunkHit> copies, @Nullable Surroundings surroundings) {

    public FoundPassage {
        copies = List.copyOf(copies);
    }

    FoundPassage with(@Nullable Surroundings wider) {
        return new FoundPassage(hit, copies, wider);
    }

    FoundPassage scored(double score) {
        return new FoundPassage(hit.scored(score), copies, surroundings);
    }

    /** Returns the hit with its surroundings as its text: offsets fit the text, the ids stay the chunk's. */
    public ChunkHit widened() {
        return surroundings == null ? hit : hit.spanning(surroundings);
    }
}
