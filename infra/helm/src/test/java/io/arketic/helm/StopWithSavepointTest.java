package io.arketic.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code stop-with-savepoint.sh} of the image beside a script that answers as Flink does. */
class StopWithSavepointTest {

    private static final String RUNNING = "{\"jobs\":[{\"id\":\"0a1b\",\"status\":\"RUNNING\"}]}";

    @TempDir
    Path directory;

    @Test
    void itPrintsTheAddressOnceFlinkHasWrittenIt() throws Exception {
        answers(RUNNING, "{\"status\":{\"id\":\"COMPLETED\"},\"operation\":{\"location\":\"s3://state/savepoint-1\"}}");

        Process stop = stop();

        assertThat(output(stop)).isEqualTo("s3://state/savepoint-1\n");
        assertThat(stop.exitValue()).isZero();
        assertThat(Files.readAllLines(directory.resolve("asked")))
                .containsExactly(
                        "localhost /jobs",
                        "localhost /jobs/0a1b/stop {\"drain\": false}",
                        "localhost /jobs/0a1b/savepoints/77",
                        "localhost /jobs/0a1b/savepoints/77");
    }

    @Test
    void aJobThatDoesNotRunIsSaid() throws Exception {
        answers("{\"jobs\":[{\"id\":\"0a1b\",\"status\":\"RESTARTING\"}]}", "{}");

        Process stop = stop();

        assertThat(output(stop)).isEqualTo("No job runs here.\n");
        assertThat(stop.exitValue()).isEqualTo(1);
    }

    @Test
    void aSavepointThatWasNotWrittenIsSaidWithItsCause() throws Exception {
        answers(
                RUNNING,
                "{\"status\":{\"id\":\"COMPLETED\"},\"operation\":{\"failure-cause\":{\"class\":\"IOException\"}}}");

        Process stop = stop();

        assertThat(output(stop))
                .startsWith("No savepoint was written, and the job goes on")
                .contains("IOException");
        assertThat(stop.exitValue()).isEqualTo(1);
    }

    @Test
    void anAnswerWithoutAStatusEndsIt() throws Exception {
        answers(RUNNING, "{\"errors\":[\"unknown\"]}");

        Process stop = stop();

        assertThat(output(stop)).contains("does not say what became of the savepoint", "unknown");
        assertThat(stop.exitValue()).isEqualTo(1);
    }

    /** Answers the second look at the savepoint with {@code end}; at the first it is in progress. */
    private void answers(String jobs, String end) throws IOException {
        script("flink-answers.sh", """
                #!/usr/bin/env bash
                cd "$(dirname "$0")"
                echo "$*" >>asked
                case $2 in
                    /jobs) echo '%s' ;;
                    */stop) echo '{"request-id":"77"}' ;;
                    *) if [ -e looked ]; then echo '%s'; else touch looked; echo '{"status":{"id":"IN_PROGRESS"}}'; fi ;;
                esac
                """.formatted(jobs, end));
        script(
                "stop-with-savepoint.sh",
                Files.readString(Chart.ROOT.resolve("infra/images/flink/stop-with-savepoint.sh")));
    }

    private void script(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private Process stop() throws IOException {
        return new ProcessBuilder(directory.resolve("stop-with-savepoint.sh").toString())
                .redirectErrorStream(true)
                .start();
    }

    private static String output(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
