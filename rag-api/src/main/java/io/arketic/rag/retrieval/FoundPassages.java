package io.arketic.rag.retrieval;

import io.arketic.schema.search.ChunkHit;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds the passages that were found.
 *
 * @param reranked whether a reranker ordered it
 */
public record FoundPassages(List<FoundPassage> passages, boolean reranked) {

    public FoundPassages {
        passages = List.copyOf(passages);
    }

    /** The hits with what stands around them; what an earlier one holds whole is left out. */
    public List<ChunkHit> widened() {
        List<ChunkHit> hits = new ArrayList<>();
        for (FoundPassage passage : passages) {
            ChunkHit hit = passage.hit();
            if (hits.stream()
                    .noneMatch(earlier -> earlier.documentId().equals(hit.documentId())
                            && earlier.documentVersion() == hit.documentVersion()
                            && earlier.start() <= hit.start()
                            && earlier.end() >= hit.end())) {
                hits.add(passage.widened());
            }
        }
        return hits;
    }
}
