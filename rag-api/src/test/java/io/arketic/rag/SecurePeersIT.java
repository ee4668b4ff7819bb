package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests slow peers of an API that speaks TLS itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecurePeersIT {

    /** Opens more connections than there are threads for requests. */
    private static final int MANY = 80;

    /** Sends more than the kernel keeps for a reader. */
    private static final String LARGE = "A line of a large text.\n".repeat(180_000);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SECRET = "of the tests";

    /** Holds the beginning of a handshake: a record of 512 bytes, of which these are the first. */
    private static final String BEGUN = "\u0016\u0003\u0001\u0002\u0000\u0001";

    private RunningApi api;
    private SSLContext tls;
    private HttpClient http;
    private String download;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        Path keys = directory.resolve("keys.p12");
        Process made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "api",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        SECRET)
                .inheritIO()
                .start();
        assertThat(made.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream bytes = Files.newInputStream(keys)) {
            store.load(bytes, SECRET.toCharArray());
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        http = HttpClient.newBuilder().sslContext(tls).build();
        RunningApi plain = RunningApi.shared();
        api = plain.beside(Map.of(
                "server.ssl.key-store",
                keys,
                "server.ssl.key-store-password",
                SECRET,
                "arketic.connection.head-timeout",
                "15s",
                "arketic.connection.patience",
                "1h"));
        Team team = new Team(plain);
        String documents = "/knowledge-bases/"
                + team.owner()
                        .api()
                        .post(team.path() + "/knowledge-bases", Map.of("name", "Large"))
                        .text("id")
                + "/documents";
        ApiClient.Reply stored = team.owner().api().upload(documents, Map.of("large.txt", LARGE));
        assertThat(stored.status()).as(stored.text()).isEqualTo(202);
        download = "GET /api/v1" + documents + "/"
                + stored.body().findValuesAsString("id").get(0)
                + "/content HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer "
                + team.owner().api().token() + "\r\n\r\n";
        // The first makes the document.
        assertThat(status(api.port(), "https", "/openapi")).isEqualTo(200);
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    void othersAreServedBesideSlowHandshakesWhichEnd() throws Exception {
        try (SlowPeers handshakes = SlowPeers.senders(api.port(), MANY, BEGUN, "\u0000")) {
            Awaiting.await("connections are open", () -> open() >= MANY);
            serves();
            Awaiting.await("slow handshakes are cut off", () -> handshakes.cut() == MANY);
        }
        Awaiting.await("connections are closed", () -> open() < MANY);
    }

    @Test
    void othersAreServedBesideSlowReaders() throws Exception {
        List<Socket> readers = new ArrayList<>();
        try {
            while (readers.size() < MANY) {
                readers.add(reader());
                // One after the other: so many downloads at once would be refused.
                Awaiting.await("requests are read", () -> gauge("arketic.connections.reading") >= readers.size());
            }
            serves();
            // What waited for a reader is all there when it reads.
            String answer = new String(readers.get(0).getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 200");
            assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).isEqualTo(LARGE);
        } finally {
            for (Socket reader : readers) {
                reader.close();
            }
        }
        Awaiting.await("connections are closed", () -> open() < MANY);
        serves();
    }

    private Socket reader() throws IOException {
        Socket plain = new Socket();
        plain.setReceiveBufferSize(4096);
        plain.setSoTimeout((int) PATIENCE.toMillis());
        plain.connect(new InetSocketAddress("127.0.0.1", api.port()));
        SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", api.port(), true);
        secure.startHandshake();
        secure.getOutputStream().write(download.getBytes(StandardCharsets.US_ASCII));
        return secure;
    }

    private void serves() throws Exception {
        assertThat(status(api.port(), "https", "/openapi")).isEqualTo(200);
        assertThat(status(api.port(), "https", "/api/v1/auth/me")).isEqualTo(401);
        assertThat(status(api.managementPort(), "https", "/actuator/health/readiness"))
                .isEqualTo(200);
    }

    private int status(int port, String scheme, String path) throws IOException, InterruptedException {
        URI address = URI.create(scheme + "://localhost:" + port + path);
        return http.send(HttpRequest.newBuilder(address).timeout(PATIENCE).build(), BodyHandlers.ofString())
                .statusCode();
    }

    private double open() {
        return gauge("arketic.connections.open");
    }

    private double gauge(String name) {
        return api.bean(MeterRegistry.class).get(name).gauge().value();
    }
}
