package io.arketic.rag.extractive;

/**
 * Limits the length of an answer.
 *
 * @param mostCharacters of all passages, where there are several
 * @param nearlyAsGood share of the best passage's ranking that a further one must reach; above 1, only passages are
 *     added that complete or contradict the best one
 */
public record Extent(int mostPassages, int mostCharacters, double nearlyAsGood) {

    public static final Extent CONCISE = new Extent(2, 600, 1.1);
    public static final Extent BALANCED = new Extent(3, 900, 0.93);
    public static final Extent DETAILED = new Extent(6, 2400, 0.8);
}
