package io.arketic.rag.extractive;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingSpec;
import io.arketic.rag.extractive.ExtractiveAnswerer.Choice;
import io.arketic.schema.search.ChunkHit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds the passages of the hits that may answer a question, and scores each. */
final class PassageRanking {

    /** Limits the chunks that passages are taken from. */
    private static final int CHUNKS = 8;

    /** Limits the embedded sentences; each costs some milliseconds. */
    private static final int EMBEDDED = 20;

    /** Limits the characters of an embedded text to what the model reads. */
    private static final int LONGEST_EMBEDDED = 1200;

    /** Holds a sentence that may be an answer, with its passage. */
    private record Candidate(Sentence sentence, Passage passage, Set<String> words) {}

    private final AskedFor asked;
    private final @Nullable EmbeddingModel reader;
    private final List<ChunkHit> chunks;
    private final List<Candidate> candidates = new ArrayList<>();
    private final List<Set<String>> held;
    private final Map<UUID, Set<String>> heldByDocument = new HashMap<>();
    private final WordWeights weights;

    /** @param model that made the hits' vectors; null when the question was not embedded */
    PassageRanking(AskedFor asked, List<ChunkHit> hits, @Nullable EmbeddingModel model) {
        this.asked = asked;
        this.reader = asked.english() ? model : null;
        this.chunks = hits.subList(0, Math.min(CHUNKS, hits.size()));
        this.held = chunks.stream().map(hit -> ContentWords.of(withTitles(hit))).toList();
        Map<UUID, StringBuilder> documents = new HashMap<>();
        for (int rank = 0; rank < chunks.size(); rank++) {
            ChunkHit hit = chunks.get(rank);
            heldByDocument
                    .computeIfAbsent(hit.documentId(), id -> new HashSet<>())
                    .addAll(held.get(rank));
            documents
                    .computeIfAbsent(hit.documentId(), id -> new StringBuilder())
                    .append(withTitles(hit))
                    .append('\n');
        }
        PassageBuilder builder = new PassageBuilder(asked);
        for (int rank = 0; rank < chunks.size(); rank++) {
            StringBuilder document = documents.get(chunks.get(rank).documentId());
            if (document != null && asked.codes().yearsIn(document)) {
                collect(SentenceSplitter.split(chunks.get(rank), rank), builder);
            }
        }
        Map<String, Integer> frequency = new HashMap<>();
        for (Candidate candidate : candidates) {
            candidate.words().stream()
                    .filter(asked.content()::contains)
                    .forEach(word -> frequency.merge(word, 1, Integer::sum));
        }
        this.weights = new WordWeights(asked.content(), frequency, candidates.size());
    }

    private void collect(List<Sentence> chunk, PassageBuilder builder) {
        for (int i = 0; i < chunk.size(); i++) {
            Sentence sentence = chunk.get(i);
            Set<String> words = ContentWords.of(sentence.text());
            if (isReadable(chunk, i, words)) {
                Passage passage = builder.around(chunk, i);
                if (asked.isIn(sentence, passage)) {
                    Set<String> inContext = new HashSet<>(words);
                    inContext.addAll(ContentWords.of(sentence.context()));
                    candidates.add(new Candidate(sentence, passage, inContext));
                }
            }
        }
    }

    /**
     * Returns whether the sentence is no heading, fragment, repetition of the question, or half sentence of an overlap.
     */
    private boolean isReadable(List<Sentence> chunk, int index, Set<String> words) {
        Sentence sentence = chunk.get(index);
        if (sentence.hit().type().equals("title") || sentence.form() == SentenceForm.HEADING || words.isEmpty()) {
            return false;
        }
        boolean stump = index == 0
                && sentence.hit().ordinal() > 0
                && chunk.size() > 1
                && sentence.form() == SentenceForm.PROSE
                && sentence.context().isEmpty()
                && Character.isLowerCase(sentence.text().codePointAt(0));
        boolean echo = !ends(sentence.text()) && asked.content().containsAll(words);
        return !stump && !echo && (words.size() > 1 || !sentence.context().isEmpty());
    }

    /** Returns whether the text ends like a sentence, and not like a heading. */
    private static boolean ends(String text) {
        return Character.getType(text.codePointBefore(text.length())) == Character.OTHER_PUNCTUATION;
    }

