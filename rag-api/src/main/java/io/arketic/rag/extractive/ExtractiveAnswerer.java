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
 * Answers with passages of the chunks that were found, word for word, and says so when none of them answers. Needs no
 * language model: a passage is chosen by the nearness of its sentence to the question in the embedding space, by the
 * question's content words that it holds, the rare ones first, and by whether it holds what is asked for. In other
 * languages than the embedding model's the words decide alone.
 */
public final class ExtractiveAnswerer {

    /** What an answer says when the passages hold none. */
    public static final String NO_ANSWER = "The knowledge base does not hold an answer to this question.";

    /**
     * A passage and how sure it is.
     *
     * @param sentence that the passage was made around
     * @param confidence probability that it answers the question
     */
    public record Choice(Sentence sentence, Passage passage, Evidence evidence, double confidence) {}

    private static final int MOST_PASSAGES = 3;

    /** Characters of all passages together, beyond the first. */
    private static final int MOST_CHARACTERS = 900;

    private static final double LEAST_CONFIDENCE = 0.5;

    /** Share of the best passage's ranking that a further one must reach. */
    private static final double NEARLY_AS_GOOD = 0.93;

    /** The same where it holds a name of the question that those before it lack, or says otherwise than the best. */
    private static final double COMPLETES = 0.7;

    private final double leastConfidence;

    public ExtractiveAnswerer() {
        this(LEAST_CONFIDENCE);
    }

    ExtractiveAnswerer(double leastConfidence) {
        this.leastConfidence = leastConfidence;
    }

    /**
     * The passages of the answer, the best first; empty when none answers.
     *
     * @param model that made the hits' vectors; null when the question was not embedded
     */
    public List<Choice> choose(String question, List<ChunkHit> hits, @Nullable EmbeddingModel model)
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
            if (!repeats
                    && choice.evidence().ranking() >= (completes || differs ? COMPLETES : NEARLY_AS_GOOD) * best
                    && (chosen.isEmpty() || length <= MOST_CHARACTERS)) {
                chosen.add(choice);
                words.forEach(lacking::remove);
                characters = length;
            }
            if (chosen.size() == MOST_PASSAGES) {
                break;
            }
        }
        return chosen;
    }

    /**
     * Where two are compared and the best passage speaks of one: the passage about the other that says most of the same
     * things, of those that have been ranked; null where there is none.
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

    /** All passages looked at, the best first. */
    static List<Choice> rank(AskedFor asked, List<ChunkHit> hits, @Nullable EmbeddingModel model)
            throws EmbeddingException {
        return asked.content().isEmpty() ? List.of() : new PassageRanking(asked, hits, model).ranked();
    }

    /** Whether the one holds all words of the other; overlapping chunks and copies of a file do. */
    private static boolean says(Choice one, Choice other) {
        Set<String> words = ContentWords.of(one.passage().quote());
        Set<String> others = ContentWords.of(other.passage().quote());
        return words.containsAll(others) || others.containsAll(words);
    }
}
