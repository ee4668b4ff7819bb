package io.arketic.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Tests the contract of every embedding model. */
abstract class EmbeddingModelContract {

    static final List<String> TEXTS = List.of(
            "A cat sleeps on the warm window sill.",
            "The central bank raised its interest rate by a quarter of a point.",
            "x",
            "Photosynthesis turns light, water and carbon dioxide into sugar and oxygen. ".repeat(12),
            "Der Vertrag kann mit einer Frist von drei Monaten gekündigt werden.",
            "日本の首都は東京です。🗼 Tokyo is the capital of Japan.",
            "SELECT id, title FROM documents WHERE organization_id = ? ORDER BY created_at DESC",
            "Kittens purr when they nap in the sunshine.");

    /** Returns a model that all tests of the class share. */
    abstract EmbeddingModel model();

    /** Returns a model that the test closes. */
    abstract EmbeddingModel another();

    @Test
    void answersVectorsOfTheModelsDimensionsAndOfLengthOne() throws Exception {
        for (float[] vector : model().embedPassages(TEXTS)) {
            assertThat(vector).hasSize(model().spec().dimensions());
            assertThat(cosine(vector, vector)).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void vectorDoesNotDependOnWhatElseIsInTheCall() throws Exception {
        List<float[]> together = model().embedPassages(TEXTS);
        for (int i = 0; i < TEXTS.size(); i++) {
            assertThat(model().embedPassages(List.of(TEXTS.get(i))).get(0))
                    .as(TEXTS.get(i))
                    .containsExactly(together.get(i));
        }
    }

    @Test
    void keepsTheOrderOfTheTexts() throws Exception {
        List<String> reversed = new ArrayList<>(TEXTS);
        Collections.reverse(reversed);
        List<float[]> vectors = new ArrayList<>(model().embedPassages(reversed));
        Collections.reverse(vectors);
        assertSame(vectors, model().embedPassages(TEXTS));
    }

    @Test
    void sameTextTwiceInACallHasTheSameVectorTwice() throws Exception {
        List<float[]> vectors = model().embedPassages(List.of(TEXTS.get(1), TEXTS.get(0), TEXTS.get(1)));
        assertThat(vectors.get(0)).containsExactly(vectors.get(2));
        assertThat(cosine(vectors.get(0), vectors.get(1))).isLessThan(0.999);
    }

    @Test
    void answersNothingForNoTexts() throws Exception {
        assertThat(model().embedPassages(List.of())).isEmpty();
    }

    @Test
    void refusesBlankTexts() {
        assertThatIllegalArgumentException().isThrownBy(() -> model().embedPassages(List.of("good", "")));
        assertThatIllegalArgumentException().isThrownBy(() -> model().embedPassages(List.of(" \n")));
        assertThatIllegalArgumentException().isThrownBy(() -> model().embedQuery(""));
    }

    @Test
    void cutsWhatIsBeyondTheTokenLimit() throws Exception {
        String longest = "word ".repeat(model().spec().maxTokens() * 2);
        assertThat(model().countTokens(longest)).isGreaterThan(model().spec().maxTokens());
        List<float[]> vectors = model().embedPassages(List.of(longest, longest + "and an end that nobody reads"));
        assertThat(vectors.get(0)).containsExactly(vectors.get(1));
        assertThat(model().embedQuery(longest)).hasSize(model().spec().dimensions());
    }

    @Test
    void readsEverythingUpToTheTokenLimit() throws Exception {
        StringBuilder text = new StringBuilder();
        while (model().countTokens(text + "a a ") <= model().spec().maxTokens()) {
            text.append("a ");
        }
        String rest = text.toString();
        assertThat(model().countTokens(rest + "b"))
                .isLessThanOrEqualTo(model().spec().maxTokens());
        List<float[]> vectors = model().embedPassages(List.of(rest + "b", rest + "c"));
        assertThat(vectors.get(0)).isNotEqualTo(vectors.get(1));
    }

    @Test
    void countsMoreTokensForMoreText() {
        int one = model().countTokens("one");
        assertThat(one).isPositive();
        assertThat(model().countTokens("one and another")).isGreaterThan(one);
        assertThat(model().countTokens("")).isLessThan(one);
    }

    @Test
    void readsTextsThatAreNotWellFormed() throws Exception {
        List<String> odd =
                List.of("lone surrogate \ud83d here", "nul \u0000 and \uffff", "\u202eright to left", "…".repeat(50));
        assertThat(model().embedPassages(odd)).hasSize(odd.size());
    }

    @Test
    void concurrentCallersGetTheVectorsOfASingleOne() throws Exception {
        List<float[]> alone = model().embedPassages(TEXTS);
        float[] question = model().embedQuery("Where does the cat sleep?");
        ExecutorService callers = Executors.newFixedThreadPool(6);
        try {
            List<Callable<List<float[]>>> calls = new ArrayList<>();
            for (int call = 0; call < 12; call++) {
                calls.add(
                        call % 3 == 0
                                ? () -> List.of(model().embedQuery("Where does the cat sleep?"))
                                : () -> model().embedPassages(TEXTS));
            }
            for (Future<List<float[]>> answer : callers.invokeAll(calls)) {
                List<float[]> vectors = answer.get();
                assertSame(vectors, vectors.size() == 1 ? List.of(question) : alone);
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void givesUpWhenTheCallerIsInterrupted() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(EmbeddingException.class)
                .isThrownBy(() -> model().embedPassages(TEXTS))
                .matches(e -> e.reason() == EmbeddingException.Reason.INTERRUPTED);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void refusesCallsWhenClosed() throws Exception {
        EmbeddingModel closed = another();
        closed.embedQuery("still open");
        closed.close();
        closed.close();
        assertThatIllegalStateException().isThrownBy(() -> closed.embedPassages(TEXTS));
        assertThatIllegalStateException().isThrownBy(() -> closed.embedQuery("closed"));
        assertThatIllegalStateException().isThrownBy(() -> closed.countTokens("closed"));
    }

    static double cosine(float[] left, float[] right) {
        double dot = 0;
        for (int i = 0; i < left.length; i++) {
            dot += (double) left[i] * right[i];
        }
        return dot;
    }

    private static void assertSame(List<float[]> vectors, List<float[]> expected) {
        assertThat(vectors).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(vectors.get(i)).containsExactly(expected.get(i));
        }
    }
}
