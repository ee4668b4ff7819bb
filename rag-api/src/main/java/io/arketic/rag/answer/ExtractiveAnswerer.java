package io.arketic.rag.answer;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingSpec;
import io.arketic.schema.ChunkHit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers with sentences of the passages that were found, word for word, and says so when none of them answers. Needs no
 * language model: a sentence is chosen by its nearness to the question in the embedding space and by the question's
 * content words that it holds, the rare ones first. In other languages than the embedding model's the words decide alone.
 */
final class ExtractiveAnswerer {

    /** What an answer says when the passages hold none. */
    static final String NO_ANSWER = "The knowledge base does not hold an answer to this question.";

    /**
     * A sentence and how sure it is.
     *
     * @param confidence probability that it answers the question
     */
    record Choice(Sentence sentence, Evidence evidence, double confidence) {}

    /** Passages that sentences are taken from. */
    private static final int PASSAGES = 8;

    /** Sentences that are embedded; each costs some milliseconds. */
    private static final int EMBEDDED = 20;

    private static final int MOST_SENTENCES = 3;
    private static final double LEAST_CONFIDENCE = 0.5;

    /** Share of the best sentence's ranking that a further sentence must reach. */
    private static final double NEARLY_AS_GOOD = 0.8;

    private final double leastConfidence;

    ExtractiveAnswerer() {
        this(LEAST_CONFIDENCE);
    }

    ExtractiveAnswerer(double leastConfidence) {
        this.leastConfidence = leastConfidence;
    }

    /**
     * The sentences of the answer, the best first; empty when the passages hold none.
     *
     * @param model that made the hits' vectors; null when the question was not embedded
     */
    List<Choice> choose(String question, List<ChunkHit> hits, @Nullable EmbeddingModel model)
            throws EmbeddingException {
        List<Choice> ranked = rank(question, hits, model);
        if (ranked.isEmpty() || ranked.get(0).confidence() < leastConfidence) {
            return List.of();
        }
        List<Choice> chosen = new ArrayList<>();
        double best = ranked.get(0).evidence().ranking();
        for (Choice choice : ranked) {
            boolean repeats = chosen.stream()
                    .anyMatch(other -> other.sentence().overlaps(choice.sentence()) || says(other, choice));
            if (!repeats && choice.evidence().ranking() >= NEARLY_AS_GOOD * best) {
                chosen.add(choice);
            }
            if (chosen.size() == MOST_SENTENCES) {
                break;
            }
        }
        return chosen;
    }

