package io.arketic.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.cli.FlinkStub;
import io.arketic.cli.terminal.Checkout;
import io.arketic.cli.terminal.ExitStatus;
import io.arketic.cli.terminal.Terminal;
import io.arketic.services.LocalStack;
import io.arketic.services.StackSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StatusCommandTest {

    @TempDir
    private Path home;

    @Test
    void anotherStackOnTheSamePortsIsNotTakenForItsOwn() throws Exception {
        try (FlinkStub another = new FlinkStub()) {
            another.add("a", "arketic-ingest", "RUNNING");
            another.add("b", "arketic-reindex", "RUNNING");
            StackSettings settings = StackSettings.of(
                    home,
                    Map.of(
                            "ARKETIC_HOME",
                            home.resolve("state").toString(),
                            "ARKETIC_PORT_FLINK",
                            "" + another.port()));
            ByteArrayOutputStream shown = new ByteArrayOutputStream();
            int status = StatusCommand.show(
                    new Stack(new Checkout(home), settings, new LocalStack(settings)),
                    new Terminal(new PrintStream(shown, true, StandardCharsets.UTF_8), false, InstantSource.system()));
            assertThat(status).isEqualTo(ExitStatus.FAILED);
            assertThat(shown.toString(StandardCharsets.UTF_8))
                    .contains("The stack is stopped")
                    .doesNotContain("running");
        }
    }
}
