package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Runs one of two PostgreSQL servers under Patroni, which makes one of them the primary through ZooKeeper. A commit is
 * acknowledged when both have it, and only a server that has all of them is promoted. A guard ends PostgreSQL with Patroni.
 *
 * @param server the server; it is not started as a component of its own
 * @param number 1 for the node that makes the cluster; the other copies it
 * @param rest the port of Patroni's own interface
 * @param connections that the server accepts
 */
record PatroniNode(PostgresServer server, int number, Port rest, Port zooKeeper, int connections) implements Component {

    private static final String PROGRAM = "/usr/bin/patroni";
    private static final String API_USER = "arketic";

    /** Is the log that the primary keeps for a standby that is missing; Patroni drops its slot after the lease. */
    private static final String KEPT_LOG = "1GB";

    /** Limits the log that a standby which hangs holds back: a server whose disk is full stops. */
    private static final String SLOT_LIMIT = "8GB";

    /** Limits the silence of a standby that hangs. Every commit waits for it meanwhile. */
    private static final String STANDBY_ANSWERS = "10s";

    private static final Duration SETTLES = Duration.ofSeconds(20);
    private static final Duration ANSWERS = Duration.ofMinutes(1);

    /** Limits a restart: a server with much memory writes it to disk first, and replays its log afterwards. */
    private static final Duration RESTARTS = Duration.ofMinutes(15);

    /** Is in Patroni's answer while it copies the primary. */
    private static final String COPIES = "\"state\": \"creating replica\"";

    /**
     * Names settings that run a command or replace it. A value in Patroni's own file wins over that of the cluster, which
     * each process that reaches ZooKeeper can change.
     */
    private static final List<String> COMMANDS = List.of(
            "archive_command",
            "archive_library",
            "archive_cleanup_command",
            "recovery_end_command",
            "restore_command",
            "ssl_passphrase_command");

    private static final String SETTINGS = """
            "ttl": 20
            "loop_wait": 2
            "retry_timeout": 5
            "primary_start_timeout": 0
            "synchronous_mode": true
            "failsafe_mode": true
            """;

    @Override
    public String name() {
        return name(number);
    }

    static String name(int number) {
        return number == 1 ? "postgresql" : "postgresql-" + number;
    }

