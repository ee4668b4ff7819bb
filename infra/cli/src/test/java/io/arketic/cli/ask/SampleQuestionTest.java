package io.arketic.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SampleQuestionTest {

    private static final Path SAMPLES = Path.of("..", "samples");
    private static final SampleQuestion QUESTION = new SampleQuestion("How much?", "handbook.pdf", 4, "90 euros");

    @Test
    void everyShippedQuestionNamesAShippedFile() throws IOException {
        List<SampleQuestion> questions = SampleQuestion.readAll(SAMPLES.resolve("questions.tsv"));
        assertThat(questions).hasSizeGreaterThan(15);
        assertThat(questions)
                .allSatisfy(question -> assertThat(SAMPLES.resolve("files").resolve(question.file()))
                        .isRegularFile());
    }

    @Test
    void atLeastFourteenSmallFilesAreShipped() throws IOException {
        try (var files = Files.list(SAMPLES.resolve("files"))) {
            assertThat(files.toList())
                    .hasSizeGreaterThan(13)
                    .allSatisfy(file -> assertThat(Files.size(file)).isLessThan(100_000));
        }
    }

    @Test
    void isAnsweredByThePhraseWithACitationOfItsPage() {
        assertThat(QUESTION.isAnsweredBy(answer("At most 90 euros [1].", "handbook.pdf", 4)))
                .isTrue();
    }

    @Test
    void isNotAnsweredWithoutThePhraseOrFromAnotherPlace() {
        assertThat(QUESTION.isAnsweredBy(answer("At most 80 euros [1].", "handbook.pdf", 4)))
                .isFalse();
        assertThat(QUESTION.isAnsweredBy(answer("At most 90 euros [1].", "handbook.pdf", 5)))
                .isFalse();
        assertThat(QUESTION.isAnsweredBy(answer("At most 90 euros [1].", "other.pdf", 4)))
                .isFalse();
        assertThat(QUESTION.isAnsweredBy(new Answer("At most 90 euros.", List.of())))
                .isFalse();
    }

    private static Answer answer(String text, String file, int page) {
        return new Answer(text, List.of(new Citation(1, file, page, 0, 10, "at most 90")));
    }
}
