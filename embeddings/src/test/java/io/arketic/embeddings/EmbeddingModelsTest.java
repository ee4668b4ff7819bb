package io.arketic.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingModelsTest {

    @Test
    void knowsTheModelsThatComeWithTheProduct() {
        try (EmbeddingModels models = new EmbeddingModels(EmbeddingSettings.defaults())) {
            assertThat(models.specs())
                    .extracting(EmbeddingSpec::id)
                    .containsExactly("bge-small-en-v1.5", "bge-small-en-v1.5-fp32", "all-MiniLM-L6-v2");
            assertThat(models.defaultModel()).isSameAs(models.get("bge-small-en-v1.5"));
            for (EmbeddingSpec spec : models.specs()) {
                assertThat(models.get(spec.id()).spec()).isEqualTo(spec);
            }
        }
    }

    @Test
    void knowsTheRemoteModel() throws Exception {
        try (StubEndpoint endpoint = new StubEndpoint();
                EmbeddingModels models =
                        new EmbeddingModels(new EmbeddingSettings("stub", 1, "unused", endpoint.settings()))) {
            assertThat(models.specs()).extracting(EmbeddingSpec::id).contains("stub", "bge-small-en-v1.5");
            assertThat(models.defaultModel().embedQuery("who is there?")).hasSize(StubEndpoint.DIMENSIONS);
        }
    }

    @Test
    void unknownModelNamesTheKnownOnes() {
        try (EmbeddingModels models = new EmbeddingModels(EmbeddingSettings.defaults())) {
            assertThatExceptionOfType(UnknownEmbeddingModelException.class)
                    .isThrownBy(() -> models.get("all-minilm-l6-v2"))
                    .withMessageContaining("all-MiniLM-L6-v2")
                    .matches(e ->
                            e.id().equals("all-minilm-l6-v2") && e.knownIds().size() == 3);
        }
    }

    @Test
    void refusesADefaultModelThatIsNotThere() {
        assertThatExceptionOfType(UnknownEmbeddingModelException.class)
                .isThrownBy(() -> new EmbeddingModels(new EmbeddingSettings("gpt-5", 1, "unused", null)));
    }

    @Test
    void loadsNothingBeforeTheFirstUse(@TempDir Path directory) throws Exception {
        try (EmbeddingModels models =
                new EmbeddingModels(new EmbeddingSettings("all-MiniLM-L6-v2", 1, directory.toString(), null))) {
            assertThat(directory).isEmptyDirectory();
            models.defaultModel().embedQuery("now");
            assertThat(directory).isNotEmptyDirectory();
        }
    }

    @Test
    void modelThatCannotBeUnpackedIsUnavailableAndTriedAgain(@TempDir Path directory) throws Exception {
        Path place = Files.createFile(directory.resolve("a file, not a directory"));
        try (EmbeddingModels models =
                new EmbeddingModels(new EmbeddingSettings("all-MiniLM-L6-v2", 1, place.toString(), null))) {
            EmbeddingModel model = models.defaultModel();
            assertThatExceptionOfType(EmbeddingException.class)
                    .isThrownBy(() -> model.embedPassages(List.of("text")))
                    .matches(e -> e.reason() == EmbeddingException.Reason.UNAVAILABLE);
            Files.delete(place);
            assertThat(model.embedPassages(List.of("text"))).hasSize(1);
        }
    }

    @Test
    void closesItsModels() {
        EmbeddingModels models = new EmbeddingModels(EmbeddingSettings.defaults());
        EmbeddingModel model = models.defaultModel();
        models.close();
        assertThatIllegalStateException().isThrownBy(() -> model.embedQuery("too late"));
    }
}
