package io.arketic.cli.stack;

import io.arketic.services.FlinkRest;
import io.arketic.services.FlinkRest.Job;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Describes a job of the product that runs permanently on the stack's Flink cluster.
 *
 * @param environment of the JobManager's process, where the job reads its settings once
 * @param name as the job calls itself
 * @param submission notes what was submitted last
 */
record StreamingJob(
        FlinkRest flink, Path jar, Map<String, String> environment, String mainClass, String name, Path submission) {

    private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);

    /** Returns the job if one has been submitted and not ended. */
    Optional<Job> running() throws InterruptedException {
        return all().stream().findFirst();
    }

    /**
     * Ensures that exactly one job runs, that of this build and these settings: submits it if there is none, and ends every
     * other. The new job continues the unfinished work of an ended one, because the database does not know its end. Two
     * calls at once would not see each other's job, so call it under the stack's lock.
     *
     * @return whether it had to be submitted
     */
    boolean ensure() throws IOException, InterruptedException {
        String build = digest();
        String noted = Files.exists(submission) ? Files.readString(submission) : "";
        Optional<Job> wanted = Optional.empty();
        for (Job job : all()) {
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

    /** Returns the identifier of a new job as soon as Flink has accepted it. */
    String submit(List<String> arguments) throws InterruptedException {
        String uploaded = flink.upload(jar);
        try {
            return flink.run(uploaded, mainClass, arguments);
        } finally {
            flink.deleteJar(uploaded);
        }
    }

    private List<Job> all() throws InterruptedException {
        return flink.jobs().stream()
                .filter(job -> job.name().equals(name) && !job.isTerminal())
                .toList();
    }

    /** Returns the digest of the jar and of the settings, which may hold secrets. */
    private String digest() throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (var in = new DigestInputStream(Files.newInputStream(jar), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            digest.update(new TreeMap<>(environment).toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
