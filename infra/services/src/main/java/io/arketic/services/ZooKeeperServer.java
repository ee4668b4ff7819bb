package io.arketic.services;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs the ZooKeeper server inside Flink's jars: it remembers the running jobs, so that a new JobManager continues
 * them.
 */
record ZooKeeperServer(Path root, Path directory, Port port) implements Component {

    private static final int ANSWER_MILLISECONDS = 3000;

    private static final String SETTINGS = """
            tickTime=1000
            clientPort=%d
            clientPortAddress=127.0.0.1
            dataDir=%s
            admin.enableServer=false
            4lw.commands.whitelist=srvr
            autopurge.purgeInterval=1
            """;

    @Override
    public String name() {
        return "zookeeper";
    }

    @Override
    public List<Port> ports() {
        return List.of(port);
    }

    @Override
    public void prepare() throws IOException {
        Path data = directory.resolve("data");
        Files.createDirectories(data);
        JavaProgram.writeLogging(directory);
        Files.writeString(settings(), SETTINGS.formatted(port.number(), data));
    }

    @Override
    public List<String> command() {
        return JavaProgram.command(
                root,
                "flink",
                directory,
                List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer",
                List.of("--zkConfigFile", settings().toString(), "--peerId", "1"));
    }

    @Override
    public boolean isReady() throws IOException {
        try (var socket = new Socket()) {
            socket.setSoTimeout(ANSWER_MILLISECONDS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.number()), ANSWER_MILLISECONDS);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.contains("Mode: standalone");
        }
    }

    private Path settings() {
        return directory.resolve("zoo.cfg");
    }
}
