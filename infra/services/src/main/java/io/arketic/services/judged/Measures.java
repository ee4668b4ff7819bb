package io.arketic.services.judged;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Holds the measures of a ranking of documents, each from 0 to 1.
 *
 * @param ndcg10 nDCG@10 with linear gain, as trec_eval counts it
 * @param recall10 share of the relevant documents among the first ten
 * @param recall100 and among the first hundred
 * @param mrr 1 ÷ the rank of the first relevant document among the first hundred, 0 where none is
 */
public record Measures(double ndcg10, double recall10, double recall100, double mrr) {

    private static final int DEPTH = 100;

    /** @param ranking the best first, each document once */
    static Measures of(Map<String, Integer> gains, List<String> ranking) {
        if (gains.isEmpty()) {
            return new Measures(0, 0, 0, 0);
        }
        double mrr = 0;
        for (int rank = Math.min(DEPTH, ranking.size()); rank >= 1; rank--) {
            mrr = gains.containsKey(ranking.get(rank - 1)) ? 1.0 / rank : mrr;
        }
        List<Integer> found = ranking.stream()
                .map(document -> gains.getOrDefault(document, 0))
                .toList();
        List<Integer> best = new ArrayList<>(gains.values());
        best.sort((left, right) -> right - left);
        return new Measures(gain(found) / gain(best), recall(gains, ranking, 10), recall(gains, ranking, DEPTH), mrr);
    }

    /** Returns the averages over questions. */
    public static Measures average(Collection<Measures> all) {
        return new Measures(
                average(all, Measures::ndcg10),
                average(all, Measures::recall10),
                average(all, Measures::recall100),
                average(all, Measures::mrr));
    }

    private static double average(Collection<Measures> all, ToDoubleFunction<Measures> of) {
        return all.stream().mapToDouble(of).average().orElse(0);
    }

    private static double gain(List<Integer> gains) {
        double sum = 0;
        for (int rank = 0; rank < Math.min(10, gains.size()); rank++) {
            sum += gains.get(rank) * Math.log(2) / Math.log(rank + 2.0);
        }
        return sum;
    }

    private static double recall(Map<String, Integer> gains, List<String> ranking, int depth) {
        return ranking.stream().limit(depth).filter(gains::containsKey).count() / (double) gains.size();
    }
}
