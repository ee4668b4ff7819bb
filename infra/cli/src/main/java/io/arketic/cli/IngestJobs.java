package io.arketic.cli;

import io.arketic.services.FlinkRest;
import io.arketic.services.FlinkRest.Job;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The ingest job on the stack's Flink cluster. */
final class IngestJobs {

    private static final String MAIN_CLASS = "io.arketic.ingest.IngestJob";
    private static final String STREAMING = "arketic-ingest";
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);

    private final FlinkRest flink;
    private final Path jar;

    IngestJobs(FlinkRest flink, Checkout checkout) {
        this.flink = flink;
        this.jar = checkout.root().resolve("ingest-jobs/target/arketic-ingest-jobs.jar");
    }

    /** The streaming job, when one has been submitted and not ended. */
    Optional<Job> streaming() throws InterruptedException {
        return flink.jobs().stream()
                .filter(job -> job.name().equals(STREAMING) && !job.isTerminal())
                .findFirst();
    }

    /**
     * Submits the streaming job where there is none; returns once it runs.
     *
     * @return whether it had to be submitted
     */
    boolean ensureStreaming() throws InterruptedException {
        Optional<Job> known = streaming();
        String id = known.isPresent() ? known.get().id() : submit(List.of());
        flink.await(id, job -> job.state().equals("RUNNING"), STARTS_WITHIN);
        return known.isEmpty();
    }

    /** Runs the job over what the bucket holds now; returns once it has finished. */
    Job runBounded(Duration within) throws InterruptedException {
        String id = submit(List.of("--bounded"));
        return flink.await(id, job -> job.state().equals("FINISHED"), within);
    }

    private String submit(List<String> arguments) throws InterruptedException {
        String uploaded = flink.upload(jar);
        try {
            return flink.run(uploaded, MAIN_CLASS, arguments);
        } finally {
            flink.deleteJar(uploaded);
        }
    }
}
