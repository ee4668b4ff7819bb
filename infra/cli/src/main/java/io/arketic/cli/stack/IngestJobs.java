package io.arketic.cli.stack;

import io.arketic.cli.terminal.BoundedRun;
import io.arketic.cli.terminal.Checkout;
import io.arketic.services.FlinkRest;
import io.arketic.services.FlinkRest.Job;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Manages the product's jobs on the stack's Flink cluster. */
public final class IngestJobs {

    private final FlinkRest flink;
    private final StreamingJob ingest;
    private final StreamingJob reindex;

    /**
     * @param environment of the JobManager
     * @param directory of the stack; what was submitted last is noted there
     */
    IngestJobs(FlinkRest flink, Checkout checkout, Map<String, String> environment, Path directory) {
        Path jar = checkout.root().resolve("ingest-jobs/target/arketic-ingest-jobs.jar");
        this.flink = flink;
        this.ingest = new StreamingJob(
                flink,
                jar,
                environment,
                "io.arketic.ingest.IngestJob",
                "arketic-ingest",
                directory.resolve("ingest-job"));
        this.reindex = new StreamingJob(
                flink,
                jar,
                environment,
                "io.arketic.ingest.ReindexJob",
                "arketic-reindex",
                directory.resolve("reindex-job"));
    }

    /** Returns the job that reads dropped files. */
    StreamingJob ingest() {
        return ingest;
    }

    /** Returns the job that fills generations beside the live ones. */
    StreamingJob reindex() {
        return reindex;
    }

    /**
     * Runs the ingest job over the bucket's present content; returns once it has finished. It cancels the job when the
     * time ends, the thread is interrupted or this JVM is asked to end.
     */
    public Job runBounded(Duration within) throws InterruptedException {
        return new BoundedRun(flink).run(() -> ingest.submit(List.of("--bounded")), within);
    }
}
