package io.arketic.ingest.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingException.Reason;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TextBatchesTest {

    private final TextBatches batches = new TextBatches();
    private final ScriptedModel model = new ScriptedModel();

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "SERVER_ERROR", "LIMITED"})
    void anOverloadedModelGetsSmallerBatchesUntilItAnswers(Reason reason) throws Exception {
        model.failing = texts -> texts.size() > 4 ? reason : null;

        assertThat(embedAll(texts(40))).hasSize(40);

        assertThat(model.longest()).isEqualTo(32);
        model.asked.clear();
        assertThat(embedAll(texts(40))).hasSize(40);
        assertThat(model.longest()).as("what was learnt").isEqualTo(4);
    }

    @Test
    void batchesGrowAgainWhenTheLoadIsGone() throws Exception {
        model.failing = texts -> texts.size() > 4 ? Reason.UNAVAILABLE : null;
        embedAll(texts(40));
        model.failing = texts -> null;

        embedAll(texts(2_000));

        assertThat(model.longest()).isEqualTo(32);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "LIMITED"})
    void oneTextThatIsNotAnsweredInTimeIsNoFaultOfItsDocument(Reason reason) {
        model.failing = texts -> isProbe(texts) ? null : reason;
        for (int tries = 0; tries < 20; tries++) {
            assertThatExceptionOfType(EmbeddingException.class)
                    .isThrownBy(() -> embedAll(texts(3)))
                    .matches(failure -> failure.reason() == reason);
        }
    }

    @Test
    void theOneTextThatIsRefusedIsFoundAmongItsNeighbours() throws Exception {
        List<String> texts = texts(40);
        model.failing = batch -> batch.contains(texts.get(21)) ? Reason.REFUSED : null;
        List<float[]> made = new ArrayList<>();

        assertThatExceptionOfType(DeadObjectException.class)
                .isThrownBy(() -> embedAll(texts, made))
                .matches(dead -> dead.reason().equals("EMBEDDING_REFUSED"));

        assertThat(made).hasSize(21);
        model.failing = batch -> null;
        model.asked.clear();
        embedAll(texts);
        assertThat(model.longest()).as("a refusal is no overload").isEqualTo(32);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "SERVER_ERROR", "LIMITED"})
    void aTextThatAlwaysFailsMakesTheBatchesOfOthersNoSmaller(Reason reason) throws Exception {
        List<String> poisoned = texts(40).subList(21, 40);
        model.failing = batch -> batch.contains("Text 21") ? reason : null;
        for (int tries = 0; tries < 3; tries++) {
            assertThatExceptionOfType(Exception.class).isThrownBy(() -> embedAll(poisoned));
        }
        model.asked.clear();

        embedAll(IntStream.range(100, 140).mapToObj(i -> "Text " + i).toList());

        assertThat(model.longest()).isEqualTo(32);
    }

    @Test
    void batchesGrowAtOnceWhenOneTextWasTheCauseOfServerErrors() throws Exception {
        List<String> texts = texts(40);
        model.failing = batch -> batch.contains("Text 21") ? Reason.SERVER_ERROR : null;
        assertThatExceptionOfType(ParkedObjectException.class).isThrownBy(() -> embedAll(texts));
        model.failing = batch -> null;
        model.asked.clear();

        embedAll(texts);

        assertThat(model.longest()).isEqualTo(32);
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVER_ERROR", "DENIED", "BAD_ANSWER"})
    void aTextThatAloneIsDeniedOrAnsweredWronglyCountsAgainstItsDocument(Reason reason) {
        model.failing = texts -> isProbe(texts) ? null : reason;
        for (int tries = 0; tries < 5; tries++) {
            assertThatExceptionOfType(ParkedObjectException.class)
                    .isThrownBy(() -> embedAll(texts(3)))
                    .matches(parked -> parked.reason() == ParkedObjectException.Reason.EMBEDDING_FAILED);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "SERVER_ERROR", "LIMITED", "DENIED", "REFUSED", "BAD_ANSWER"})
    void aModelThatAnswersNoTextIsUnavailableAndSoonNotAsked(Reason reason) {
        model.failing = texts -> reason;
        for (int tries = 0; tries < 3; tries++) {
            assertThatExceptionOfType(EmbeddingException.class)
                    .isThrownBy(() -> embedAll(texts(3)))
                    .matches(EmbeddingException::mayPass);
        }
        int asked = model.asked.size();

        assertThatExceptionOfType(EmbeddingException.class)
                .isThrownBy(() -> embedAll(texts(3)))
                .withMessageContaining("not answered lately");
        assertThat(model.asked).hasSize(asked);
    }

    private List<float[]> embedAll(List<String> texts) throws Exception {
        return embedAll(texts, new ArrayList<>());
    }

    private List<float[]> embedAll(List<String> texts, List<float[]> made) throws Exception {
        while (made.size() < texts.size()) {
            made.addAll(batches.embedFirst(model, texts.subList(made.size(), texts.size())));
        }
        return made;
    }

    private static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> "Text " + i).toList();
    }

    private static boolean isProbe(List<String> texts) {
        return !texts.get(0).startsWith("Text ");
    }

    private interface Failing {
        @Nullable
        Reason of(List<String> texts);
    }

    /** Fails at some batches, and records how many texts each call had. */
    private static final class ScriptedModel implements EmbeddingModel {

        private final List<Integer> asked = new ArrayList<>();
        private Failing failing = texts -> null;

        @Override
        public EmbeddingSpec spec() {
            return new EmbeddingSpec("scripted", 2, 100, "", 0, Set.of());
        }

        int longest() {
            return asked.stream().mapToInt(count -> count).max().orElse(0);
        }

        @Override
        public List<float[]> embedPassages(List<String> texts) throws EmbeddingException {
            asked.add(texts.size());
            Reason reason = failing.of(texts);
            if (reason != null) {
                throw new EmbeddingException(reason, "scripted");
            }
            return texts.stream().map(text -> new float[] {1, 0}).toList();
        }

        @Override
        public float[] embedQuery(String text) {
            return new float[] {1, 0};
        }

        @Override
        public int countTokens(String text) {
            return text.length();
        }

        @Override
        public void close() {}
    }
}