    /** Returns the best first. */
    List<Choice> ranked() throws EmbeddingException {
        double[] coverage = held.stream().mapToDouble(weights::coverage).toArray();
        double[] pairs = chunks.stream()
                .mapToDouble(hit -> asked.pairs().in(withTitles(hit)))
                .toArray();
        List<Candidate> nearest = candidates.stream()
                .sorted(Comparator.comparingDouble((Candidate candidate) -> -weights.coverage(candidate.words())
                        - asked.code(candidate.sentence(), candidate.passage())
                        - 0.3 * asked.fit(candidate.sentence(), candidate.passage())
                        - 0.5 * coverage[candidate.sentence().rank()]
                        - (reader != null ? 0.5 / (1 + candidate.sentence().rank()) : 0)))
                .limit(EMBEDDED)
                .toList();
        double[] similarity = similarity(nearest);
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; i < nearest.size(); i++) {
            Candidate candidate = nearest.get(i);
            int rank = candidate.sentence().rank();
            Evidence evidence = evidence(candidate, similarity[i], coverage[rank], pairs[rank]);
            choices.add(new Choice(
                    candidate.sentence(), candidate.passage(), evidence, evidence.confidence(reader != null)));
        }
        choices.sort(
                Comparator.comparingDouble((Choice choice) -> -choice.evidence().ranking())
                        .thenComparing(choice -> choice.sentence().rank()));
        return choices;
    }

    private Evidence evidence(Candidate candidate, double similarity, double chunkCoverage, double pairs) {
        Sentence sentence = candidate.sentence();
        Passage passage = candidate.passage();
        ChunkHit hit = sentence.hit();
        Set<String> inDocument = heldByDocument.getOrDefault(hit.documentId(), Set.of());
        Set<String> headings = hit.title() == null ? Set.of() : ContentWords.of(hit.title());
        double own = weights.coverage(candidate.words(), headings);
        Set<String> inPassage = ContentWords.of(sentence.context() + " " + passage.quote());
        Double ofChunk = hit.similarity();
        return new Evidence(
                similarity,
                own,
                Math.max(own, weights.coverage(inPassage, headings)),
                chunkCoverage,
                reader == null ? 0 : ofChunk == null ? similarity : above(ofChunk, reader.spec()),
                1.0 / (1 + sentence.rank()),
                headed(sentence),
                weights.gap(held.get(sentence.rank())),
                asked.names().isEmpty()
                        ? 1
                        : (double) asked.names().stream()
                                        .filter(inDocument::contains)
                                        .count()
                                / asked.names().size(),
                pairs,
                asked.kind().mayBeIn(sentence.context() + " " + passage.told(), asked.words()) ? 1 : 0,
                asked.fit(sentence, passage),
                asked.code(sentence, passage),
                asked.looksUp() ? 1 : 0,
                slight(sentence),
                asked.turned() && !ContentWords.negated(sentence.text()) ? 1 : 0);
    }

    private double headed(Sentence sentence) {
        Set<String> heading = ContentWords.of(sentence.context());
        return (double) asked.content().stream().filter(heading::contains).count()
                / asked.content().size();
    }

    /** Returns the penalty for a list of references, a form or a mail's header, or an announcement. */
    private static double slight(Sentence sentence) {
        if (sentence.text().startsWith("[")) {
            return 1;
        }
        return sentence.form() == SentenceForm.FIELD || sentence.text().endsWith(":") ? 0.3 : 0;
    }

    private double[] similarity(List<Candidate> nearest) throws EmbeddingException {
        double[] similarity = new double[nearest.size()];
        if (reader == null || nearest.isEmpty()) {
            return similarity;
        }
        float[] question = reader.embedQuery(asked.question());
        List<float[]> vectors = reader.embedPassages(nearest.stream()
                .map(candidate -> inContext(candidate.sentence()))
                .toList());
        for (int i = 0; i < similarity.length; i++) {
            double cosine = 0;
            for (int d = 0; d < question.length; d++) {
                cosine += question[d] * vectors.get(i)[d];
            }
            similarity[i] = above(cosine, reader.spec());
        }
        return similarity;
    }

    /** Returns a sentence after its headings: they often contain the meaning of "it" and "the pump". */
    private static String inContext(Sentence sentence) {
        String title = sentence.hit().title();
        String text = (title == null ? "" : title + "\n")
                + (sentence.context().isEmpty() ? "" : sentence.context() + "\n")
                + sentence.text();
        return text.length() <= LONGEST_EMBEDDED ? text : text.substring(0, LONGEST_EMBEDDED);
    }

    private static String withTitles(ChunkHit hit) {
        return hit.text() + " " + titles(hit);
    }

    static String titles(ChunkHit hit) {
        return (hit.title() == null ? "" : hit.title()) + " " + hit.filename();
    }

    private static double above(double cosine, EmbeddingSpec spec) {
        double threshold = spec.defaultSimilarityThreshold();
        return Math.max(0, Math.min(1, (cosine - threshold) / (1 - threshold)));
    }
}
