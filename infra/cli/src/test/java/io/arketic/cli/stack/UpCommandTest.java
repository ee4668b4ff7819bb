package io.arketic.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.cli.terminal.CommandException;
import io.arketic.services.StackScale;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Tests the numbers of processes that {@code up} takes. */
class UpCommandTest {

    @TempDir
    Path state;

    @Test
    void givenNumbersAreKeptAndOthersStay() throws IOException {
        scale(Map.of(), "--api", "2", "--taskmanagers", "3");
        scale(Map.of(), "--api", "1");
        scale(Map.of());

        assertThat(StackScale.of(state).variables())
                .isEqualTo(Map.of(StackScale.API_PROCESSES, "1", StackScale.TASK_MANAGERS, "3"));
    }

    @Test
    void aNumberThatAnExportedVariableContradictsIsRefused() throws IOException {
        Map<String, String> exported = Map.of(StackScale.TASK_MANAGERS, "2");
        scale(exported, "--taskmanagers", "2");

        assertThatThrownBy(() -> scale(exported, "--api", "2", "--taskmanagers", "3"))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("ARKETIC_FLINK_TASKMANAGERS is 2");

        assertThat(StackScale.of(state).variables()).isEqualTo(Map.of(StackScale.TASK_MANAGERS, "2"));
    }

    @Test
    void aNumberThatCannotBeIsRefusedAndNotKept() {
        for (String[] wrong : new String[][] {{"--api", "0"}, {"--api", "9"}, {"--taskmanagers", "17"}}) {
            assertThatThrownBy(() -> scale(Map.of(), wrong))
                    .isInstanceOf(CommandException.class)
                    .hasMessageContaining("must be a number from 1 to");
        }
        assertThat(StackScale.of(state).variables()).isEmpty();
    }

    private void scale(Map<String, String> exported, String... arguments) throws IOException {
        UpCommand up = new UpCommand();
        new CommandLine(up).parseArgs(arguments);
        up.scale(state, exported);
    }
}
