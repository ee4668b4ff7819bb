package io.arketic.rag.extractive;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Weighs the question's words by their rarity among the found sentences (inverse document frequency). */
final class WordWeights {

    private final Map<String, Double> weights = new HashMap<>();
    private double sum;

    /** @param frequency how many of the sentences hold each word */
    WordWeights(Set<String> asked, Map<String, Integer> frequency, int sentences) {
        for (String word : asked) {
            double weight = Math.log(1 + (sentences + 1.0) / (frequency.getOrDefault(word, 0) + 0.5));
            weights.put(word, weight);
            sum += weight;
        }
    }

    /** Returns the weight of the held words, as a share of all. */
    double coverage(Set<String> held) {
        return coverage(held, Set.of());
    }

    /** Returns this weight; a word that only the headings contain counts half. */
    double coverage(Set<String> held, Set<String> headings) {
        double covered = 0;
        for (Map.Entry<String, Double> word : weights.entrySet()) {
            if (held.contains(word.getKey())) {
                covered += word.getValue();
            } else if (headings.contains(word.getKey())) {
                covered += word.getValue() / 2;
            }
        }
        return covered / sum;
    }

    /** Returns the weight of the weightiest missing word, as a share of all. */
    double gap(Set<String> held) {
        return weights.entrySet().stream()
                        .filter(word -> !held.contains(word.getKey()))
                        .mapToDouble(Map.Entry::getValue)
                        .max()
                        .orElse(0)
                / sum;
    }
}
