package io.arketic.rag.limit;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Runs a Redis server in a directory of its own; it can be killed, stopped and started again on the same port. */
final class RedisProcess implements AutoCloseable {

    /**
     * Debian's redis-tools have the server without the service of the machine: it is the program of the checks, which looks at
     * the name it is called by.
     */
    private static final Path TOOLS = Path.of("/usr/bin/redis-check-rdb");

    private final Path directory;
    private final List<String> options;
    private final int port;
    private Process process;

    private RedisProcess(Path directory, int port, List<String> options) throws IOException {
        this.directory = directory;
        this.port = port;
        this.options = List.copyOf(options);
        start();
    }

    static RedisProcess start(Path directory, String... options) throws IOException {
        return new RedisProcess(directory, freePort(), List.of(options));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    void start() throws IOException {
        if (!Files.isExecutable(TOOLS)) {
            throw new AssertionError("Redis is missing; install it with: apt-get install redis-tools");
        }
        Path program = directory.resolve("redis-server");
        if (!Files.exists(program)) {
            Files.createSymbolicLink(program, TOOLS);
        }
        List<String> command = new ArrayList<>(List.of(program.toString(), "--port", String.valueOf(port)));
        command.addAll(
                List.of("--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", directory.toString()));
        command.addAll(options);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("redis.log").toFile())
                .start();
    }

    int port() {
        return port;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Ends it as {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Sends a signal, for example {@code STOP}. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-s", name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    void administer(Consumer<RedisCommands<String, String>> work) {
        RedisClient client = RedisClient.create(url());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            work.accept(connection.sync());
        } finally {
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