    @Override
    public List<Port> ports() {
        return List.of(server.port(), rest);
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of(PROGRAM))) {
            throw new ServiceException(
                    Reason.NOT_INSTALLED, "Patroni is missing; install it with: apt-get install patroni python3-kazoo");
        }
        Path binaries = server.binaries();
        Files.createDirectories(configurations());
        PostgresServer.giveToServerUser(configurations());
        String cluster = number == 1 ? begin() : pair().cluster();
        removeInterruptedCopy();
        writeForServer(directory().resolve("server.conf"), serverSettings());
        writeForServer(configurations().resolve("pg_ident.conf"), "");
        writeForServer(directory().resolve("patroni.yml"), configuration(cluster, binaries));
    }

    /** Makes the data of the first node the cluster, unless there is one; returns the name of the cluster. */
    private String begin() throws IOException, InterruptedException {
        if (!pair().exists()) {
            server.prepare();
            // The first leader gives these settings to the cluster.
            writeForServer(server.data().resolve("patroni.dynamic.json"), settings());
            pair().begin();
        }
        return pair().cluster();
    }

    /** Removes a copy without a control file, which comes last: Patroni would neither continue nor replace it. */
    private void removeInterruptedCopy() throws IOException {
        if (!Files.exists(server.data().resolve("global/pg_control"))) {
            Directories.delete(server.data());
        }
    }

    private PostgresPair pair() {
        return PostgresPair.beside(server.directory());
    }

    @Override
    public List<String> command() {
        List<String> command = new ArrayList<>(PostgresServer.asServerUser());
        command.add("/usr/bin/python3");
        command.add(server.root().resolve("infra/services/patroni.py").toString());
        command.add(directory().resolve("patroni.yml").toString());
        command.add(server.data().toString());
        command.add(String.valueOf(rest.number()));
        return command;
    }

    /**
     * Returns whether the cluster has a primary, and this server runs or copies it. A copy takes hours where the database is
     * large, and the stack serves without it.
     */
    @Override
    public boolean isReady() throws IOException, InterruptedException {
        HttpResponse<String> health = Http.get(address("/health"));
        return (health.statusCode() == 200 || health.body().contains(COPIES))
                && Http.get(address("/cluster")).body().contains("\"role\": \"leader\"");
    }

    /** Returns whether this is the primary now; false if it does not answer. */
    boolean isPrimary() throws InterruptedException {
        try {
            return status("/primary") == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns whether this is a standby that has every acknowledged commit; false if it does not answer. */
    boolean isSynchronous() throws InterruptedException {
        try {
            return status("/synchronous") == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the signal of an orderly end, also of the server without Patroni that ran under this name before. */
    @Override
    public String stopSignal() {
        return "INT";
    }

    /** Returns the time in which a primary waits for its standby and its archive. */
    @Override
    public Duration stopsWithin() {
        return Duration.ofSeconds(60);
    }

    /**
     * Gives the cluster the settings that all its servers share, and restarts this server where it waits for that. Call it for
     * the standby first: it must not accept fewer connections than the primary.
     */
    void settle() throws IOException, InterruptedException {
        require(call("PATCH", "/config", settings(), ANSWERS), 200);
        if (matches(COPIES)) {
            // A server starts with the present settings.
            return;
        }
        boolean settled = ServiceProcess.await(() -> matches("\"pending_restart\": true") || hasConnections(), SETTLES);
        if (settled && !hasConnections()) {
            // 202 is scheduled, 200 done.
            require(call("POST", "/restart", "{\"restart_pending\": true}", RESTARTS), 200);
        }
    }

    private boolean hasConnections() {
        try (var connection = server.connect("postgres");
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT current_setting('max_connections')")) {
            return row.next() && row.getInt(1) == connections;
        } catch (SQLException e) {
            return false;
        }
    }

    private boolean matches(String text) {
        try {
            return Http.get(address("/patroni")).body().contains(text);
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private int status(String path) throws IOException, InterruptedException {
        return Http.get(address(path)).statusCode();
    }

    private URI address(String path) {
        return URI.create("http://127.0.0.1:" + rest.number() + path);
    }

    private HttpResponse<String> call(String method, String path, String body, Duration within)
            throws IOException, InterruptedException {
        String credentials = API_USER + ":" + server.password();
        return Http.send(HttpRequest.newBuilder(address(path))
                .timeout(within)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private void require(HttpResponse<String> answer, int status) {
        if (answer.statusCode() != status) {
            throw new ServiceException(
                    Reason.REFUSED, "Patroni of " + name() + " answers " + answer.statusCode() + ": " + answer.body());
        }
    }

    /** Returns the server's settings without those that both servers share, which Patroni gives it. */
    private String serverSettings() {
        return server.configuration()
                .lines()
                .filter(line -> !line.startsWith("max_connections"))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private Path directory() {
        return server.directory().resolve("patroni");
    }

    private Path configurations() {
        return directory().resolve("conf");
    }

    /** Returns the settings of the cluster as JSON. */
    private String settings() {
        return "{" + SETTINGS.strip().replace("\n", ", ")
                + ", \"postgresql\": {\"use_pg_rewind\": true, \"use_slots\": true, \"parameters\": {"
                + "\"max_connections\": " + connections + ", \"wal_keep_size\": \"" + KEPT_LOG
                + "\", \"max_slot_wal_keep_size\": \"" + SLOT_LIMIT + "\", \"wal_sender_timeout\": \"" + STANDBY_ANSWERS
                + "\", \"wal_receiver_timeout\": \"" + STANDBY_ANSWERS + "\"}}}";
    }

    private String configuration(String cluster, Path binaries) {
        String user = "{username: " + PostgresServer.SUPERUSER + ", password: " + quoted(server.password()) + "}";
        String restAddress = "127.0.0.1:" + rest.number();
        String sqlAddress = "127.0.0.1:" + server.port().number();
        return """
                scope: %s
                namespace: /arketic/
                name: %s
                restapi:
                  listen: %s
                  connect_address: %s
                  authentication: {username: %s, password: %s}
                zookeeper:
                  hosts: ['127.0.0.1:%d']
                postgresql:
                  listen: %s
                  connect_address: %s
                  data_dir: %s
                  bin_dir: %s
                  config_dir: %s
                  custom_conf: %s
                  pgpass: %s
                  authentication:
                    superuser: %s
                    replication: %s
                    rewind: %s
                  parameters:
                    unix_socket_directories: %s
                    %s
                  callbacks: {}
                  pre_promote: ''
                  recovery_conf: {}
                  create_replica_methods: [basebackup]
                  pg_hba:
                    - local all all scram-sha-256
                    - host all all 127.0.0.1/32 scram-sha-256
                    - host replication all 127.0.0.1/32 scram-sha-256
                  basebackup: [{checkpoint: fast}]
                  remove_data_directory_on_rewind_failure: true
                  remove_data_directory_on_diverged_timelines: true
                """.formatted(
                        cluster,
                        name(),
                        restAddress,
                        restAddress,
                        API_USER,
                        quoted(server.password()),
                        zooKeeper.number(),
                        sqlAddress,
                        sqlAddress,
                        quoted(server.data()),
                        quoted(binaries),
                        quoted(configurations()),
                        quoted(directory().resolve("server.conf")),
                        quoted(configurations().resolve("pgpass")),
                        user,
                        user,
                        user,
                        quoted(server.socketDirectory()),
                        commands());
    }

    /** Returns each command with its value, which is empty unless the server's settings have one; both files quote alike. */
    private String commands() {
        Map<String, String> values = new TreeMap<>();
        COMMANDS.forEach(name -> values.put(name, "''"));
        server.configuration().lines().forEach(line -> {
            String[] parts = line.split(" = ", 2);
            if (parts.length == 2) {
                values.computeIfPresent(parts[0], (name, before) -> parts[1]);
            }
        });
        return values.entrySet().stream()
                .map(command -> command.getKey() + ": " + command.getValue())
                .collect(Collectors.joining("\n    "));
    }

    private static String quoted(Object value) {
        return "'" + value.toString().replace("'", "''") + "'";
    }

    /** Replaces a file that only the server's user reads. */
    private static void writeForServer(Path file, String text) throws IOException {
        Secrets.writeOwnerOnly(file, text);
        PostgresServer.giveToServerUser(file);
    }
}
