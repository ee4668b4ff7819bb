package io.arketic.benchmarks;

import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.services.ApiOptions;
import io.arketic.services.Fixtures;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the API as a separate process from its jar, over its own database and store. It has no broker: its events are
 * not measured.
 */
final class OwnApi implements AutoCloseable {

    private static final Duration STARTS_WITHIN = Duration.ofMinutes(3);
    private static final Pattern USED = Pattern.compile("(?:generation|heap)\\s.*used (\\d+)K");

    private final Fixtures.Database database;
    private final DatabaseSettings ingest;
    private final Process process;
    private final URI address;
    private final URI management;
    private final Path log;

    private OwnApi(
            Fixtures.Database database,
            DatabaseSettings ingest,
            Process process,
            URI address,
            URI management,
            Path log) {
        this.database = database;
        this.ingest = ingest;
        this.process = process;
        this.address = address;
        this.management = management;
        this.log = log;
    }

    /** Starts the API; returns when it serves. */
    static OwnApi start(Path root, String heap, Map<String, String> settings) throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(ApiOptions.VIRTUAL_MACHINE);
        options.add("-Xmx" + heap);
        return start(root, options, settings);
    }

    /** Starts like {@link #start(Path, String, Map)}, with these options of the virtual machine. */
    static OwnApi start(Path root, List<String> options, Map<String, String> settings)
            throws IOException, InterruptedException {
        Path jar = root.resolve("rag-api/target/arketic-rag-api.jar");
        if (!Files.exists(jar)) {
            throw new IOException(
                    "no " + jar + "; build it: mvn -DskipTests package -pl rag-api,infra/dist/object-store -am");
        }
        Fixtures.Database database = Fixtures.database();
        Fixtures.ObjectStore store = Fixtures.objectStore();
        String password = UUID.randomUUID().toString();
        new SchemaMigrator(new DatabaseSettings(database.url(), database.user(), database.password(), 1), password)
                .migrate();
        int port = freePort();
        int managementPort = freePort();
        Path directory = Files.createTempDirectory("arketic-benchmark");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        command.addAll(List.of(
                "-jar",
                jar.toString(),
                "--server.address=127.0.0.1",
                "--server.port=" + port,
                "--management.server.address=127.0.0.1",
                "--management.server.port=" + managementPort,
                "--arketic.limit.chat=0",
                "--arketic.limit.login=0",
                "--arketic.mail.directory=" + directory.resolve("mail"),
                "--arketic.encryption.keyset-file=" + directory.resolve("keyset.json")));
        settings.forEach((name, value) -> command.add("--" + name + "=" + value));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Path log = directory.resolve("rag-api.log");
        builder.redirectOutput(log.toFile());
        builder.environment().putAll(ApiOptions.ENVIRONMENT);
        builder.environment()
                .putAll(Map.of(
                        "ARKETIC_DATABASE_URL", database.url(),
                        "ARKETIC_DATABASE_PASSWORD", password,
                        "ARKETIC_STORE_ENDPOINT", store.endpoint(),
                        "ARKETIC_STORE_ACCESS_KEY", store.accessKey(),
                        "ARKETIC_STORE_SECRET_KEY", store.secretKey(),
                        "ARKETIC_STORE_BUCKET", "knowledge",
                        "ARKETIC_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1",
                        "ARKETIC_SECURITY_TOKEN_SECRET",
                                UUID.randomUUID().toString().repeat(2)));
        OwnApi api = new OwnApi(
                database,
                new DatabaseSettings(database.url(), "arketic_ingest", password, 2),
                builder.start(),
                URI.create("http://127.0.0.1:" + port),
                URI.create("http://127.0.0.1:" + managementPort),
                log);
        Runtime.getRuntime().addShutdownHook(new Thread(api.process::destroyForcibly, "end of the API"));
        api.awaitReady();
        return api;
    }

    URI address() {
        return address;
    }

    /** Returns the address of health and metrics. */
    URI management() {
        return management;
    }

    long residentMemory() throws IOException {
        return ResidentMemory.of(process.pid());
    }

    /** Returns the database connection of the jobs. */
    DatabaseSettings ingest() {
        return ingest;
    }

    /** Executes a statement as the database's superuser. */
    void execute(String statement) throws SQLException {
        try (var connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                var prepared = connection.createStatement()) {
            prepared.execute(statement);
        }
    }

    /** Returns the numbers of a query's only column, as the database's superuser. */
    List<Double> numbers(String query) throws SQLException {
        List<Double> numbers = new ArrayList<>();
        try (var connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            while (rows.next()) {
                numbers.add(rows.getDouble(1));
            }
        }
        return numbers;
    }

    /** Returns the text of a query's only row, as the database's superuser. */
    String text(String query) throws SQLException {
        try (var connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    /** Returns the processor time of the API and of the database's processes that serve it. */
    double processorSeconds() throws IOException, SQLException {
        double seconds = ResidentMemory.processorSeconds(process.pid());
        for (double server : numbers("select pid from pg_stat_activity where application_name like 'arketic%'")) {
            seconds += ResidentMemory.processorSeconds((long) server);
        }
        return seconds;
    }

    String databaseUrl() {
        return database.url();
    }

    String databaseUser() {
        return database.user();
    }

    String databasePassword() {
        return database.password();
    }

    long threads() throws IOException {
        return ResidentMemory.threads(process.pid());
    }

    /** Returns the used MiB after garbage collection. */
    long liveHeap() throws IOException, InterruptedException {
        diagnose("GC.run");
        Matcher used = USED.matcher(diagnose("GC.heap_info"));
        long kibibytes = 0;
        while (used.find()) {
            kibibytes += Long.parseLong(used.group(1));
        }
        return kibibytes / 1024;
    }

    private String diagnose(String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd " + command + ": " + said);
        }
        return said;
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + STARTS_WITHIN.toNanos();
        while (!serves()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("the API did not start:\n" + Files.readString(log));
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private boolean serves() throws IOException {
        HttpURLConnection call =
                (HttpURLConnection) address.resolve("/api/v1/auth/me").toURL().openConnection();
        try {
            return call.getResponseCode() == 401;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
