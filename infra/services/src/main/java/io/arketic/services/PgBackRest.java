package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Runs pgBackRest over the stack's own PostgreSQL: as the server's user, with an encrypted repository in a directory. Each
 * call gets its settings and the key in its environment, so that a call that only reads writes no file. Only the server's
 * own calls read a file: {@link #prepareArchive} writes it for the archive, {@link #restore} for the replay of the log.
 */
public final class PgBackRest {

    /** Names the cluster in the repository. */
    private static final String STANZA = "arketic";

    /** Bounds what a crash of the machine can cost: a segment that has something in it goes out after this time. */
    private static final int SECONDS_TO_ARCHIVE = 30;

    /** Is the space below which the disk of the repository counts as full. */
    private static final long LEAST_FREE = 32 << 20;

    /** Holds the exit status and what was said on both streams. */
    public record Result(int status, String output) {

        /** Returns the output of a call that succeeded. */
        public String orFail(String what) {
            if (status != 0) {
                throw new ServiceException(Reason.REFUSED, what + " failed: " + output.strip());
            }
            return output;
        }
    }

    private final StackComponents components;
    private final StackSettings settings;

    private PgBackRest(StackSettings settings, StackComponents components) {
        this.settings = settings;
        this.components = components;
    }

    /** Sends no request and writes no file. */
    public static PgBackRest of(StackSettings settings) {
        return new PgBackRest(settings, StackComponents.of(settings));
    }

    /**
     * Returns the lines that make PostgreSQL archive its log; the configuration is there before the server starts.
     *
     * @param server the directory of the server, which may be one of two
     */
    static String archiving(StackSettings settings, Path server) {
        String command = "pgbackrest --config=\"" + configuration(settings) + "\" --stanza=" + STANZA + " --pg1-path=\""
                + server.resolve("data") + "\" archive-push \"%p\"";
        return "archive_mode = on\narchive_timeout = " + SECONDS_TO_ARCHIVE + "s\narchive_command = '"
                + command.replace("'", "''") + "'\n";
    }

    /** Returns the lines that make PostgreSQL keep its log until a later start archives it. */
    static String keeping() {
        return "archive_mode = on\narchive_command = ''\n";
    }

    private static Path directory(StackSettings settings) {
        return settings.directory().resolve("backup");
    }

    private static Path configuration(StackSettings settings) {
        return directory(settings).resolve("pgbackrest.conf");
    }

    /** Returns the directory of the database's backups and of its archive. */
    private Path repository() {
        return settings.backupRepository().resolve("postgresql");
    }

    /** Writes the configuration that the server archives with. */
    public void prepareArchive() {
        new StackDirectory(settings.directory()).claim();
        try {
            configure(settings, configuration(settings), components.postgres());
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot use " + configuration(settings), e);
        }
    }

    /**
     * Makes the repository on first use. One that was there before is not made again: its disk may be missing, and the
     * backups would fill another.
     */
    public void prepareRepository() {
        try {
            boolean made = wasMade();
            if (made && !Files.isDirectory(repository())) {
                throw new ServiceException(Reason.SYSTEM, missing());
            }
            giveToServer(repository());
            if (!made) {
                Files.createDirectories(directory(settings));
                Files.writeString(known(), repository().toString());
            }
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "cannot make the repository " + repository() + ": " + e, e);
        }
    }

    /** Returns whether {@link #prepareRepository} has made this repository before. */
    public boolean wasMade() throws IOException {
        return Files.exists(known())
                && Files.readString(known()).equals(repository().toString());
    }

    /** Returns the file that names the repository that was made. */
    private Path known() {
        return directory(settings).resolve("repository");
    }

    /** Lets the next {@link #prepareRepository} make a repository where one was before. */
    public void beginRepository() {
        try {
            Files.deleteIfExists(known());
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot use " + directory(settings), e);
        }
    }

    /** Returns why no backup can be written now; empty if the repository is there and its disk has room. */
    public Optional<String> problem() {
        if (!Files.isDirectory(repository())) {
            return Optional.of(missing());
        }
        if (!Files.isWritable(repository())) {
            return Optional.of("the repository " + repository() + " cannot be written");
        }
        try {
            long free = Files.getFileStore(repository()).getUsableSpace();
            return free < LEAST_FREE
                    ? Optional.of("the disk of the repository " + repository() + " is full: " + (free >> 20)
                            + " MiB are free")
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of("the repository " + repository() + " cannot be read: " + e.getMessage());
        }
    }

    private String missing() {
        return "the repository " + repository() + " is missing: mount its disk, or begin an empty one with:"
                + " infra/arketic backup now --full";
    }

    /** Makes the cluster known to the repository; a cluster that was made again takes the place of the old one. */
    public void ensureStanza() throws InterruptedException {
        if (run("stanza-create").status() != 0) {
            run("stanza-upgrade").orFail("pgBackRest's stanza-upgrade");
        }
    }

    /**
     * Restores a backup into the missing or empty data of another stack, which replays the log when it starts.
     *
     * @param options further ones of pgBackRest's {@code restore}
     */
    public void restore(StackSettings there, List<String> options) throws InterruptedException {
        new StackDirectory(there.directory()).claim();
        Path data = StackComponents.of(there).postgres().data();
        Path configuration = directory(there).resolve("restore.conf");
        try {
            Files.createDirectories(data);
            PostgresServer.giveToServerUser(data);
            configure(there, configuration, StackComponents.of(there).postgres());
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot use " + data, e);
        }
        List<String> arguments = new ArrayList<>(List.of("--config=" + configuration, "restore", "--pg1-path=" + data));
        arguments.addAll(options);
        pgBackRest(arguments).orFail("pgBackRest's restore");
    }

    /** Runs a command of pgBackRest. */
    public Result run(String... arguments) throws InterruptedException {
        List<String> all = new ArrayList<>(List.of("--no-config"));
        all.addAll(List.of(arguments));
        return pgBackRest(all);
    }

    private Result pgBackRest(List<String> arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(PostgresServer.asServerUser());
        command.addAll(List.of("pgbackrest", "--stanza=" + STANZA));
        command.addAll(arguments);
        PostgresServer server = components.primary();
        Map<String, String> environment = new TreeMap<>();
        environment.put("PGPASSWORD", server.password());
        common(settings).forEach((option, value) -> environment.put(variable(option), value));
        cluster(server).forEach((option, value) -> environment.put(variable(option), value));
        return call(command, environment);
    }

    private static String variable(String option) {
        return "PGBACKREST_" + option.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** Runs one of PostgreSQL's programs as the server's user, for example {@code pg_checksums}. */
    public Result tool(String name, List<String> arguments, Map<String, String> environment)
            throws InterruptedException {
        try {
            List<String> command = new ArrayList<>(PostgresServer.asServerUser());
            command.add(components.postgres().binaries().resolve(name).toString());
            command.addAll(arguments);
            return call(command, environment);
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot run " + name, e);
        }
    }

    private static Result call(List<String> command, Map<String, String> environment) throws InterruptedException {
        try {
            var builder = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true);
            builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("ARKETIC_"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new ServiceException(
                    Reason.NOT_INSTALLED,
                    "pgBackRest does not run (" + e.getMessage() + "); install it with: apt-get install pgbackrest",
                    e);
        }
    }

    /** Writes a file with which the server of a stack uses this repository. */
    private void configure(StackSettings there, Path file, PostgresServer theirs) throws IOException {
        Files.createDirectories(directory(there));
        giveToServer(directory(there).resolve("lock"));
        giveToServer(directory(there).resolve("spool"));
        var text = new StringBuilder("[global]\n");
        common(there)
                .forEach((option, value) ->
                        text.append(option).append('=').append(value).append('\n'));
        text.append("\n[").append(STANZA).append("]\n");
        cluster(theirs)
                .forEach((option, value) ->
                        text.append(option).append('=').append(value).append('\n'));
        Secrets.writeOwnerOnly(file, text.toString());
    }

    private static void giveToServer(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            PostgresServer.giveToServerUser(directory);
        }
    }

    private Map<String, String> repositoryOptions() {
        return Map.of(
                "repo1-path", repository().toString(),
                "repo1-cipher-type", "aes-256-cbc",
                "repo1-cipher-pass", settings.backupKey(),
                "repo1-retention-full", String.valueOf(settings.backupRetention()));
    }

    private Map<String, String> common(StackSettings locks) {
        Map<String, String> options = new TreeMap<>(repositoryOptions());
        options.put("lock-path", directory(locks).resolve("lock").toString());
        options.put("spool-path", directory(locks).resolve("spool").toString());
        options.put("log-level-file", "off");
        options.put("log-level-console", "warn");
        options.put("compress-type", "zst");
        options.put("start-fast", "y");
        options.put("process-max", "2");
        options.put("archive-timeout", "60");
        options.put("archive-push-queue-max", settings.backupQueue() + "B");
        return options;
    }

    private static Map<String, String> cluster(PostgresServer server) {
        return new TreeMap<>(Map.of(
                "pg1-path", server.data().toString(),
                "pg1-port", String.valueOf(server.port().number()),
                "pg1-socket-path", server.socketDirectory().toString(),
                "pg1-user", PostgresServer.SUPERUSER));
    }
}
