package io.arketic.cli.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.services.StackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keeps what became of the last runs, for {@code status}, {@code doctor} and the metrics. It holds no secrets. */
public final class BackupStatus {

    /** Names what runs. */
    public enum Work {
        FULL,
        INCREMENTAL,
        OBJECTS,
        VERIFICATION
    }

    /**
     * Describes the last run of a work.
     *
     * @param succeeded time of the last run that succeeded; null if none did
     * @param failure of the last run; empty if it succeeded
     * @param bytes that the last successful run wrote or checked
     */
    public record Run(Instant ended, @Nullable Instant succeeded, Duration took, long bytes, String failure) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    private BackupStatus(Path repository) {
        this.file = repository.resolve("status.json");
    }

    public static BackupStatus of(StackSettings settings) {
        return new BackupStatus(settings.backupRepository());
    }

    /** Returns the last run of each work that ran. */
    public Map<Work, Run> runs() throws IOException {
        Map<Work, Run> runs = new EnumMap<>(Work.class);
        if (Files.exists(file)) {
            JsonNode all = JSON.readTree(Files.readAllBytes(file));
            for (Work work : Work.values()) {
                JsonNode run = all.path(work.name().toLowerCase(Locale.ROOT));
                if (run.isObject()) {
                    runs.put(
                            work,
                            new Run(
                                    Instant.parse(run.path("ended").asText()),
                                    run.hasNonNull("succeeded")
                                            ? Instant.parse(
                                                    run.path("succeeded").asText())
                                            : null,
                                    Duration.ofMillis(run.path("took_ms").asLong()),
                                    run.path("bytes").asLong(),
                                    run.path("failure").asText()));
                }
            }
        }
        return runs;
    }

    /** Returns the time of the last successful backup of the database. */
    public Optional<Instant> backedUp() throws IOException {
        Map<Work, Run> runs = runs();
        return Stream.of(Work.FULL, Work.INCREMENTAL)
                .map(runs::get)
                .filter(run -> run != null && run.succeeded() != null)
                .map(Run::succeeded)
                .max(Instant::compareTo);
    }

    /** Records a run that succeeded. */
    public void succeeded(Work work, Duration took, long bytes) throws IOException {
        write(work, took, bytes, Instant.now(), "");
    }

    /** Records a run that failed, beside the time of the last that succeeded. */
    public void failed(Work work, Duration took, String failure) throws IOException {
        Run last = runs().get(work);
        write(work, took, last == null ? 0 : last.bytes(), last == null ? null : last.succeeded(), failure);
    }

    private void write(Work work, Duration took, long bytes, @Nullable Instant succeeded, String failure)
            throws IOException {
        ObjectNode all =
                Files.exists(file) ? (ObjectNode) JSON.readTree(Files.readAllBytes(file)) : JSON.createObjectNode();
        all.putObject(work.name().toLowerCase(Locale.ROOT))
                .put("ended", Instant.now().toString())
                .put("succeeded", succeeded == null ? null : succeeded.toString())
                .put("took_ms", took.toMillis())
                .put("bytes", bytes)
                .put("failure", failure);
        Files.createDirectories(file.getParent());
        Path draft = file.resolveSibling("status.json.new");
        Files.write(draft, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(all));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Returns the runs in Prometheus' text format. */
    public String metrics() throws IOException {
        var text = new StringBuilder();
        Map<Work, Run> runs = runs();
        metric(text, runs, "last_success_timestamp_seconds", run -> seconds(run.succeeded()));
        metric(text, runs, "last_run_timestamp_seconds", run -> seconds(run.ended()));
        metric(text, runs, "last_duration_seconds", run -> run.took().toMillis() / 1000.0);
        metric(text, runs, "last_size_bytes", run -> run.bytes());
        metric(text, runs, "last_result", run -> run.failure().isEmpty() ? 1 : 0);
        return text.toString();
    }

    private interface Value {
        double of(Run run);
    }

    private static double seconds(@Nullable Instant time) {
        return time == null ? 0 : time.toEpochMilli() / 1000.0;
    }

    private static void metric(StringBuilder text, Map<Work, Run> runs, String name, Value value) {
        String metric = "arketic_backup_" + name;
        text.append("# TYPE ").append(metric).append(" gauge\n");
        runs.forEach((work, run) -> text.append(metric)
                .append("{work=\"")
                .append(work.name().toLowerCase(Locale.ROOT))
                .append("\"} ")
                .append(String.format(Locale.ROOT, "%.3f", value.of(run)))
                .append('\n'));
    }
}
