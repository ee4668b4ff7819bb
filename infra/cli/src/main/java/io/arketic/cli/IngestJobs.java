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
        return flink.jobs().stream()
                .filter(job -> job.name().equals(STREAMING) && !job.isTerminal())
                .findFirst();
    }

    /**
     * Submits the streaming job where there is none, and in place of one of another build; returns once it runs. What a
     * replaced job had under way is taken up again, as the ledger does not know its end.
     *
     * @return whether it had to be submitted
     */
    boolean ensureStreaming() throws IOException, InterruptedException {
        Optional<Job> known = streaming();
        String build = digest();
        if (known.isPresent() && (known.get().id() + " " + build).equals(submitted())) {
            flink.await(known.get().id(), job -> job.state().equals("RUNNING"), STARTS_WITHIN);
            return false;
        }
        if (known.isPresent()) {
            flink.cancel(known.get().id());
            flink.await(known.get().id(), Job::isTerminal, STARTS_WITHIN);
        }
        String id = submit(List.of());
        Files.writeString(submission, id + " " + build);
        flink.await(id, job -> job.state().equals("RUNNING"), STARTS_WITHIN);
        return true;
    }

    /** Runs the job over what the bucket holds now; returns once it has finished. */
    Job runBounded(Duration within) throws InterruptedException {
        String id = submit(List.of("--bounded"));
        return flink.await(id, job -> job.state().equals("FINISHED"), within);
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
