package io.arketic.rag.retrieval;

import io.arketic.schema.search.ChunkHit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Places a chunk among the passages of a search.
 *
 * @param rank from 1, where copies share one place; null where it is not among them
 * @param score null as the rank
 * @param copyOf the chunk that names it as a copy; null if it has its own place
 * @param reranked whether a reranker made the order
 */
record PassagePlace(
        @Nullable Long rank,
        @Nullable Double score,
        @Nullable UUID copyOf,
        boolean reranked) {

    static PassagePlace of(UUID chunk, FoundPassages found) {
        List<FoundPassage> passages = found.passages();
        for (int i = 0; i < passages.size(); i++) {
            ChunkHit hit = passages.get(i).hit();
            if (hit.chunkId().equals(chunk)) {
                return new PassagePlace(i + 1L, hit.score(), null, found.reranked());
            }
            if (passages.get(i).copies().stream()
                    .anyMatch(copy -> copy.chunkId().equals(chunk))) {
                return new PassagePlace(i + 1L, hit.score(), hit.chunkId(), found.reranked());
            }
        }
        return new PassagePlace(null, null, null, found.reranked());
    }
}
