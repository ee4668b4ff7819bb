package io.arketic.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.cli.Arketic;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StandardOutputTest {

    @Test
    void anOutputThatTakesNothingEndsACommandWith1AndSaysWhy() throws Exception {
        Process process = command(new File("/dev/full"));
        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("arketic: the output could not be written: No space left on device");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    @Test
    void anOutputThatTakesAllChangesNothing() throws Exception {
        Process process = command(new File("/dev/null"));
        assertThat(process.getErrorStream().readAllBytes()).isEmpty();
        assertThat(process.waitFor()).isZero();
    }

    private static Process command(File output) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(List.of(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Arketic.class.getName(),
                        "ledger",
                        "--help"))
                .redirectOutput(output)
                .start();
    }
}
