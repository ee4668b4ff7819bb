package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Runs a private cluster of PostgreSQL with pgvector, created on first use. Its superuser is {@link #SUPERUSER}.
 *
 * @param root the checkout; the copy of the server is shared by all clusters of it
 * @param directory the cluster's own, holds {@code data} and the password's file
 * @param durability whether commits survive a crash of the machine; only fixtures may do without
 * @param further settings, such as those that hand the write-ahead log to an archive; may be empty
 */
record PostgresServer(Path root, Path directory, Port port, String password, Durability durability, String further)
        implements Component {

    enum Durability {
        DURABLE,
        FIXTURE
    }

    static final String SUPERUSER = "postgres";

    PostgresServer(Path root, Path directory, Port port, String password, Durability durability) {
        this(root, directory, port, password, durability, "");
    }

    /** Limits the path of a Unix socket, without the closing zero (sun_path in {@code man 7 unix}). */
    private static final int SOCKET_PATH_LIMIT = 107;

    private static final String SETTINGS = """
            max_connections = 128
            shared_buffers = 256MB
            effective_cache_size = 1GB
            work_mem = 16MB
            maintenance_work_mem = 256MB
            max_wal_size = 2GB
            checkpoint_completion_target = 0.9
            random_page_cost = 1.1
            jit = off
            timezone = 'UTC'
            log_timezone = 'UTC'
            log_line_prefix = '%m [%p] %u@%d '
            log_min_duration_statement = 2s
            log_lock_waits = on
            log_temp_files = 64MB
            shared_preload_libraries = 'pg_stat_statements'
            """;

    private static final String FIXTURE_SETTINGS = """
            max_connections = 400
            fsync = off
            synchronous_commit = off
            full_page_writes = off
            """;

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public List<Port> ports() {
        return List.of(port);
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        Path data = data();
        Path binaries = binaries();
        PostgresPair.beside(directory).end(binaries);
        if (Files.exists(data)) {
            // A restore was killed before the present data were moved away.
            Directories.delete(restored());
        } else if (Files.exists(restored())) {
            // A restore was killed between its last two moves.
            Files.move(restored(), data, StandardCopyOption.ATOMIC_MOVE);
        }
        if (!Files.exists(data.resolve("PG_VERSION"))) {
            initialize(binaries);
        }
        requireSameMajor(data, binaries);
        Path file = data.resolve("arketic.conf");
        Files.writeString(file, configuration());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    @Override
    public List<String> command() {
        List<String> command = new ArrayList<>(asServerUser());
        command.add(installed().resolve("postgres").toString());
        command.addAll(List.of("-D", data().toString()));
        return command;
    }

    @Override
    public boolean isReady() throws SQLException {
        try (Connection connection = connect("postgres");
                var statement = connection.createStatement()) {
            return statement.execute("SELECT 1");
        }
    }

    /** Returns the signal of a fast shutdown: it disconnects clients and loses no data. */
    @Override
    public String stopSignal() {
        return "INT";
    }

    /** Returns its settings except its ports, in the form of {@code postgresql.conf}. */
    String settings() {
        return durability == Durability.FIXTURE ? SETTINGS + FIXTURE_SETTINGS : SETTINGS;
    }

    /** Returns all its settings; a later line replaces an earlier one of its name. */
    String configuration() {
        return settings()
                + "listen_addresses = '127.0.0.1'\n"
                + "port = " + port.number() + "\n"
                + "unix_socket_directories = '" + socketDirectory() + "'\n"
                + further;
    }

    String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port.number() + "/" + database;
    }

    /** Opens a connection of the superuser. */
    Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", SUPERUSER);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("loginTimeout", "10");
        return DriverManager.getConnection(url(database), properties);
    }

    /**
     * Returns the directory of {@code psql}, {@code pg_dump} and similar programs; creates the copy of the server if it
     * is missing.
     */
    Path binaries() throws IOException, InterruptedException {
        Path script = root.resolve("infra/services/postgresql.sh");
        Path errors = Files.createTempFile("arketic-postgresql", ".log");
        try {
            Process process = new ProcessBuilder(
                            script.toString(),
                            root.resolve(".arketic/postgresql").toString())
                    .redirectError(errors.toFile())
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new ServiceException(
                        Reason.NOT_INSTALLED, Files.readString(errors).strip());
            }
            Path binaries = Path.of(output.strip());
            Files.createDirectories(directory);
            Files.writeString(binariesFile(), binaries.toString());
            return binaries;
        } finally {
            Files.delete(errors);
        }
    }

    private Path installed() {
        try {
            return Path.of(Files.readString(binariesFile()));
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "The cluster in " + directory + " is not prepared", e);
        }
    }

    private Path binariesFile() {
        return directory.resolve("binaries");
    }

    Path data() {
        return directory.resolve("data");
    }

    /** Returns where restored data wait until they take the place of the present ones. */
    Path restored() {
        return directory.resolve("data.restored");
    }

    private void initialize(Path binaries) throws IOException, InterruptedException {
        // A first attempt that was interrupted leaves half a cluster, so it gets its name only when it is whole.
        Path draft = directory.resolve("data.new");
        Directories.delete(draft);
        Files.createDirectories(draft);
        Path passwordFile = directory.resolve("password");
        Files.deleteIfExists(passwordFile);
        Files.createFile(
                passwordFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passwordFile, password);
        giveToServerUser(draft);
        giveToServerUser(passwordFile);
        List<String> command = new ArrayList<>(asServerUser());
        command.addAll(List.of(binaries.resolve("initdb").toString(), "--pgdata=" + draft, "--username=" + SUPERUSER));
        command.addAll(List.of("--pwfile=" + passwordFile, "--auth=scram-sha-256"));
        command.addAll(List.of("--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"));
        if (durability == Durability.FIXTURE) {
            command.add("--no-sync");
        }
        Path log = directory.resolve("initdb.log");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new ServiceException(Reason.SYSTEM, "initdb failed:\n" + Files.readString(log));
        }
        Files.delete(passwordFile);
        Files.writeString(
                draft.resolve("postgresql.conf"),
                "\ninclude 'arketic.conf'\n",
                StandardCharsets.UTF_8,
                java.nio.file.StandardOpenOption.APPEND);
        Files.move(draft, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void requireSameMajor(Path data, Path binaries) throws IOException {
        String cluster = Files.readString(data.resolve("PG_VERSION")).strip();
        String server = binaries.getName(binaries.getNameCount() - 2).toString();
        if (!cluster.equals(server)) {
            throw new ServiceException(
                    Reason.SYSTEM,
                    "The cluster in " + data + " is of PostgreSQL " + cluster + ", the newest server installed is "
                            + server + ". Move it with pg_upgrade, or delete it with: infra/arketic down --wipe");
        }
    }

    /** Returns a directory outside the data: pg_rewind copies all files of the data and fails at a socket. */
    Path socketDirectory() {
        Path socket = directory.resolve(".s.PGSQL." + port.number() + ".lock");
        return socket.toString().getBytes(StandardCharsets.UTF_8).length <= SOCKET_PATH_LIMIT
                ? directory
                : Path.of("/tmp");
    }

    /** Makes the server's user the owner of a file or directory. */
    static void giveToServerUser(Path file) throws IOException {
        if (isRoot()) {
            Files.setOwner(
                    file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /**
     * Runs the server as its own user, because PostgreSQL refuses root; the capability lets it reach a checkout that
     * only root may enter.
     */
    static List<String> asServerUser() {
        return isRoot()
                ? List.of(
                        "setpriv",
                        "--reuid=postgres",
                        "--regid=postgres",
                        "--clear-groups",
                        "--inh-caps=+dac_override",
                        "--ambient-caps=+dac_override")
                : List.of();
    }
}
