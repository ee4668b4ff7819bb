package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Peers that send or read as slowly as they like: the others from the same address are served, and the slow ones cut off. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowPeersIT {

    private static final int MANY = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private RunningApi api;
    private ApiClient ada;
    private String documents;

    @BeforeAll
    void start() {
        api = RunningApi.start(
                "127.0.0.1:1",
                Map.of(
                        "arketic.connection.head-timeout", "5s",
                        "arketic.connection.patience", "5s",
                        "arketic.limit.chat", 0));
        ada = api.client().user("ada@example.org");
        String organization = ada.post("/organizations", Map.of("name", "Acme")).text("id");
        documents = "/knowledge-bases/"
                + ada.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Base"))
                        .text("id")
                + "/documents";
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    void slowHeads() throws IOException {
        servesWhile(SlowPeers.senders(api.port(), MANY, "GET /openapi HTTP/1.1\r\nHost: a\r\nX-Slow: ", "a"));
    }

    @Test
    void slowBodies() throws IOException {
        servesWhile(SlowPeers.senders(
                api.port(),
                MANY,
                "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 900000\r\n\r\n{\"email\": \"",
                "a"));
    }

    @Test
    void slowChunkedBodies() throws IOException {
        servesWhile(SlowPeers.senders(
                api.port(),
                MANY,
                "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
                "1\r\n \r\n"));
    }

    @Test
    void slowUploads() throws IOException {
        servesWhile(SlowPeers.senders(
                api.port(),
                MANY,
                "POST /api/v1" + documents + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + ada.token()
                        + "\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 90000000\r\n\r\n"
                        + "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"slow.txt\"\r\n\r\n",
                "a"));
    }

    @Test
    void slowUploadsOfStrangersAndRefusedOnes() throws IOException {
        servesWhile(SlowPeers.senders(
                api.port(),
                MANY,
                "POST /api/v1" + documents + " HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                        + "Content-Length: 90000000\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n",
                "a"));
    }

    @Test
    void slowReaders() throws IOException {
        String content = large("large.txt");
        String request =
                "GET /api/v1" + content + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + ada.token() + "\r\n\r\n";
        try (SlowPeers slow = SlowPeers.readers(api.port(), MANY, request)) {
            serves();
            await(() -> gauge("arketic.connections.reading") == 0);
            assertThat(slow.cut()).isEqualTo(MANY);
        }
        serves();
    }

    @Test
    void aReaderThatPausesGetsAllOfIt() throws IOException {
        String content = large("paused.txt");
        for (String ending : List.of("Connection: close\r\n", "")) {
            try (Socket socket = new Socket()) {
                socket.setReceiveBufferSize(4096);
                socket.setSoTimeout((int) PATIENCE.toMillis());
                socket.connect(new java.net.InetSocketAddress("127.0.0.1", api.port()));
                socket.getOutputStream()
                        .write(("GET /api/v1" + content + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + ada.token()
                                        + "\r\n" + ending + "\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                await(() -> gauge("arketic.connections.reading") > 0);
                InputStream in = socket.getInputStream();
                String head = "";
                while (!head.endsWith("\r\n\r\n")) {
                    head += (char) in.read();
                }
                assertThat(head).startsWith("HTTP/1.1 200");
                byte[] read = in.readNBytes(bytes().length);
                assertThat(read).isEqualTo(bytes());
                if (!ending.isEmpty()) {
                    assertThat(in.read()).isEqualTo(-1);
                }
            }
        }
    }

    /** It takes longer than the patience with senders, at more than the least rate. */
    @Test
    void anUploadThatKeepsComingMayTakeLong() throws Exception {
        byte[] piece = "line of text\n".repeat(300).getBytes(StandardCharsets.US_ASCII);
        String head = "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"steady.txt\"\r\n"
                + "Content-Type: text/plain\r\n\r\n";
        HttpURLConnection upload =
                (HttpURLConnection) URI.create("http://127.0.0.1:" + api.port() + "/api/v1" + documents)
                        .toURL()
                        .openConnection();
        upload.setRequestMethod("POST");
        upload.setRequestProperty("Authorization", "Bearer " + ada.token());
        upload.setRequestProperty("Content-Type", "multipart/form-data; boundary=b");
        upload.setDoOutput(true);
        upload.setChunkedStreamingMode(1024);
        Instant enough = Instant.now().plusSeconds(8);
        try (OutputStream out = upload.getOutputStream()) {
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            while (Instant.now().isBefore(enough)) {
                out.write(piece);
                out.flush();
                Thread.sleep(100);
            }
            out.write("\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(upload.getResponseCode()).isEqualTo(202);
    }

    @Test
    void aBodyThatStaysAwayIsToldSo() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", api.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream()
                    .write(("POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: 20\r\n\r\n{")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 408")
                    .contains("urn:arketic:problem:sent-too-slowly");
        }
    }

    @Test
    void oneAddressHasSoManyConnectionsAndReadinessSaysThatUsersAreNotServed() throws IOException {
        try (RunningApi small = api.beside(Map.of("arketic.connection.per-address", 4))) {
            List<Socket> held = new ArrayList<>();
            try {
                await(() -> readiness(small) == 200);
                while (held.size() < 4) {
                    held.add(new Socket("127.0.0.1", small.port()));
                }
                try (Socket refused = new Socket("127.0.0.1", small.port())) {
                    refused.setSoTimeout((int) PATIENCE.toMillis());
                    assertThat(new String(refused.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                            .startsWith("HTTP/1.1 429")
                            .contains("Retry-After");
                }
                await(() -> readiness(small) == 503);
            } finally {
                for (Socket socket : held) {
                    socket.close();
                }
            }
            await(() -> readiness(small) == 200);
        }
    }

    @Test
    void whatWaitsIsCounted() {
        assertThat(gauge("arketic.requests.waiting")).isNotNegative();
        assertThat(gauge("arketic.requests.threads")).isNotNegative();
        assertThat(gauge("arketic.connections.open")).isPositive();
    }

    private void servesWhile(SlowPeers peers) throws IOException {
        try (SlowPeers slow = peers) {
            serves();
            await(() -> slow.cut() == MANY);
        }
        serves();
    }

    /** Everybody else, over new connections from the same address. */
    private void serves() throws IOException {
        assertThat(answered(api.port(), "GET", "/openapi", null)).isEqualTo(200);
        assertThat(answered(api.port(), "GET", "/api/v1/auth/me", null)).isEqualTo(200);
        assertThat(answered(
                        api.port(),
                        "POST",
                        "/api/v1/auth/login",
                        "{\"email\": \"ada@example.org\", \"password\": \"a good password\"}"))
                .isEqualTo(200);
        assertThat(readiness(api)).isEqualTo(200);
    }

    private int answered(int port, String method, String path, String body) throws IOException {
        HttpURLConnection request = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        request.setConnectTimeout(5_000);
        request.setReadTimeout(5_000);
        request.setRequestMethod(method);
        request.setRequestProperty("Connection", "close");
        if (body == null) {
            request.setRequestProperty("Authorization", "Bearer " + ada.token());
        } else {
            request.setRequestProperty("Content-Type", "application/json");
            request.setDoOutput(true);
            request.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        }
        int status = request.getResponseCode();
        if (status < 400) {
            request.getInputStream().readAllBytes();
        }
        return status;
    }

    private int readiness(RunningApi of) {
        try {
            return answered(of.managementPort(), "GET", "/actuator/health/readiness", null);
        } catch (IOException unanswered) {
            return -1;
        }
    }

    private double gauge(String name) {
        return api.bean(io.micrometer.core.instrument.MeterRegistry.class)
                .get(name)
                .gauge()
                .value();
    }

    /** Where its content is read. */
    private String large(String name) {
        ApiClient.Reply stored = ada.upload(documents, Map.of(name, new String(bytes(), StandardCharsets.US_ASCII)));
        assertThat(stored.status()).as(stored.text()).isEqualTo(202);
        String document = stored.body().findValuesAsString("id").get(0);
        return documents + "/" + document + "/content";
    }

    /** More than the kernel keeps for a reader. */
    private static byte[] bytes() {
        byte[] bytes = new byte[6 << 20];
        Random random = new Random(1);
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) ('a' + random.nextInt(26));
        }
        return bytes;
    }

    private static void await(BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).isBefore(deadline);
            try {
                Thread.sleep(50);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(stopped);
            }
        }
    }
}
