package io.arketic.rag.extractive;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the neighbouring content words of a question. A text about the same subject has most of them near each other;
 * one that merely uses the same words does not.
 */
final class WordPairs {

    /** Limits the content words between the two. */
    private static final int NEAR = 3;

    /** Is the value for a question of one word: no evidence either way. */
    private static final double UNKNOWN = 0.5;

    private record Pair(String left, String right) {}

    private final List<Pair> pairs = new ArrayList<>();

    WordPairs(String question) {
        List<String> words = ContentWords.inOrder(question);
        for (int i = 1; i < words.size(); i++) {
            if (!words.get(i).equals(words.get(i - 1))) {
                pairs.add(new Pair(words.get(i - 1), words.get(i)));
            }
        }
    }

    /** Returns the share of the pairs in the text, in either order. */
    double in(String text) {
        if (pairs.isEmpty()) {
            return UNKNOWN;
        }
        Map<String, List<Integer>> places = new HashMap<>();
        List<String> words = ContentWords.inOrder(text);
        for (int i = 0; i < words.size(); i++) {
            places.computeIfAbsent(words.get(i), word -> new ArrayList<>()).add(i);
        }
        int found = 0;
        for (Pair pair : pairs) {
            found += near(
                            places.getOrDefault(pair.left(), List.of()),
                            Set.copyOf(places.getOrDefault(pair.right(), List.of())))
                    ? 1
                    : 0;
        }
        return (double) found / pairs.size();
    }

    private static boolean near(List<Integer> left, Set<Integer> right) {
        for (int place : left) {
            for (int distance = -NEAR; distance <= NEAR; distance++) {
                if (right.contains(place + distance)) {
                    return true;
                }
            }
        }
        return false;
    }
}
