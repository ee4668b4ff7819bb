package io.arketic.rag.extractive;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.schema.search.ChunkHit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers with literal passages of the found chunks, and says so if none of them answers. It needs no language model.
 * It ranks a passage by the similarity of its sentence to the question, by the question's content words in it, the rare
 * ones first, and by whether it contains the kind of answer. In other languages than the embedding model's, words alone
 * decide.
 */
public final class ExtractiveAnswerer {

    /**
     * Holds a passage and its confidence.
     *
     * @param sentence that the passage was made around
     * @param confidence probability that it answers the question
     */
    public record Choice(Sentence sentence, Passage passage, Evidence evidence, double confidence) {}

    private static final double LEAST_CONFIDENCE = 0.5;

    /**
     * Sets this share for a passage that contains a name of the question that earlier ones lack, or contradicts the
     * best.
     */
    private static final double COMPLETES = 0.7;

    private final double leastConfidence;

    public ExtractiveAnswerer() {
        this(LEAST_CONFIDENCE);
    }

    ExtractiveAnswerer(double leastConfidence) {
        this.leastConfidence = leastConfidence;
    }

    /**
     * Returns the passages of the answer, the best first; empty if none answers.
     *
     * @param model that made the hits' vectors; null when the question was not embedded
     */
    public List<Choice> choose(String question, List<ChunkHit> hits, @Nullable EmbeddingModel model)
            throws EmbeddingException {
        return choose(question, hits, model, Extent.BALANCED);
    }

    /** Does the same for an answer of this extent. */
    public List<Choice> choose(String question, List<ChunkHit> hits, @Nullable EmbeddingModel model, Extent extent)
            throws EmbeddingException {
        AskedFor asked = AskedFor.of(question);
        List<Choice> ranked = rank(asked, hits, model);
        if (ranked.isEmpty() || ranked.get(0).confidence() < leastConfidence) {
            return List.of();
        }
        Choice other = asked.kind() == AnswerKind.COMPARISON ? counterpart(asked, ranked) : null;
        if (other != null) {
            return List.of(ranked.get(0), other);
        }
        List<Choice> chosen = new ArrayList<>();
        Set<String> lacking = new HashSet<>(asked.spelledNames());
        double best = ranked.get(0).evidence().ranking();
        int characters = 0;
        for (Choice choice : ranked) {
            List<String> words = ContentWords.words(
                    choice.sentence().context() + " " + choice.passage().quote());
            boolean repeats =
                    chosen.stream().anyMatch(told -> told.passage().overlaps(choice.passage()) || says(told, choice));
            boolean completes = !chosen.isEmpty() && words.stream().anyMatch(lacking::contains);
            boolean differs = !chosen.isEmpty() && Disagreement.between(chosen.get(0), choice);
            int length = characters + choice.passage().told().length();
            double share = completes || differs ? COMPLETES : extent.nearlyAsGood();
            boolean belongs = chosen.isEmpty()
                    || choice.evidence().ranking() >= share * best && length <= extent.mostCharacters();
            if (belongs && !repeats) {
                chosen.add(choice);
                words.forEach(lacking::remove);
                characters = length;
            }
            if (chosen.size() == extent.mostPassages()) {
                break;
            }
        }
        return chosen;
    }

    /**
     * Returns, for a comparison in which the best passage is about one subject, the ranked passage about the other that
     * covers most of the same points; null if there is none.
     */
    private static @Nullable Choice counterpart(AskedFor asked, List<Choice> ranked) {
        Choice first = ranked.get(0);
        Set<String> said = ContentWords.of(first.passage().quote());
        Set<String> lacking = asked.spelledNames();
        ContentWords.words(first.passage().quote()).forEach(lacking::remove);
        Choice best = null;
        double most = 0;
        for (Choice choice : ranked.subList(1, ranked.size())) {
            Set<String> words = ContentWords.of(choice.passage().quote());
            double same = words.stream().filter(said::contains).count() / Math.sqrt(1 + words.size());
            if (!choice.passage().overlaps(first.passage())
                    && same > most
                    && ContentWords.words(choice.passage().quote()).stream().anyMatch(lacking::contains)) {
                best = choice;
                most = same;
            }
        }
        return best;
    }

    /** Ranks all examined passages, the best first. */
    static List<Choice> rank(AskedFor asked, List<ChunkHit> hits, @Nullable EmbeddingModel model)
            throws EmbeddingException {
        return asked.content().isEmpty() ? List.of() : new PassageRanking(asked, hits, model).ranked();
    }

    /** Returns whether one contains all words of the other, as overlapping chunks and copies of a file do. */
    private static boolean says(Choice one, Choice other) {
        Set<String> words = ContentWords.of(one.passage().quote());
        Set<String> others = ContentWords.of(other.passage().quote());
        return words.containsAll(others) || others.containsAll(words);
    }
}
