package io.arketic.services;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Holds the optional parts of a stack. The next {@code up} starts the same ones, until others are chosen. */
public record StackOptions(Set<String> chosen) {

    public static final String BACKUP = "backup";
    public static final String MONITORING = "monitoring";

    /** Is the option of a second PostgreSQL server, which takes over from the first. */
    public static final String REPLICA = "replica";

    /** Is the option of a database that is restored beside a stack: its log waits until the stack archives it. */
    static final String KEPT_LOG = "kept-log";

    private static final String BACKUP_SCHEDULE = "io.arketic.cli.backup.BackupSchedule";

    /** Lists the names of all optional programs, also of those that were not chosen. */
    private static final List<String> PROGRAMS = List.of("backup", "alertmanager", "prometheus");

    public StackOptions {
        chosen = Set.copyOf(chosen);
    }

    /** Returns the choice of the last start. */
    public static StackOptions of(Path state) {
        Path file = file(state);
        try {
            return new StackOptions(
                    Files.exists(file)
                            ? Stream.of(Files.readString(file).strip().split(",", -1))
                                    .filter(option -> !option.isEmpty())
                                    .collect(Collectors.toSet())
                            : Set.of());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    /** Keeps the choice for this and later starts. */
    public void save(Path state) throws IOException {
        Files.createDirectories(state);
        Files.writeString(file(state), names());
    }

    String names() {
        return String.join(",", new TreeSet<>(chosen));
    }

    private static Path file(Path state) {
        return state.resolve("options");
    }

    static List<Component> components(StackSettings settings) {
        List<Component> programs = new ArrayList<>();
        if (settings.backsUp()) {
            int port = settings.backupPort().number();
            programs.add(new Program(
                    "backup",
                    List.of(settings.backupPort()),
                    settings.directory().resolve("backup"),
                    Map.of(),
                    List.of(
                            JavaProgram.java(),
                            "-Xmx512m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Darketic.root=" + settings.root(),
                            "-cp",
                            Supervisor.classPath(),
                            BACKUP_SCHEDULE,
                            String.valueOf(port)),
                    settings.environment(),
                    URI.create("http://127.0.0.1:" + port + "/metrics")));
        }
        if (settings.isMonitored()) {
            programs.addAll(Monitoring.programs(settings));
        }
        return programs;
    }

    /** Stops optional programs that are no longer chosen. */
    static void stopOthers(StackSettings settings) throws InterruptedException {
        List<String> wanted = components(settings).stream().map(Component::name).toList();
        for (String name : PROGRAMS) {
            if (!wanted.contains(name)) {
                ServiceProcess.stop(
                        new Program(
                                name, List.of(), settings.directory(), Map.of(), List.of(), Map.of(), settings.api()),
                        settings.directory());
            }
        }
    }

    /**
     * Describes a program that a stack runs only where it was asked for.
     *
     * @param directory its own, holds the files
     * @param files contents by the path below the directory; written at each start
     * @param health answers with 200 once the program serves
     */
    record Program(
            String name,
            List<Port> ports,
            Path directory,
            Map<String, String> files,
            List<String> command,
            Map<String, String> environment,
            URI health)
            implements Component {

        Program {
            files = new TreeMap<>(files);
            environment = new TreeMap<>(environment);
        }

        @Override
        public void prepare() throws IOException {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = directory.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                // A configuration may hold a secret, such as the address of a webhook.
                Secrets.writeOwnerOnly(path, file.getValue());
            }
            Files.createDirectories(directory);
        }

        @Override
        public boolean isReady() throws IOException, InterruptedException {
            return Http.get(health).statusCode() == 200;
        }
    }
}
