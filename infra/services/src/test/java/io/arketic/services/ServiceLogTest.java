package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceLogTest {

    @Test
    void aLogIsCutWhileItsProcessGoesOnWriting(@TempDir Path directory) throws Exception {
        ServiceLog log = new ServiceLog(directory.resolve("writer.log"));
        var writer = new ProcessBuilder("sh", "-c", "while read -r line; do echo \"$line\"; done")
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()))
                .start();
        try (var input = writer.outputWriter()) {
            input.write("before\n");
            input.flush();
            assertThat(ServiceProcess.await(() -> log.file().toFile().length() == 7, Duration.ofMinutes(1)))
                    .isTrue();
            log.limit(7);
            assertThat(log.file()).hasContent("before");
            log.limit(6);
            assertThat(log.file()).hasContent("");
            input.write("after\n");
        }
        assertThat(writer.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(log.file())).isEqualTo("after\n");
        assertThat(log.earlier()).hasContent("before");
    }

    @Test
    void withoutALogThereIsNothingToCut(@TempDir Path directory) throws Exception {
        ServiceLog log = ServiceLog.of(directory, "none");
        log.limit();
        assertThat(log.file()).doesNotExist();
        assertThat(log.tail()).contains("cannot be read");
    }
}
