package io.arketic.rag.generation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The documents that a search found, each where its best chunk stands, ten at most.
 *
 * @param documents the best first, each once
 */
record Ranking(List<UUID> documents) {

    private static final int AT = 10;

    Ranking {
        documents = documents.stream().distinct().limit(AT).toList();
    }

    /** The share of documents that both have, of those that the longer one has; 1 where both found nothing. */
    double overlap(Ranking other) {
        int most = Math.max(documents.size(), other.documents.size());
        Set<UUID> both = new HashSet<>(documents);
        both.retainAll(other.documents);
        return most == 0 ? 1 : (double) both.size() / most;
    }

    /**
     * nDCG@10 with judgments of relevant or not: discounted by log2 of the rank, over the best that there could be.
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
