package io.arketic.embeddings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests what the product's own models keep besides, including that they understand what they read. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LocalModelContract extends EmbeddingModelContract {

    private final LocalModel local;
    private Path directory;
    private EmbeddingModels models;

    LocalModelContract(LocalModel local) {
        this.local = local;
    }

    @BeforeAll
    void open(@TempDir Path directory) {
        this.directory = directory;
        models = models(2);
    }

    @AfterAll
    void close() {
        models.close();
    }

    private EmbeddingModels models(int sessions) {
        return new EmbeddingModels(new EmbeddingSettings(local.spec().id(), sessions, directory.toString(), null));
    }

    @Override
    EmbeddingModel model() {
        return models.defaultModel();
    }

    @Override
    EmbeddingModel another() {
        return models(1).defaultModel();
    }

    @Test
    void findsThePassageThatAnswers() throws Exception {
        List<float[]> passages = model().embedPassages(TEXTS);
        assertThat(nearest("Where do cats like to rest?", passages)).isIn(0, 7);
        assertThat(nearest("What did monetary policy decide?", passages)).isEqualTo(1);
        assertThat(nearest("How do plants make sugar?", passages)).isEqualTo(3);
        assertThat(nearest("Which city is Japan governed from?", passages)).isEqualTo(5);
    }

    @Test
    void relatedSentencesAreNearerThanUnrelatedOnes() throws Exception {
        List<float[]> vectors = model().embedPassages(TEXTS);
        double related = cosine(vectors.get(0), vectors.get(7));
        double unrelated = cosine(vectors.get(0), vectors.get(1));
        assertThat(related).isGreaterThan(unrelated + 0.1);
    }

    @Test
    void thresholdKeepsWhatAnswersTheQuestion() throws Exception {
        float[] question = model().embedQuery("Where do cats like to rest?");
        double cosine = cosine(question, model().embedPassages(TEXTS).get(7));
        assertThat(cosine).isGreaterThan(model().spec().defaultSimilarityThreshold());
    }

    @Test
    void sessionsAndModelsThatAreOpenedAgainMakeTheSameVectors() throws Exception {
        try (EmbeddingModels single = models(1)) {
            List<float[]> vectors = model().embedPassages(TEXTS);
            List<float[]> again = single.defaultModel().embedPassages(TEXTS);
            for (int i = 0; i < vectors.size(); i++) {
                assertThat(again.get(i)).containsExactly(vectors.get(i));
            }
        }
    }

    @Test
    void questionDoesNotWaitForPassages() throws Exception {
        List<String> many = new ArrayList<>(Collections.nCopies(64, TEXTS.get(3)));
        CompletableFuture<Integer> passages = CompletableFuture.supplyAsync(() -> {
            try {
                return model().embedPassages(many).size();
            } catch (EmbeddingException e) {
                throw new AssertionError(e);
            }
        });
        model().embedQuery("first in, first out?");
        assertThat(passages.isDone()).isFalse();
        assertThat(passages.get()).isEqualTo(many.size());
    }

    /** A question as long as a passage is embedded by the threads of passages, and keeps the prefix of questions. */
    @Test
    void longQuestionIsEmbeddedLikeAPassageWithThePrefix() throws Exception {
        String question = "Where do cats like to rest when it rains? ".repeat(30);

        float[] vector = model().embedQuery(question);

        String prefixed = model().spec().queryPrefix() + question;
        assertThat(vector)
                .containsExactly(model().embedPassages(List.of(prefixed)).get(0));
    }

    private int nearest(String question, List<float[]> passages) throws EmbeddingException {
        float[] vector = model().embedQuery(question);
        int nearest = 0;
        for (int i = 1; i < passages.size(); i++) {
            if (cosine(vector, passages.get(i)) > cosine(vector, passages.get(nearest))) {
                nearest = i;
            }
        }
        return nearest;
    }
}
