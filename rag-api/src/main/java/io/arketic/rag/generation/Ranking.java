package io.arketic.rag.generation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Holds the documents of a search, each at the rank of its best chunk, ten at most.
 *
 * @param documents the best first, each once
 */
record Ranking(List<UUID> documents) {

    private static final int AT = 10;

    Ranking {
        documents = documents.stream().distinct().limit(AT).toList();
    }

    /** Returns the number of common documents as a share of the longer list; 1 if both are empty. */
    double overlap(Ranking other) {
        int most = Math.max(documents.size(), other.documents.size());
        Set<UUID> both = new HashSet<>(documents);
        both.retainAll(other.documents);
        return most == 0 ? 1 : (double) both.size() / most;
    }

    /**
     * Computes nDCG@10 with binary judgments: discounted by log2 of the rank, divided by the best possible value.
     *
     * @see <a href="https://doi.org/10.1145/582415.582418">Järvelin and Kekäläinen, 2002</a>
     */
    double ndcg(Set<UUID> relevant) {
        double gained = 0;
        double best = 0;
        for (int rank = 0; rank < AT; rank++) {
            double discount = Math.log(2) / Math.log(rank + 2.0);
            gained += rank < documents.size() && relevant.contains(documents.get(rank)) ? discount : 0;
            best += rank < relevant.size() ? discount : 0;
        }
        return best == 0 ? 0 : gained / best;
    }
}
