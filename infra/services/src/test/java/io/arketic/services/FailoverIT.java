package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.arketic.services.PostgresServer.Durability;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Kills parts of a pair of servers while a client writes, and counts what the client was told. */
class FailoverIT {

    /** Is a deadline, not the bound, which {@code infra/arketic prove failover} measures. */
    private static final Duration FAILOVER = Duration.ofSeconds(90);

    private static final Duration REJOIN = Duration.ofSeconds(90);

    /** Is longer than the guard waits for an answer of Patroni. */
    private static final Duration SILENCE = Duration.ofSeconds(18);

    /** Is shorter than the minute after which PostgreSQL itself gives a standby up. */
    private static final Duration HANGS = Duration.ofSeconds(40);

    private static final String PASSWORD = "of-the-pair";

    private final Path directory = TestRun.directory().resolve("failover");
    private final Path archive = directory.resolve("archive");
    private final Path ran = archive.resolve("ran");
    private final Path archiver = directory.resolve("archive.sh");
    private final Path slow = directory.resolve("slow");
    private final Port zooKeeper = Port.free();
    private final List<PatroniNode> nodes = List.of(node(1), node(2));
    private final List<ServiceProcess> running = new ArrayList<>();

    @Test
    void nothingAcknowledgedIsLostWhateverIsKilled() throws Exception {
        Files.createDirectories(archive);
        PostgresServer.giveToServerUser(archive);
        // Patroni also runs it, without a shell.
        Files.writeString(archiver, """
                #!/bin/sh
                while test -e %s; do sleep 0.1; done
                cp "$1" %s/
                """.formatted(slow, archive));
        Files.setPosixFilePermissions(archiver, PosixFilePermissions.fromString("rwxr-xr-x"));
        TestRun.begin(new ZooKeeperServer(TestRun.root(), directory.resolve("zookeeper"), zooKeeper), directory)
                .awaitReady();
        for (PatroniNode node : nodes) {
            if (node.number() == 2) {
                // What a copy leaves that was interrupted.
                Files.createFile(Files.createDirectories(node.server().data()).resolve("of-a-copy"));
            }
            running.add(TestRun.begin(node, directory));
            running.get(running.size() - 1).awaitReady();
        }
        awaitStandby();
        assertThat(nodes.get(1).server().data().resolve("of-a-copy")).doesNotExist();
        writeCommandsIntoTheCluster();
        try (Connection connection = open()) {
            connection.createStatement().execute("CREATE TABLE written (number int)");
        }
        try (Writer writer = new Writer()) {
            PatroniNode first = primary();
            kill(patroni(first));
            PatroniNode second = awaitOther(first, writer);
            assertThat(serverProcesses(first))
                    .as("PostgreSQL does not outlive Patroni")
                    .isEmpty();
            begin(first);
            awaitStandby();

            long postmaster = postmaster(second);
            kill(postmaster);
            PatroniNode third = awaitOther(second, writer);
            awaitStandby();

            kill(guard(third));
            // The supervisor of a stack starts it at once, which hands the lease over before it ends by itself.
            begin(third);
            awaitOther(third, writer);
            awaitStandby();
            awaitWriteBesideAHangingStandby(writer);
            awaitStandby();
            writer.close();
            assertThat(writer.known).hasSizeGreaterThan(100);
            List<Integer> there = numbers();
            Set<Integer> once = new HashSet<>(there);
            assertThat(there).as("no write is doubled").hasSameSizeAs(once);
            Set<Integer> lost = new HashSet<>(writer.known);
            lost.removeAll(once);
            assertThat(lost).as("acknowledged writes that are gone").isEmpty();
        }
        assertThat(ServiceProcess.await(archived(lastSegment()), FAILOVER))
                .as("the last primary archives")
                .isTrue();

        assertThat(ran).as("a command of the cluster's settings").doesNotExist();
        List<Integer> before = numbers();
        stopWhileTheArchiveIsSlow(primary());
        var alone = nodes.get(0).server();
        ServiceProcess plain = TestRun.begin(alone, directory);
        plain.awaitReady();
        try (Connection connection = alone.connect("postgres")) {
            assertThat(numbers(connection)).isEqualTo(before);
            connection.createStatement().execute("INSERT INTO written VALUES (-1)");
        }
        plain.stop();
        assertThat(nodes.get(1).server().data()).doesNotExist();
        assertThat(nodes.get(1).server().directory().resolve("data.former"))
                .as("the data of the other server")
                .isDirectory();
    }

