package io.arketic.cli.stack;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.services.FlinkRest;
import java.time.Duration;

/**
 * Sums what Flink says about the running jobs.
 *
 * @param restarts of the jobs since they were submitted
 * @param failedCheckpoints since the JobManager leads
 * @param longestCheckpoint of those it remembers
 */
public record JobHealth(long restarts, long failedCheckpoints, Duration longestCheckpoint) {

    public static JobHealth of(Stack stack) throws InterruptedException {
        FlinkRest flink = stack.flink();
        long restarts = 0;
        long failed = 0;
        long longest = 0;
        for (FlinkRest.Job job : flink.jobs()) {
            if (!job.isTerminal()) {
                String path = "/jobs/" + job.id();
                restarts += flink.get(path + "/metrics?get=numRestarts")
                        .path(0)
                        .path("value")
                        .asLong();
                JsonNode checkpoints = flink.get(path + "/checkpoints");
                failed += checkpoints.path("counts").path("failed").asLong();
                longest = Math.max(
                        longest,
                        checkpoints
                                .path("summary")
                                .path("end_to_end_duration")
                                .path("max")
                                .asLong());
            }
        }
        return new JobHealth(restarts, failed, Duration.ofMillis(longest));
    }

    public long restartsSince(JobHealth before) {
        return restarts - before.restarts;
    }

    public long failedCheckpointsSince(JobHealth before) {
        return failedCheckpoints - before.failedCheckpoints;
    }
}
