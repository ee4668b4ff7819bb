package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Tests peers that send or read arbitrarily slowly. One API waits for them longer than the tests take, so that it
 * serves the others beside them; another one has little patience, and a small limit of connections.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowPeersIT {

    private static final int MANY = 200;
    private static final int SOME = 20;
    private static final int CAP = 130;

    /** With more bytes that wait for it, a caller has not read its answers. */
    private static final int UNREAD = 256 << 10;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String HEAD = "GET /openapi HTTP/1.1\r\nHost: a\r\nX-Slow: ";
    private static final String BODY =
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 900000\r\n\r\n{\"email\": \"";
    private static final String CHUNKED =
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n";
    private static final String CHUNK = "1\r\n \r\n";

    private RunningApi patient;
    private RunningApi hasty;
    /** Is patient, and has little room for what waits. */
    private RunningApi narrow;

    private ApiClient ada;
    private String documents;

    @BeforeAll
    void start() throws IOException {
        patient = RunningApi.start(
                "127.0.0.1:1",
                Map.of(
                        "arketic.connection.head-timeout", "1h",
                        "arketic.connection.patience", "1h",
                        "arketic.limit.chat", 0));
        hasty = patient.beside(Map.of(
                "arketic.connection.head-timeout", "3s",
                "arketic.connection.patience", "3s",
                "arketic.connection.per-address", CAP));
        narrow = patient.beside(Map.of(
                "arketic.connection.patience", "1h",
                "arketic.connection.spool-limit", "80MB",
                "spring.servlet.multipart.max-request-size", "40MB"));
        ada = patient.client().user("ada@example.org");
        String organization = ada.post("/organizations", Map.of("name", "Acme")).text("id");
        documents = "/knowledge-bases/"
                + ada.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Base"))
                        .text("id")
                + "/documents";
        // The first makes the document.
        assertThat(ada.get("/openapi").status()).isEqualTo(200);
    }

    @AfterAll
    void stop() {
        narrow.close();
        hasty.close();
        patient.close();
    }

    @Test
    void othersAreServedBesideSlowHeads() throws IOException {
        servesBeside(SlowPeers.senders(patient.port(), MANY, HEAD, "a"));
    }

    @Test
    void othersAreServedBesideSlowBodies() throws IOException {
        servesBeside(SlowPeers.senders(patient.port(), MANY, BODY, "a"));
    }

    @Test
    void othersAreServedBesideSlowChunkedBodies() throws IOException {
        servesBeside(SlowPeers.senders(patient.port(), MANY, CHUNKED, CHUNK));
    }

    @Test
    void othersAreServedBesideSlowUploads() throws IOException {
        servesBeside(SlowPeers.senders(patient.port(), MANY, upload(authorization()), "a"));
    }

    @Test
    void othersAreServedBesideSlowUploadsOfStrangers() throws IOException {
        servesBeside(SlowPeers.senders(patient.port(), MANY, upload(""), "a"));
    }

    @Test
    void othersAreServedBesideSlowReaders() throws IOException {
        servesBeside(SlowPeers.readers(patient.port(), MANY, download(large("large.txt"), "")));
    }

    @Test
    void theSlowAreCutOff() throws IOException {
        String download = download(large("cut.txt"), "");
        try (SlowPeers heads = SlowPeers.senders(hasty.port(), SOME, HEAD, "a");
                SlowPeers bodies = SlowPeers.senders(hasty.port(), SOME, BODY, "a");
                SlowPeers chunked = SlowPeers.senders(hasty.port(), SOME, CHUNKED, CHUNK);
                SlowPeers uploads = SlowPeers.senders(hasty.port(), SOME, upload(authorization()), "a");
                SlowPeers strangers = SlowPeers.senders(hasty.port(), SOME, upload(""), "a");
                SlowPeers readers = SlowPeers.readers(hasty.port(), SOME, download)) {
            for (SlowPeers senders : List.of(heads, bodies, chunked, uploads, strangers)) {
                Awaiting.await("slow senders are cut off", () -> senders.cut() == SOME);
            }
            Awaiting.await("no request is read", () -> gauge(hasty, "arketic.connections.reading") == 0);
            Awaiting.await("slow readers are cut off", () -> readers.cut() == SOME);
        }
    }

    /** Sends most of a body at once and then hardly anything: the burst does not pay for the rest. */
    @Test
    void aBurstDoesNotPayForLongDrips() throws IOException {
        String burst = "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + "Content-Length: 250000\r\n\r\n" + " ".repeat(200_000);
        try (SlowPeers senders = SlowPeers.senders(hasty.port(), SOME, burst, " ")) {
            Awaiting.await("senders after a burst are cut off", () -> senders.cut() == SOME);
        }
    }

    /** Fills what one address may keep with bodies of strangers that are not complete. */
    @Test
    void bodiesOfOneAddressLeaveRoomForThoseOfOthers() throws IOException {
        String begun = "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + "Content-Length: 250000\r\n\r\n" + " ".repeat(200_000);
        try (SlowPeers senders = SlowPeers.senders(narrow.port(), MANY, begun, " ")) {
            Awaiting.await("some find no room", () -> senders.cut() > 0);
            Awaiting.await("what one address has", () -> gauge(narrow, "arketic.connections.sending") < MANY);
            assertThat(login("127.0.0.2")).startsWith("HTTP/1.1 200");
            assertThat(readiness(narrow)).isEqualTo(200);
        }
    }

    /** Sends requests and reads none of the answers. */
    @Test
    void requestsAreRefusedWhileTheirCallerDoesNotReadItsAnswers() throws IOException {
        Awaiting.await("nothing waits", () -> gauge(narrow, "arketic.connections.spooled") == 0);
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.connect(new InetSocketAddress("127.0.0.1", narrow.port()));
            OutputStream out = socket.getOutputStream();
            out.write("GET /openapi HTTP/1.1\r\nHost: a\r\n\r\n".repeat(90).getBytes(StandardCharsets.US_ASCII));
            Awaiting.await("answers wait", () -> gauge(narrow, "arketic.connections.spooled") > UNREAD);
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answers.split("HTTP/1.1 200", -1).length - 1).isBetween(1, 20);
            assertThat(answers).contains("HTTP/1.1 429").contains("urn:arketic:problem:too-many-requests");
        }
    }

    @Test
    void readersThatTakeNothingOfLargeFilesDoNotBreakOffAnOrdinaryOne() throws IOException {
        int length = 24 << 20;
        String content = stored("large-file.txt", "line of a text\n".repeat(length / 15));
        try (SlowPeers readers = SlowPeers.readers(narrow.port(), 6, download(content, ""));
                Socket ordinary = from("127.0.0.2", narrow.port())) {
            Awaiting.await("readers wait", () -> gauge(narrow, "arketic.connections.reading") == 6);
            ordinary.getOutputStream()
                    .write(download(content, "Connection: close\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(ordinary.getInputStream().readAllBytes().length).isGreaterThan(length / 15 * 15);
            assertThat(readers.cut()).isZero();
            assertThat(login("127.0.0.2")).startsWith("HTTP/1.1 200");
        }
    }

    private static Socket from(String address, int port) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.bind(new InetSocketAddress(address, 0));
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        return socket;
    }

    /** Logs in from an address, with a body that is larger than what is kept in memory. */
    private String login(String address) throws IOException {
        String body = "{\"email\": \"ada@example.org\", \"password\": \"a good password\"}" + " ".repeat(100_000);
        try (Socket socket = from(address, narrow.port())) {
            socket.getOutputStream()
                    .write(("POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                                    + "Connection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aReaderThatPausesGetsAllOfIt() throws IOException {
        String content = large("paused.txt");
        for (String ending : List.of("Connection: close\r\n", "")) {
            try (Socket socket = new Socket()) {
                socket.setReceiveBufferSize(4096);
                socket.setSoTimeout((int) PATIENCE.toMillis());
                socket.connect(new InetSocketAddress("127.0.0.1", patient.port()));
                socket.getOutputStream().write(download(content, ending).getBytes(StandardCharsets.US_ASCII));
                Awaiting.await("requests are read", () -> gauge(patient, "arketic.connections.reading") > 0);
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

    /** Sends for longer than the patience, at more than the minimum rate. */
    @Test
    void anUploadThatKeepsComingMayTakeLong() throws Exception {
        byte[] piece = "line of text\n".repeat(300).getBytes(StandardCharsets.US_ASCII);
        String head = "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"steady.txt\"\r\n"
                + "Content-Type: text/plain\r\n\r\n";
        HttpURLConnection upload =
                (HttpURLConnection) URI.create("http://127.0.0.1:" + hasty.port() + "/api/v1" + documents)
                        .toURL()
                        .openConnection();
        upload.setRequestMethod("POST");
        upload.setRequestProperty("Authorization", "Bearer " + ada.token());
        upload.setRequestProperty("Content-Type", "multipart/form-data; boundary=b");
        upload.setDoOutput(true);
        upload.setChunkedStreamingMode(1024);
        Instant enough = Instant.now().plusSeconds(5);
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
        try (Socket socket = new Socket("127.0.0.1", hasty.port())) {
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
        Awaiting.await("readiness 200", () -> readiness(hasty) == 200);
        List<Socket> held = new ArrayList<>();
        try {
            for (int connection = 1; connection < CAP; connection++) {
                held.add(connected(hasty));
            }
            Awaiting.await("the address has all connections it may have", () -> {
                held.add(connected(hasty));
                return gauge(hasty, "arketic.connections.open") >= CAP;
            });
            try (Socket refused = connected(hasty)) {
                refused.setSoTimeout((int) PATIENCE.toMillis());
                assertThat(new String(refused.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 429")
                        .contains("Retry-After");
            }
            Awaiting.await("readiness 503", () -> readiness(hasty) == 503);
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
        Awaiting.await("readiness 200", () -> readiness(hasty) == 200);
    }

    @Test
    void whatWaitsIsCounted() {
        assertThat(gauge(patient, "arketic.requests.waiting")).isNotNegative();
        assertThat(gauge(patient, "arketic.requests.threads")).isNotNegative();
        assertThat(gauge(patient, "arketic.connections.open")).isNotNegative();
    }

    private String authorization() {
        return "Authorization: Bearer " + ada.token() + "\r\n";
    }

    private String upload(String authorization) {
        return "POST /api/v1" + documents + " HTTP/1.1\r\nHost: a\r\n" + authorization
                + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 90000000\r\n\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"slow.txt\"\r\n\r\n";
    }

    private String download(String content, String ending) {
        return "GET /api/v1" + content + " HTTP/1.1\r\nHost: a\r\n" + authorization() + ending + "\r\n";
    }

    private static Socket connected(RunningApi api) {
        try {
            return new Socket("127.0.0.1", api.port());
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private void servesBeside(SlowPeers peers) throws IOException {
        try (SlowPeers slow = peers) {
            Awaiting.await("connections are open", () -> gauge(patient, "arketic.connections.open") >= MANY);
            serves();
            assertThat(slow.cut()).isZero();
        }
        Awaiting.await("connections are closed", () -> gauge(patient, "arketic.connections.open") < MANY);
        serves();
    }

    /** Calls as all other users, over new connections from the same address. */
    private void serves() throws IOException {
        assertThat(answered(patient.port(), "GET", "/openapi", null)).isEqualTo(200);
        assertThat(answered(patient.port(), "GET", "/api/v1/auth/me", null)).isEqualTo(200);
        assertThat(answered(
                        patient.port(),
                        "POST",
                        "/api/v1/auth/login",
                        "{\"email\": \"ada@example.org\", \"password\": \"a good password\"}"))
                .isEqualTo(200);
        assertThat(readiness(patient)).isEqualTo(200);
    }

    private int answered(int port, String method, String path, String body) throws IOException {
        HttpURLConnection request = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        request.setConnectTimeout(20_000);
        request.setReadTimeout(20_000);
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

    private static double gauge(RunningApi api, String name) {
        return api.bean(MeterRegistry.class).get(name).gauge().value();
    }

    /** Names where its content is read. */
    private String large(String name) {
        return stored(name, new String(bytes(), StandardCharsets.US_ASCII));
    }

    private String stored(String name, String content) {
        ApiClient.Reply stored = ada.upload(documents, Map.of(name, content));
        assertThat(stored.status()).as(stored.text()).isEqualTo(202);
        String document = stored.body().findValuesAsString("id").get(0);
        return documents + "/" + document + "/content";
    }

    /** Sends more than the kernel keeps for a reader. */
    private static byte[] bytes() {
        byte[] bytes = new byte[4 << 20];
        Random random = new Random(1);
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) ('a' + random.nextInt(26));
        }
        return bytes;
    }
}
