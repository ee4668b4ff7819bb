package io.arketic.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextsTest {

    /** Resolves paths from the module's directory, in which Surefire runs. */
    private static final Path ROOT = Path.of("../..");

    @Test
    void sameSeedSameText() throws Exception {
        String text = Texts.likeTheSamples(ROOT, 3).text(5_000);
        assertThat(text).hasSizeBetween(4_990, 5_500).doesNotContain("<").contains("\n\n");
        assertThat(Texts.likeTheSamples(ROOT, 3).text(5_000)).isEqualTo(text);
        assertThat(Texts.likeTheSamples(ROOT, 4).text(5_000)).isNotEqualTo(text);
    }

    @Test
    void passagesAreOfAboutTheWantedLength() throws Exception {
        assertThat(Texts.passages(null, ROOT, 20, 1_000))
                .hasSize(20)
                .doesNotHaveDuplicates()
                .allSatisfy(passage -> assertThat(passage).hasSizeBetween(990, 1_500));
    }

    @Test
    void cutsTheFilesOfADirectoryAtWords(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("words.txt"), "alpha beta gamma ".repeat(40));
        List<String> passages = Texts.passages(directory, ROOT, 5, 100);
        assertThat(passages)
                .hasSize(5)
                .allSatisfy(passage -> assertThat(passage.split(" ")).containsOnly("alpha", "beta", "gamma"));
        assertThatIOException()
                .isThrownBy(() -> Texts.passages(directory, ROOT, 50, 100))
                .withMessageContaining("50 wanted");
    }
}