    @Test
    void aPatroniThatSaysThatItHangsIsNotAlive() throws Exception {
        var status = new AtomicInteger(200);
        HttpServer patroni = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        patroni.createContext("/liveness", exchange -> {
            // The first answer is the only good one.
            exchange.sendResponseHeaders(status.getAndSet(503), -1);
            exchange.close();
        });
        patroni.start();
        try {
            String script = "import sys; sys.path.insert(0, sys.argv[1]); from patroni import Answers;"
                    + " answers = Answers(int(sys.argv[2])); first = answers.silence(); last = answers.last;"
                    + " second = answers.silence(); print(last is not None and answers.last == last and second > first)";
            Process asks = new ProcessBuilder(
                            "/usr/bin/python3",
                            "-B",
                            "-c",
                            script,
                            TestRun.root().resolve("infra/services").toString(),
                            String.valueOf(patroni.getAddress().getPort()))
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(asks.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualToIgnoringNewLines("True");
        } finally {
            patroni.stop(0);
        }
    }

    /** Does what each process can that reaches ZooKeeper. */
    private void writeCommandsIntoTheCluster() throws Exception {
        String command = "/usr/bin/touch " + ran;
        String body = """
                {"postgresql": {"callbacks": {"on_role_change": "%1$s", "on_start": "%1$s"}, "pre_promote": "%1$s",
                "parameters": {"archive_command": "%1$s", "recovery_end_command": "%1$s"}}}
                """.formatted(command);
        String credentials =
                Base64.getEncoder().encodeToString(("arketic:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        assertThat(Http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                        + nodes.get(0).rest().number() + "/config"))
                                .header("Authorization", "Basic " + credentials)
                                .header("Content-Type", "application/json")
                                .method("PATCH", HttpRequest.BodyPublishers.ofString(body))
                                .build())
                        .statusCode())
                .isEqualTo(200);
    }

    /** Stops both, the primary last, whose archive takes longer than Patroni may be silent. */
    private void stopWhileTheArchiveIsSlow(PatroniNode primary) throws Exception {
        String segment;
        try (Connection connection = open();
                ResultSet row =
                        connection.createStatement().executeQuery("SELECT pg_walfile_name(pg_current_wal_lsn())")) {
            row.next();
            segment = row.getString(1);
        }
        process(nodes.get(2 - primary.number())).stop();
        Files.createFile(slow);
        var stop = new FutureTask<Boolean>(() -> {
            process(primary).stop();
            return true;
        });
        new Thread(stop, "stop").start();
        assertThat(ServiceProcess.await(() -> serverProcesses(primary).isEmpty(), SILENCE))
                .as("PostgreSQL is ended before its log is archived")
                .isFalse();
        Files.delete(slow);
        assertThat(stop.get()).isTrue();
        assertThat(archive.resolve(segment)).as("the log at the stop").exists();
    }

    private PatroniNode node(int number) {
        Path own = directory.resolve(PatroniNode.name(number));
        var server = new PostgresServer(
                TestRun.root(),
                own,
                Port.free(),
                PASSWORD,
                // Killed processes lose nothing that they gave to the system.
                Durability.FIXTURE,
                "synchronous_commit = on\nfull_page_writes = on\narchive_mode = on\narchive_command = '" + archiver
                        + " %p'\n");
        return new PatroniNode(server, number, Port.free(), zooKeeper, 64);
    }

    private Connection open() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + nodes.get(0).server().port().number() + ",127.0.0.1:"
                        + nodes.get(1).server().port().number()
                        + "/postgres?targetServerType=primary&connectTimeout=2&hostRecheckSeconds=1&socketTimeout=20",
                PostgresServer.SUPERUSER,
                PASSWORD);
    }

    private PatroniNode primary() throws InterruptedException {
        for (PatroniNode node : nodes) {
            if (node.isPrimary()) {
                return node;
            }
        }
        throw new AssertionError("There is no primary");
    }

    /** Waits for a primary other than this one, and for a write that it acknowledges. */
    private PatroniNode awaitOther(PatroniNode former, Writer writer) throws InterruptedException {
        Instant killed = Instant.now();
        PatroniNode other = nodes.get(2 - former.number());
        boolean promoted = ServiceProcess.await(() -> quietly(other::isPrimary), FAILOVER);
        assertThat(promoted).as(other.name() + " is promoted").isTrue();
        int written = writer.known.size();
        boolean writes = ServiceProcess.await(
                () -> writer.known.size() > written, FAILOVER.minus(Duration.between(killed, Instant.now())));
        assertThat(writes).as("writes go on within " + FAILOVER).isTrue();
        return other;
    }

    /** Stops the process that receives the log; a commit then waits for the standby, but not for ever. */
    private void awaitWriteBesideAHangingStandby(Writer writer) throws Exception {
        PatroniNode standby = nodes.get(2 - primary().number());
        long receiver = serverProcesses(standby).stream()
                .mapToLong(ProcessHandle::pid)
                .filter(process -> commandLine(process).contains("walreceiver"))
                .findFirst()
                .orElseThrow();
        signal(receiver, "STOP");
        // The writes that were under way do not count.
        int written = writer.known.size() + 2;
        assertThat(ServiceProcess.await(() -> writer.known.size() > written, HANGS))
                .as("writes go on without the standby within " + HANGS)
                .isTrue();
        signal(receiver, "CONT");
    }

    private static void signal(long process, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, String.valueOf(process))
                        .start()
                        .waitFor())
                .isZero();
    }

    private void awaitStandby() throws InterruptedException {
        boolean there =
                ServiceProcess.await(() -> nodes.stream().anyMatch(node -> quietly(node::isSynchronous)), REJOIN);
        assertThat(there).as("a synchronous standby").isTrue();
    }

    /** Starts a node again whose processes have ended, or do so now. */
    private void begin(PatroniNode node) throws InterruptedException {
        ServiceProcess process = running.get(node.number() - 1);
        assertThat(ServiceProcess.await(() -> !process.isAlive(), FAILOVER))
                .as("ends with its Patroni")
                .isTrue();
        running.set(node.number() - 1, TestRun.begin(node, directory));
    }

    private static boolean quietly(TestRun.Question<Boolean> question) {
        return TestRun.call(question);
    }

    private static void kill(long process) {
        ProcessHandle.of(process).orElseThrow().destroyForcibly();
    }

    private ServiceProcess process(PatroniNode node) {
        return running.get(node.number() - 1);
    }

    private long patroni(PatroniNode node) {
        return child(node, "/usr/bin/patroni");
    }

    /** Returns the child that runs the same script as its parent. */
    private long guard(PatroniNode node) {
        return child(node, "patroni.py");
    }

    private long child(PatroniNode node, String program) {
        return ProcessHandle.of(process(node).pid())
                .orElseThrow()
                .children()
                .filter(child -> commandLine(child.pid()).contains(program + "\0"))
                .mapToLong(ProcessHandle::pid)
                .findFirst()
                .orElseThrow();
    }

    private static String commandLine(long process) {
        try {
            return Files.readString(Path.of("/proc/" + process + "/cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    private static long postmaster(PatroniNode node) throws Exception {
        return Long.parseLong(Files.readAllLines(node.server().data().resolve("postmaster.pid"))
                .get(0)
                .strip());
    }

    private static List<ProcessHandle> serverProcesses(PatroniNode node) {
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    try {
                        return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"))
                                .equals(node.server().data());
                    } catch (IOException e) {
                        return false;
                    }
                })
                .toList();
    }

    private String lastSegment() throws SQLException {
        try (Connection connection = open();
                ResultSet row =
                        connection.createStatement().executeQuery("SELECT pg_walfile_name(pg_switch_wal() - 1)")) {
            row.next();
            return row.getString(1);
        }
    }

    private BooleanSupplier archived(String segment) {
        return () -> Files.exists(archive.resolve(segment));
    }

    private List<Integer> numbers() throws SQLException {
        try (Connection connection = open()) {
            return numbers(connection);
        }
    }

    private static List<Integer> numbers(Connection connection) throws SQLException {
        List<Integer> numbers = new ArrayList<>();
        try (ResultSet rows = connection.createStatement().executeQuery("SELECT number FROM written ORDER BY number")) {
            while (rows.next()) {
                numbers.add(rows.getInt(1));
            }
        }
        return numbers;
    }

    /** Writes numbers, each once, until it is closed. */
    private final class Writer implements AutoCloseable {

        final Set<Integer> known = new ConcurrentSkipListSet<>();
        private final Thread thread = new Thread(this::write, "writer");
        private volatile boolean ends;

        Writer() {
            thread.start();
        }

        private void write() {
            int number = 0;
            while (!ends) {
                try (Connection connection = open();
                        var statement = connection.prepareStatement("INSERT INTO written VALUES (?)")) {
                    while (!ends) {
                        // A number whose outcome is unknown is not written again.
                        statement.setInt(1, ++number);
                        statement.execute();
                        known.add(number);
                    }
                } catch (SQLException e) {
                    Thread.yield();
                }
            }
        }

        @Override
        public void close() throws InterruptedException {
            ends = true;
            thread.join();
        }
    }
}
