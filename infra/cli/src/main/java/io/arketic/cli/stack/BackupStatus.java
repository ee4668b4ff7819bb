package io.arketic.cli.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.services.StackSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what became of the last runs, for {@code status}, {@code doctor} and the metrics. It holds no secrets, but names of
 * users' files that could not be copied, not encrypted; only the owner may read it.
 */
public final class BackupStatus {

    /** Is the age from which the last copy of the objects is late. */
    public static final Duration LATE_OBJECTS = Duration.ofMinutes(10);

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
     * @param unreadable number of objects that the last successful run could not copy
     * @param examples some of them, each with the reason
     */
    public record Run(
            Instant ended,
            @Nullable Instant succeeded,
            Duration took,
            long bytes,
            String failure,
            int unreadable,
            List<String> examples) {

        public Run {
            examples = List.copyOf(examples);
        }
    }

    private static final int EXAMPLES = 10;

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final Path file;

    private BackupStatus(Path repository) {
        this.directory = repository;
        this.file = repository.resolve("status.json");
    }

    public static BackupStatus of(StackSettings settings) {
        return new BackupStatus(settings.backupRepository());
    }

    /** Returns the last run of each work that ran. */
    public Map<Work, Run> runs() throws IOException {
        Map<Work, Run> runs = new EnumMap<>(Work.class);
        ObjectNode all = all();
        for (Work work : Work.values()) {
            JsonNode run = all.path(work.name().toLowerCase(Locale.ROOT));
            if (run.isObject()) {
                runs.put(work, run(run));
            }
        }
        return runs;
    }

    private static Run run(JsonNode run) {
        List<String> examples = new ArrayList<>();
        run.path("examples").forEach(example -> examples.add(example.asText()));
        return new Run(
                Instant.parse(run.path("ended").asText()),
                run.hasNonNull("succeeded")
                        ? Instant.parse(run.path("succeeded").asText())
                        : null,
                Duration.ofMillis(run.path("took_ms").asLong()),
                run.path("bytes").asLong(),
                run.path("failure").asText(),
                run.path("unreadable").asInt(),
                examples);
    }

    private ObjectNode all() throws IOException {
        return Files.exists(file) ? (ObjectNode) JSON.readTree(Files.readAllBytes(file)) : JSON.createObjectNode();
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

    /**
     * Records a run that succeeded.
     *
     * @param unreadable objects that it could not copy
     */
    public void succeeded(Work work, Duration took, long bytes, List<String> unreadable) throws IOException {
        Instant now = Instant.now();
        write(
                work,
                last -> new Run(
                        now,
                        now,
                        took,
                        bytes,
                        "",
                        unreadable.size(),
                        unreadable.stream().limit(EXAMPLES).toList()));
    }

    /** Records a run that failed, beside the time of the last that succeeded. */
    public void failed(Work work, Duration took, String failure) throws IOException {
        Instant now = Instant.now();
        write(
                work,
                last -> last == null
                        ? new Run(now, null, took, 0, failure, 0, List.of())
                        : new Run(
                                now,
                                last.succeeded(),
                                took,
                                last.bytes(),
                                failure,
                                last.unreadable(),
                                last.examples()));
    }

    /** Changes one run; other processes change others meanwhile. The file is on the disk when this returns. */
    private void write(Work work, UnaryOperator<@Nullable Run> next) throws IOException {
        if (!Files.isDirectory(directory)) {
            // The disk may be missing, and this would be another.
            throw new NoSuchFileException(directory.toString());
        }
        try (FileChannel lock = FileChannel.open(
                        directory.resolve("status.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = lock.lock()) {
            ObjectNode all = all();
            Run run = Objects.requireNonNull(next.apply(runs().get(work)));
            ObjectNode made = all.putObject(work.name().toLowerCase(Locale.ROOT))
                    .put("ended", run.ended().toString())
                    .put(
                            "succeeded",
                            run.succeeded() == null ? null : run.succeeded().toString())
                    .put("took_ms", run.took().toMillis())
                    .put("bytes", run.bytes())
                    .put("failure", run.failure())
                    .put("unreadable", run.unreadable());
            run.examples().forEach(made.withArray("examples")::add);
            Path draft = file.resolveSibling("status.json.new");
            Files.deleteIfExists(draft);
            try (FileChannel out = FileChannel.open(
                    draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
                ByteBuffer bytes =
                        ByteBuffer.wrap(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(all));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
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
        metric(text, runs, "unreadable_objects", run -> run.unreadable());
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
