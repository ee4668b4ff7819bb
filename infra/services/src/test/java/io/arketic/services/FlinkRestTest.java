package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkRestTest {

    private static final String ELECTION =
            "{\"errors\":[\"Service temporarily unavailable due to an ongoing leader election.\"]}";

    /** Counts down the answers without a leader. */
    private final AtomicInteger leaderless = new AtomicInteger();

    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean elected = leaderless.getAndDecrement() <= 0;
            boolean whole = sent.contains("the bytes of a jar") || sent.contains("entryClass");
            byte[] body = (!elected ? ELECTION : "{\"filename\":\"/x/1_job.jar\",\"jobid\":\"a\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(!elected ? 503 : whole ? 200 : 400, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aRequestIsSentAgainWhileALeaderIsElected(@TempDir Path directory) throws Exception {
        Path jar = Files.writeString(directory.resolve("job.jar"), "the bytes of a jar");
        FlinkRest flink = flink(Duration.ofMinutes(1));
        leaderless.set(3);
        assertThat(flink.upload(jar)).isEqualTo("1_job.jar");
        leaderless.set(3);
        assertThat(flink.run("1_job.jar", "Job", List.of())).isEqualTo("a");
    }

    @Test
    void anElectionThatDoesNotEndIsNamed() {
        leaderless.set(Integer.MAX_VALUE);
        assertThatExceptionOfType(ServiceException.class)
                .isThrownBy(() -> flink(Duration.ZERO).jobs())
                .withMessageContaining("leader election")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NOT_READY));
    }

    private FlinkRest flink(Duration election) {
        return new FlinkRest(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), null, election);
    }
}
