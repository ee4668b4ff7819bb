package io.arketic.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.cli.FlinkStub;
import io.arketic.cli.terminal.BoundedRun;
import io.arketic.cli.terminal.Checkout;
import io.arketic.services.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IngestJobsTest {

    @TempDir
    private Path root;

    private FlinkStub flink;
    private IngestJobs jobs;

    @BeforeEach
    void start() throws IOException {
        flink = new FlinkStub();
        Path jar = root.resolve("ingest-jobs/target/arketic-ingest-jobs.jar");
        Files.createDirectories(jar.getParent());
        Files.writeString(jar, "a build");
        jobs = jobs(Map.of("ARKETIC_OCR_LANGUAGES", "eng"));
    }

    private IngestJobs jobs(Map<String, String> environment) {
        return new IngestJobs(flink.rest(), new Checkout(root), environment, root);
    }

    @AfterEach
    void stop() {
        flink.close();
    }

    @Test
    void theJobOfThisBuildIsSubmittedOnce() throws Exception {
        assertThat(jobs.ingest().ensure()).isTrue();
        assertThat(jobs.ingest().ensure()).isFalse();
        assertThat(flink.states()).isEqualTo(Map.of("submitted", "RUNNING"));
    }

    /** A job reads its settings when it is submitted, and Flink restores it with them. */
    @Test
    void otherSettingsReachTheJob() throws Exception {
        jobs.ingest().ensure();
        IngestJobs changed = jobs(Map.of("ARKETIC_OCR_LANGUAGES", "deu"));
        assertThat(changed.ingest().ensure()).isTrue();
        assertThat(changed.ingest().ensure()).isFalse();
    }

    @Test
    void everyStreamingJobButTheNotedOneIsEnded() throws Exception {
        jobs.ingest().ensure();
        flink.add("before", "arketic-ingest", "RUNNING");
        flink.add("zombie", "arketic-ingest", "RESTARTING");
        flink.add("bounded", "arketic-ingest-bounded", "RUNNING");
        assertThat(jobs.ingest().ensure()).isFalse();
        assertThat(flink.states())
                .isEqualTo(Map.of(
                        "submitted", "RUNNING", "before", "CANCELED", "zombie", "CANCELED", "bounded", "RUNNING"));
    }

    @Test
    void theReindexJobRunsBesideTheIngestJob() throws Exception {
        flink.add("ingest", "arketic-ingest", "RUNNING");
        assertThat(jobs.reindex().ensure()).isTrue();
        assertThat(jobs.reindex().ensure()).isFalse();
        assertThat(flink.states()).isEqualTo(Map.of("ingest", "RUNNING", "submitted", "RUNNING"));
    }

    @Test
    void aBoundedRunThatTakesTooLongIsCancelled() {
        assertThatExceptionOfType(ServiceException.class).isThrownBy(() -> jobs.runBounded(Duration.ZERO));
        assertThat(flink.states()).containsEntry("submitted", "CANCELED");
    }

    @Test
    void aBoundedRunThatIsInterruptedIsCancelled() {
        flink.add("bounded", "arketic-ingest-bounded", "RUNNING");
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> new BoundedRun(flink.rest())
                        .run(
                                () -> {
                                    Thread.currentThread().interrupt();
                                    return "bounded";
                                },
                                Duration.ofMinutes(1)));
        assertThat(flink.states()).containsEntry("bounded", "CANCELED");
    }
}
