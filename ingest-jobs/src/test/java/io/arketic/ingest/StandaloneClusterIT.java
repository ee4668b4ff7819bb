package io.arketic.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.ingest.object.ObjectStore;
import io.arketic.services.Fixtures;
import io.arketic.services.FlinkCluster;
import io.arketic.services.FlinkRest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests the job jar on a cluster of processes: only it shows class loaders, native libraries and kills. */
@TestInstance(Lifecycle.PER_CLASS)
class StandaloneClusterIT {

    private static final String MAIN = "io.arketic.ingest.IngestJob";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private Testbed bed;
    private FlinkCluster cluster;
    private String jar;

    @BeforeAll
    void start() throws Exception {
        bed = new Testbed();
        try (ObjectStore store = new ObjectStore(bed.settings().store())) {
            store.makeBucket(bed.bucket());
        }
        cluster = Fixtures.flink(bed.environment());
        Path built = Testbed.root().resolve("ingest-jobs/target/arketic-ingest-jobs.jar");
        jar = cluster.rest().upload(built);
    }

    @AfterAll
    void stop() throws Exception {
        cluster.close();
        bed.close();
    }

    /**
     * Twenty copies of the job's classes and models would not fit into the TaskManager's metaspace and memory: it survives
     * only if each submission gives back what it took.
     */
    @Test
    void twentySubmissionsLeaveNothingBehind() throws Exception {
        long taskManager = cluster.taskManagerPid();
        for (int i = 1; i <= 20; i++) {
            String job = cluster.rest().run(jar, MAIN, List.of());
            String key = bed.key("submission-" + i + ".txt");
            bed.put(key, "Submission number " + i + " was here.");
            new Deadline(PATIENCE).await(key, () -> bed.states(key), List.of("indexed")::equals);
            assertThat(cluster.rest().failure(job)).isEmpty();
            cancel(job);
        }

        assertThat(cluster.taskManagerPid()).isEqualTo(taskManager);
        assertThat(ProcessHandle.of(taskManager))
                .hasValueSatisfying(process -> assertThat(process.isAlive()).isTrue());
        new Deadline(PATIENCE)
                .await(
                        "parser processes ended",
                        () -> ProcessHandle.of(taskManager)
                                .orElseThrow()
                                .children()
                                .count(),
                        children -> children == 0);
    }

    @Test
    void aKilledTaskManagerLosesNothing() throws Exception {
        String job = cluster.rest().run(jar, MAIN, List.of());
        for (int i = 0; i < 20; i++) {
            bed.put(bed.key("killed/" + i + ".txt"), "File " + i + " survives the kill. ".repeat(30));
        }
        new Deadline(PATIENCE).await("some", this::indexed, count -> count >= 3);

        cluster.killTaskManager();
        cluster.startTaskManager();

        new Deadline(PATIENCE).await("all", this::indexed, count -> count == 20);
        for (int i = 0; i < 20; i++) {
            assertThat(bed.documentVersion(bed.key("killed/" + i + ".txt"))).isEqualTo(1);
        }
        assertThat(log()).as("after checkpoints").doesNotContain("Name collision");
        cancel(job);
    }

    @Test
    void aBoundedRunEndsByItself() throws Exception {
        String key = bed.key("bounded.txt");
        bed.put(key, "A bounded run ends.");

        String job = cluster.rest().run(jar, MAIN, List.of("--bounded"));

        cluster.rest().await(job, done -> done.state().equals("FINISHED"), PATIENCE);
        assertThat(bed.states(key)).containsExactly("indexed");
        new Deadline(PATIENCE).await("no directory is left", this::scratch, List.of()::equals);
        assertThat(log()).doesNotContain("NoClassDefFoundError").doesNotContain("Name collision");
    }

    private String log() throws IOException {
        return Files.readString(cluster.logs().resolve("taskmanager-1.log"));
    }

    /** Lists what jobs create and remove in the TaskManager's temporary directory. */
    private List<String> scratch() throws IOException {
        try (Stream<Path> left = Files.list(cluster.temporary())) {
            return left.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("arketic-(fork|ingest)-.*"))
                    .toList();
        }
    }

    private long indexed() throws Exception {
        return bed.ledger().stream()
                .filter(row -> row.key().contains("/killed/") && row.state().equals("indexed"))
                .count();
    }

    private void cancel(String job) throws Exception {
        cluster.rest().cancel(job);
        cluster.rest().await(job, FlinkRest.Job::isTerminal, PATIENCE);
    }
}
