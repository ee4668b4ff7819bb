package io.arketic.rag.extractive;

import io.arketic.rag.extractive.ExtractiveAnswerer.Choice;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds two documents that say the same in nearly the same words, with other figures. */
public final class Disagreement {

    /** Sets the share of the shorter sentence's words that the other must have, too. */
    private static final double SAME_WORDS = 0.6;

    /** Sets the least words for a comparison. */
    private static final int LEAST_WORDS = 2;

    private Disagreement() {}

    static boolean between(Choice one, Choice other) {
        if (one.sentence().hit().documentId().equals(other.sentence().hit().documentId())) {
            return false;
        }
        Set<String> words = ContentWords.of(one.sentence().text());
        Set<String> others = ContentWords.of(other.sentence().text());
        Set<String> figures = takeFigures(words);
        Set<String> otherFigures = takeFigures(others);
        if (figures.isEmpty() || otherFigures.isEmpty() || figures.equals(otherFigures)) {
            return false;
        }
        int shorter = Math.min(words.size(), others.size());
        words.retainAll(others);
        return shorter >= LEAST_WORDS && words.size() >= SAME_WORDS * shorter;
    }

    public static boolean among(List<Choice> chosen) {
        return chosen.stream().anyMatch(one -> chosen.stream().anyMatch(other -> between(one, other)));
    }

    private static Set<String> takeFigures(Set<String> words) {
        Set<String> figures = new HashSet<>();
        for (String word : words) {
            if (word.codePoints().anyMatch(Character::isDigit)) {
                figures.add(word);
            }
        }
        words.removeAll(figures);
        return figures;
    }
}