    /** All sentences looked at, the best first. */
    List<Choice> rank(String question, List<ChunkHit> hits, @Nullable EmbeddingModel model) throws EmbeddingException {
        Set<String> asked = ContentWords.of(question);
        if (asked.isEmpty()) {
            return List.of();
        }
        List<ChunkHit> passages = hits.subList(0, Math.min(PASSAGES, hits.size()));
        List<Sentence> sentences = new ArrayList<>();
        for (int rank = 0; rank < passages.size(); rank++) {
            sentences.addAll(readable(SentenceSplitter.split(passages.get(rank), rank), asked));
        }
        Map<Sentence, Set<String>> words = new IdentityHashMap<>();
        Map<String, Integer> frequency = new HashMap<>();
        for (Sentence sentence : sentences) {
            Set<String> held = ContentWords.of(sentence.context() + " " + sentence.text());
            words.put(sentence, held);
            held.stream().filter(asked::contains).forEach(word -> frequency.merge(word, 1, Integer::sum));
        }
        Weights weights = new Weights(asked, frequency, sentences.size());
        List<Set<String>> held =
                passages.stream().map(hit -> ContentWords.of(withTitles(hit))).toList();
        double[] chunkCoverage = held.stream().mapToDouble(weights::coverage).toArray();
        Set<String> names = ContentWords.names(question);
        Set<String> named = Set.copyOf(ContentWords.words(question));
        WordPairs pairs = new WordPairs(question);
        double[] chunkPairs =
                passages.stream().mapToDouble(hit -> pairs.in(withTitles(hit))).toArray();
        AnswerKind kind = AnswerKind.of(question);
        boolean negated = ContentWords.english(question) && ContentWords.negated(question);
        EmbeddingModel reader = ContentWords.english(question) ? model : null;
        boolean semantic = reader != null;
        List<Sentence> candidates = sentences.stream()
                .sorted(Comparator.comparingDouble((Sentence sentence) -> -weights.coverage(heldBy(words, sentence))
                        - 0.5 * chunkCoverage[sentence.rank()]
                        - (semantic ? 0.5 / (1 + sentence.rank()) : 0)))
                .limit(EMBEDDED)
                .toList();
        double[] similarity = reader != null ? similarity(question, candidates, reader) : new double[candidates.size()];
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            Sentence sentence = candidates.get(i);
            Double ofChunk = sentence.hit().similarity();
            Set<String> inChunk = held.get(sentence.rank());
            Evidence evidence = new Evidence(
                    similarity[i],
                    weights.coverage(heldBy(words, sentence), titleWords(sentence)),
                    chunkCoverage[sentence.rank()],
                    reader == null ? 0 : ofChunk == null ? similarity[i] : above(ofChunk, reader.spec()),
                    weights.gap(inChunk),
                    names.isEmpty()
                            ? 1
                            : (double) names.stream().filter(inChunk::contains).count() / names.size(),
                    chunkPairs[sentence.rank()],
                    kind.mayBeIn(sentence.context() + " " + sentence.text(), named) ? 1 : 0,
                    negated && !ContentWords.negated(sentence.text()) ? 1 : 0);
            choices.add(new Choice(sentence, evidence, evidence.confidence(semantic)));
        }
        choices.sort(
                Comparator.comparingDouble((Choice choice) -> -choice.evidence().ranking())
                        .thenComparing(choice -> choice.sentence().rank()));
        return choices;
    }

    private static Set<String> heldBy(Map<Sentence, Set<String>> words, Sentence sentence) {
        return words.getOrDefault(sentence, Set.of());
    }

    /** Without headings, stumps, echoes of the question and the half sentence that an overlap begins with. */
    private static List<Sentence> readable(List<Sentence> sentences, Set<String> asked) {
        List<Sentence> readable = new ArrayList<>();
        for (int i = 0; i < sentences.size(); i++) {
            Sentence sentence = sentences.get(i);
            if (sentence.hit().type().equals("title")) {
                continue;
            }
            boolean stump = i == 0
                    && sentence.hit().ordinal() > 0
                    && sentences.size() > 1
                    && sentence.context().isEmpty()
                    && Character.isLowerCase(sentence.text().codePointAt(0));
            Set<String> words = ContentWords.of(sentence.text());
            boolean echo = !ends(sentence.text()) && asked.containsAll(words);
            if (!stump && !echo && words.size() > 1) {
                readable.add(sentence);
            }
        }
        return readable;
    }

    /** As a sentence does, and a heading does not. */
    private static boolean ends(String text) {
        int last = Character.getType(text.codePointBefore(text.length()));
        return last == Character.OTHER_PUNCTUATION;
    }

    private static double[] similarity(String question, List<Sentence> sentences, EmbeddingModel model)
            throws EmbeddingException {
        float[] asked = model.embedQuery(question);
        List<float[]> vectors = model.embedPassages(
                sentences.stream().map(ExtractiveAnswerer::inContext).toList());
        double[] similarity = new double[vectors.size()];
        for (int i = 0; i < similarity.length; i++) {
            double cosine = 0;
            for (int d = 0; d < asked.length; d++) {
                cosine += asked[d] * vectors.get(i)[d];
            }
            similarity[i] = above(cosine, model.spec());
        }
        return similarity;
    }

    /** A sentence is read under its headings: what "it" and "the pump" mean often stands there alone. */
    private static String inContext(Sentence sentence) {
        String title = sentence.hit().title();
        return (title == null ? "" : title + "\n")
                + (sentence.context().isEmpty() ? "" : sentence.context() + "\n")
                + sentence.text();
    }

    private static String withTitles(ChunkHit hit) {
        return hit.text() + " " + (hit.title() == null ? "" : hit.title()) + " " + hit.filename();
    }

    private static Set<String> titleWords(Sentence sentence) {
        String title = sentence.hit().title();
        return title == null ? Set.of() : ContentWords.of(title);
    }

    private static double above(double cosine, EmbeddingSpec spec) {
        double threshold = spec.defaultSimilarityThreshold();
        return Math.max(0, Math.min(1, (cosine - threshold) / (1 - threshold)));
    }

    /** Whether both hold the same words; overlapping chunks and copies of a file do. */
    private static boolean says(Choice one, Choice other) {
        Set<String> words = new HashSet<>(ContentWords.of(one.sentence().text()));
        return words.equals(ContentWords.of(other.sentence().text()));
    }

    /** The question's words, each weighing as it is rare among the sentences (inverse document frequency). */
    private static final class Weights {

        private final Map<String, Double> weights = new HashMap<>();
        private double sum;

        Weights(Set<String> asked, Map<String, Integer> frequency, int sentences) {
            for (String word : asked) {
                double weight = Math.log(1 + (sentences + 1.0) / (frequency.getOrDefault(word, 0) + 0.5));
                weights.put(word, weight);
                sum += weight;
            }
        }

        double coverage(Set<String> held) {
            return coverage(held, Set.of());
        }

        double gap(Set<String> held) {
            return weights.entrySet().stream()
                            .filter(word -> !held.contains(word.getKey()))
                            .mapToDouble(Map.Entry::getValue)
                            .max()
                            .orElse(0)
                    / sum;
        }

        /** A word that only the headings hold counts half. */
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
    }
}
