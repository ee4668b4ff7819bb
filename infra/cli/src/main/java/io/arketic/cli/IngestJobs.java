package io.arketic.cli;

import io.arketic.services.FlinkRest;
import io.arketic.services.FlinkRest.Job;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The ingest job on the stack's Flink cluster. */
final class IngestJobs {

    private static final String MAIN_CLASS = "io.arketic.ingest.IngestJob";
    private static final String STREAMING = "arketic-ingest";
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);

    private final FlinkRest flink;
    private final Path jar;
    private final Path submission;

    /** @param directory of the stack; what was submitted last is noted there */
    IngestJobs(FlinkRest flink, Checkout checkout, Path directory) {
        this.flink = flink;
        this.submission = directory.resolve("ingest-job");
        this.jar = checkout.root().resolve("ingest-jobs/target/arketic-ingest-jobs.jar");
    }

    /** The streaming job, when one has been submitted and not ended. */
    Optional<Job> streaming() throws InterruptedException {
        return allStreaming().stream().findFirst();
    }

    /**
     * Leaves one streaming job, the one of this build, and returns once it runs: submits it where there is none, and ends
     * every other. What an ended job had under way is taken up again, as the ledger does not know its end. Two calls at
     * once would not see each other's job, so it is called under the stack's lock.
     *
     * @return whether it had to be submitted
     */
    boolean ensureStreaming() throws IOException, InterruptedException {
        String build = digest();
        String noted = submitted();
        Optional<Job> wanted = Optional.empty();
        for (Job job : allStreaming()) {
            if (noted.equals(job.id() + " " + build)) {
                wanted = Optional.of(job);
            } else {
                flink.cancel(job.id());
                flink.await(job.id(), Job::isTerminal, STARTS_WITHIN);
            }
        }
        if (wanted.isPresent()) {
            flink.await(wanted.get().id(), job -> job.state().equals("RUNNING"), STARTS_WITHIN);
            return false;
        }
        String id = submit(List.of());
        Files.writeString(submission, id + " " + build);
        flink.await(id, job -> job.state().equals("RUNNING"), STARTS_WITHIN);
        return true;
    }

    /**
     * Runs the job over what the bucket holds now; returns once it has finished. Cancels it when the time runs out, the
     * thread is interrupted or this JVM is asked to end.
     */
    Job runBounded(Duration within) throws InterruptedException {
        return new BoundedRun(flink).run(() -> submit(List.of("--bounded")), within);
    }

    private List<Job> allStreaming() throws InterruptedException {
        return flink.jobs().stream()
                .filter(job -> job.name().equals(STREAMING) && !job.isTerminal())
                .toList();
    }

    /** Job and build of the last submission. */
    private String submitted() throws IOException {
        return Files.exists(submission) ? Files.readString(submission) : "";
    }

    private String digest() throws IOException {
        try (var in = new DigestInputStream(Files.newInputStream(jar), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
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
