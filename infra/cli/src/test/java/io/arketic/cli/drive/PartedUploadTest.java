package io.arketic.cli.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.api.ApiException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that keeps parts as the API does, and breaks connections. */
final class PartedUploadTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONTENT = "one two three";
    private static final int PART = 4;

    @TempDir
    private Path directory;

    private HttpServer server;
    private Drive drive;
    private Path file;
    private final List<ObjectNode> uploads = new ArrayList<>();
    private final Map<Integer, String> parts = new TreeMap<>();
    private final List<String> sent = new ArrayList<>();

    /** Fails by the number of the part: 0 breaks the connection once, another status answers always. */
    private final Map<String, Integer> failures = new TreeMap<>();

    /** Is answered with 401. */
    private String expired = "";

    private boolean acceptsLinks;

    /** The states that the upload has after a proxy has ended the request that completes it. */
    private final Deque<String> completing = new ArrayDeque<>();

    private boolean slow;

    /** Counts the requests that complete an upload and are answered with 429. */
    private int busy;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.start();
        drive = new Drive(
                ApiClient.at(URI.create(
                                "http://127.0.0.1:" + server.getAddress().getPort()))
                        .withToken("old", () -> "new"),
                UUID.randomUUID(),
                CONTENT.length(),
                Duration.ofMillis(1));
        file = Files.writeString(directory.resolve("film.mp4"), CONTENT);
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void aBrokenConnectionCostsOnePart() throws Exception {
        failures.put("2", 0);
        assertThat(upload().id()).isEqualTo("the document");
        assertThat(String.join("", parts.values())).isEqualTo(CONTENT);
        assertThat(sent).containsExactly("1", "2", "2", "3", "4");
    }

    @Test
    void anUploadThatFailedIsContinued() throws Exception {
        failures.put("3", 500);
        assertThatExceptionOfType(ApiException.class).isThrownBy(this::upload);
        failures.clear();
        sent.clear();
        assertThat(upload().id()).isEqualTo("the document");
        assertThat(sent).containsExactly("3", "4");
        assertThat(uploads).hasSize(1);
    }

    @Test
    void otherBytesAreAnotherUpload() throws Exception {
        failures.put("3", 500);
        assertThatExceptionOfType(ApiException.class).isThrownBy(this::upload);
        failures.clear();
        parts.clear();
        Files.writeString(file, "ONE TWO THREE");
        assertThat(upload().id()).isEqualTo("the document");
        assertThat(uploads).hasSize(2);
        assertThat(String.join("", parts.values())).isEqualTo("ONE TWO THREE");
    }

    @Test
    void anExpiredSessionIsFollowedByANewOne() throws Exception {
        failures.put("3", 500);
        assertThatExceptionOfType(ApiException.class).isThrownBy(this::upload);
        failures.clear();
        expired = "Bearer old";
        assertThat(upload().id()).isEqualTo("the document");
        assertThat(String.join("", parts.values())).isEqualTo(CONTENT);
        expired = "Bearer new";
        assertThatExceptionOfType(ApiException.class).isThrownBy(this::upload);
    }

    @Test
    void whereTheStoreIsNotReachableTheApiTakesTheParts() throws Exception {
        acceptsLinks = true;
        assertThat(upload().id()).isEqualTo("the document");
        assertThat(sent).containsExactly("1", "2", "3", "4");
    }

    @Test
    void aProxyThatEndsTheLongRequestIsNoFailure() throws Exception {
        slow = true;
        completing.addAll(List.of("open", "completing", "completing"));
        assertThat(upload().id()).isEqualTo("the document");
        assertThat(completing).isEmpty();
    }

    @Test
    void aFileWaitsForItsTurnToBePutTogether() throws Exception {
        busy = 20;
        assertThat(upload().id()).isEqualTo("the document");
        assertThat(busy).isZero();
    }

    private DriveEntry upload() throws Exception {
        return drive.upload("folder", "film.mp4", file, FolderSync.hash(file));
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String last = path.substring(path.lastIndexOf('/') + 1);
        int status = 200;
        JsonNode answer = JSON.createObjectNode();
        if (expired.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            status = 401;
        } else if (last.equals("complete") && busy > 0) {
            busy--;
            status = 429;
            exchange.getResponseHeaders().set("Retry-After", "0");
        } else if (last.equals("complete") && slow) {
            slow = false;
            status = 504;
        } else if (exchange.getRequestMethod().equals("PUT")) {
            sent.add(last);
            Integer failure = failures.get(last);
            if (failure != null && failure == 0) {
                failures.remove(last);
                exchange.close();
                return;
            }
            status = failure == null ? 200 : failure;
            if (status == 200) {
                parts.put(Integer.valueOf(last), body.split("\r\n\r\n", 2)[1].split("\r\n--")[0]);
            }
        } else {
            answer = answer(exchange.getRequestMethod(), last, body);
        }
        byte[] bytes = JSON.writeValueAsBytes(answer);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private JsonNode answer(String method, String last, String body) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        switch (last) {
            case "uploads" -> {
                if (method.equals("GET")) {
                    answer.putArray("items").addAll(uploads);
                    return answer.putNull("next_cursor");
                }
                ObjectNode upload = ((ObjectNode) JSON.readTree(body))
                        .put("id", UUID.randomUUID().toString())
                        .put("status", "open")
                        .put("part_size", PART)
                        .put("accepts_links", acceptsLinks)
                        .put("part_count", (CONTENT.length() + PART - 1) / PART);
                uploads.add(upload);
                return upload;
            }
            case "parts" ->
                answer.putArray("items")
                        .addAll(parts.keySet().stream()
                                .map(number -> JSON.createObjectNode()
                                        .put("part_number", number)
                                        .put("received_at", "now"))
                                .toList());
            case "complete" -> answer.put("id", "the document");
            // No port 1 answers.
            case "links" -> answer.put("url", "http://127.0.0.1:1/part");
            default -> answer.put("status", completing.isEmpty() ? "open" : completing.remove());
        }
        return answer;
    }
}
