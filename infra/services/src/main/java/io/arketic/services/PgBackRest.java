package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs pgBackRest over the stack's own PostgreSQL: as the server's user, with an encrypted repository in a directory. Its
 * configuration, with the key, is in the stack's directory, outside the repository.
 */
public final class PgBackRest {

    /** Names the cluster in the repository. */
    private static final String STANZA = "arketic";

    /** Bounds what a crash of the machine can cost: a segment that has something in it goes out after this time. */
    private static final int SECONDS_TO_ARCHIVE = 30;

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

    private final PostgresServer server;
    private final StackSettings settings;

    private PgBackRest(StackSettings settings, PostgresServer server) {
        this.settings = settings;
        this.server = server;
    }

    /** Writes the configuration; it sends no request. */
    public static PgBackRest of(StackSettings settings) {
        new StackDirectory(settings.directory()).claim();
        var backup = new PgBackRest(settings, StackComponents.of(settings).postgres());
        try {
            backup.configure();
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot use " + configuration(settings), e);
        }
        return backup;
    }

    /** Returns the lines that make PostgreSQL archive its log; the configuration is there before the server starts. */
    static String archiving(StackSettings settings) {
        String command =
                "pgbackrest --config=\"" + configuration(settings) + "\" --stanza=" + STANZA + " archive-push \"%p\"";
        return "archive_mode = on\narchive_timeout = " + SECONDS_TO_ARCHIVE + "s\narchive_command = '"
                + command.replace("'", "''") + "'\n";
    }

    private static Path directory(StackSettings settings) {
        return settings.directory().resolve("backup");
    }

    private static Path configuration(StackSettings settings) {
        return directory(settings).resolve("pgbackrest.conf");
    }

    /** Makes the cluster known to the repository; a cluster that was made again takes the place of the old one. */
    public void ensureStanza() throws InterruptedException {
        if (run("stanza-create").status() != 0) {
            run("stanza-upgrade").orFail("pgBackRest's stanza-upgrade");
        }
    }

    /**
     * Restores the newest backup, and replays the log.
     *
     * @param data a directory that is missing or empty
     * @param options further ones of pgBackRest's {@code restore}
     */
    public void restore(Path data, List<String> options) throws InterruptedException {
        try {
            Files.createDirectories(data);
            PostgresServer.giveToServerUser(data);
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot use " + data, e);
        }
        List<String> arguments = new ArrayList<>(List.of("restore", "--pg1-path=" + data));
        arguments.addAll(options);
        run(arguments.toArray(String[]::new)).orFail("pgBackRest's restore");
    }

    /** Runs a command of pgBackRest. */
    public Result run(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(PostgresServer.asServerUser());
        command.addAll(List.of("pgbackrest", "--config=" + configuration(settings), "--stanza=" + STANZA));
        command.addAll(List.of(arguments));
        return call(command, Map.of("PGPASSWORD", server.password()));
    }

    /** Runs one of PostgreSQL's programs as the server's user, for example {@code pg_checksums}. */
    public Result tool(String name, List<String> arguments, Map<String, String> environment)
            throws InterruptedException {
        try {
            List<String> command = new ArrayList<>(PostgresServer.asServerUser());
            command.add(server.binaries().resolve(name).toString());
            command.addAll(arguments);
            return call(command, environment);
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot run " + name, e);
        }
    }

    private Result call(List<String> command, Map<String, String> environment) throws InterruptedException {
        try {
            var builder = new ProcessBuilder(command)
                    .directory(directory(settings).toFile())
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

    private void configure() throws IOException {
        Path directory = directory(settings);
        Path repository = settings.backupRepository().resolve("postgresql");
        Files.createDirectories(directory);
        for (Path made : List.of(repository, directory.resolve("lock"), directory.resolve("spool"))) {
            if (!Files.isDirectory(made)) {
                Files.createDirectories(made);
                PostgresServer.giveToServerUser(made);
            }
        }
        Secrets.writeOwnerOnly(configuration(settings), """
                [global]
                repo1-path=%s
                repo1-cipher-type=aes-256-cbc
                repo1-cipher-pass=%s
                repo1-retention-full=%d
                lock-path=%s
                spool-path=%s
                log-level-file=off
                log-level-console=warn
                compress-type=zst
                start-fast=y
                process-max=2
                archive-timeout=60

                [%s]
                pg1-path=%s
                pg1-port=%d
                pg1-socket-path=%s
                pg1-user=%s
                """.formatted(
                        repository,
                        settings.backupKey(),
                        settings.backupRetention(),
                        directory.resolve("lock"),
                        directory.resolve("spool"),
                        STANZA,
                        server.data(),
                        server.port().number(),
                        server.socketDirectory(),
                        PostgresServer.SUPERUSER));
    }
}
