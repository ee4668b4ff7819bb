package io.arketic.e2e;

import io.arketic.services.DatabaseAccess;
import io.arketic.services.Fixtures;
import io.arketic.services.StackSettings;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.messages.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs the {@code arketic} command with its own state directory and ports, so that a developer's stack is not
 * disturbed.
 */
final class Product {

    /** Holds the result of a call of the command: its exit status and its output on both streams. */
    record Result(int status, String output) {}

    private static final String BUCKET = "knowledge";
    private static final Duration AWAITED = Duration.ofMinutes(5);

    private final Path root = Path.of(System.getProperty("arketic.root"));
    private final Path home;
    private final Map<String, String> environment = new TreeMap<>();

    Product() {
        home = root.resolve(".arketic/test/e2e-" + ProcessHandle.current().pid());
        environment.put("ARKETIC_HOME", home.toString());
        for (String port :
                List.of("API", "MANAGEMENT", "FLINK", "POSTGRES", "KAFKA", "KAFKA_CONTROLLER", "STORE", "ZOOKEEPER")) {
            environment.put("ARKETIC_PORT_" + port, String.valueOf(Fixtures.freePort()));
        }
    }

    Path home() {
        return home;
    }

    Path apiJar() {
        return root.resolve("rag-api/target/arketic-rag-api.jar");
    }

    Path samples() {
        return root.resolve("infra/samples");
    }

    int port(String name) {
        return Integer.parseInt(environment.get("ARKETIC_PORT_" + name));
    }

    Result run(Duration limit, String... arguments) throws IOException, InterruptedException {
        Path cli = root.resolve("infra/cli/target");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Darketic.root=" + root,
                "-cp",
                cli.resolve("arketic-cli.jar") + ":" + cli.resolve("lib") + "/*",
                "io.arketic.cli.Arketic"));
        command.addAll(List.of(arguments));
        return run(limit, command, environment);
    }

    /** Runs the script itself, in a shell without a locale. */
    Result script(Duration limit, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(root.resolve("infra/arketic").toString()));
        command.addAll(List.of(arguments));
        Map<String, String> bare = new TreeMap<>(environment);
        bare.put("LC_ALL", "C");
        return run(limit, command, bare);
    }

    private static Result run(Duration limit, List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("arketic-e2e", ".out");
        try {
            var builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroy();
                process.waitFor();
                throw new AssertionError(
                        String.join(" ", command) + " took longer than " + limit + ":\n" + Files.readString(output));
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            Files.delete(output);
        }
    }

    /**
     * Returns the first column of the first row, or an empty text if there is none; it queries as the database's
     * superuser.
     */
    String sql(String query) {
        try {
            return query(query);
        } catch (SQLException e) {
            throw new AssertionError(query, e);
        }
    }

    /** Executes as the database's superuser. */
    void execute(String statement) {
        DatabaseAccess owner = settings().owner();
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                Statement prepared = connection.createStatement()) {
            prepared.execute(statement);
        } catch (SQLException e) {
            throw new AssertionError(statement, e);
        }
    }

    /** Queries like {@link #sql} repeatedly until there is a row; the database may be down meanwhile. */
    String awaitSql(String query) throws InterruptedException {
        Instant deadline = Instant.now().plus(AWAITED);
        String last = "no row";
        while (Instant.now().isBefore(deadline)) {
            try {
                String answer = query(query);
                if (!answer.isEmpty()) {
                    return answer;
                }
            } catch (SQLException e) {
                last = String.valueOf(e.getMessage());
            }
            TimeUnit.MILLISECONDS.sleep(250);
        }
        throw new AssertionError(query + " had no answer within " + AWAITED + ": " + last);
    }

    /** Waits until the API reports readiness; it may be restarting. */
    void awaitApi() throws InterruptedException {
        URI readiness = settings().management().resolve("/actuator/health/readiness");
        Instant deadline = Instant.now().plus(AWAITED);
        String last = "no answer";
        while (Instant.now().isBefore(deadline)) {
            try {
                HttpResponse<String> answer = HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(readiness).build(), BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return;
                }
                last = answer.body();
            } catch (IOException e) {
                last = e.toString();
            }
            TimeUnit.MILLISECONDS.sleep(250);
        }
        throw new AssertionError("the API is not ready within " + AWAITED + ": " + last);
    }

    void putObject(String key, byte[] content) throws IOException {
        try (MinioClient store = store()) {
            store.putObject(PutObjectArgs.builder().bucket(BUCKET).object(key).stream(
                            new ByteArrayInputStream(content), (long) content.length, -1L)
                    .build());
        } catch (Exception e) {
            throw new IOException("cannot put " + key, e);
        }
    }

    void removeObject(String key) throws IOException {
        try (MinioClient store = store()) {
            store.removeObject(
                    RemoveObjectArgs.builder().bucket(BUCKET).object(key).build());
        } catch (Exception e) {
            throw new IOException("cannot remove " + key, e);
        }
    }

    /** Returns the objects whose keys begin with the prefix. */
    List<String> keys(String prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        try (MinioClient store = store()) {
            for (io.minio.Result<Item> found : store.listObjects(ListObjectsArgs.builder()
                    .bucket(BUCKET)
                    .prefix(prefix)
                    .recursive(true)
                    .build())) {
                keys.add(found.get().objectName());
            }
        } catch (Exception e) {
            throw new IOException("cannot list " + prefix, e);
        }
        return keys;
    }

    private MinioClient store() {
        Map<String, String> product = settings().productEnvironment();
        return MinioClient.builder()
                .endpoint(product.get("ARKETIC_STORE_ENDPOINT"))
                .credentials(product.get("ARKETIC_STORE_ACCESS_KEY"), product.get("ARKETIC_STORE_SECRET_KEY"))
                .build();
    }

    private String query(String query) throws SQLException {
        DatabaseAccess owner = settings().owner();
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    private StackSettings settings() {
        return StackSettings.of(root, environment);
    }

    /** Returns the live processes whose command line names this product's state directory, or its API's port. */
    List<ProcessHandle> processes() {
        String api = "--server.port=" + port("API");
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(process -> commandLine(process).contains(home.toString())
                            || commandLine(process).contains(api))
                    .toList();
        }
    }

    /** Kills, as in a crash, the processes whose command line contains a word. */
    List<ProcessHandle> kill(String word) {
        List<ProcessHandle> victims = processes().stream()
                .filter(process -> commandLine(process).contains(word))
                .toList();
        victims.forEach(ProcessHandle::destroyForcibly);
        return victims;
    }

    static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException e) {
            return ""; // It has ended meanwhile.
        }
    }
}
