package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What costs a caller nothing costs the server little: documents that strangers read again and again, and heads. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeadsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int REPEATS = 20;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private RunningApi api;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openapi", "/openapi/openai", "/openapi/mcp", "/openapi.yaml"})
    void aDocumentIsOneWhateverHostAndLanguageItsReaderNames(String path) throws Exception {
        HttpResponse<String> first = send("GET", path, Map.of());
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(raw(path, "evil.example", "xx")).contains("HTTP/1.1 200").doesNotContain("evil.example");
        String tag = first.headers().firstValue("ETag").orElseThrow();
        for (int language = 0; language < REPEATS; language++) {
            HttpResponse<String> again = send("GET", path, Map.of("Accept-Language", "x" + (char) ('a' + language)));
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(again.headers().firstValue("ETag")).contains(tag);
        }
        assertThat(send("GET", path, Map.of("If-None-Match", tag)).statusCode()).isEqualTo(304);
        HttpResponse<String> compressed = send("GET", path, Map.of("Accept-Encoding", "gzip"));
        assertThat(compressed.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(compressed.headers().firstValue("Content-Type"))
                .isEqualTo(first.headers().firstValue("Content-Type"));
        assertThat(compressed.headers().firstValueAsLong("Content-Length").orElseThrow())
                .isLessThan(first.headers().firstValueAsLong("Content-Length").orElseThrow());
    }

    @Test
    void theHeadOfAFileIsAnsweredWithoutItsBytesAndThatOfAStreamNotAtAll() throws Exception {
        Team team = new Team(api);
        Person ada = team.owner();
        String bearer = "Bearer " + ada.api().token();
        String base = ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        String file = ada.api()
                .upload(team.path() + "/documents", Map.of("a.txt", "five5"))
                .body()
                .at("/items/0/id")
                .stringValue();
        HttpResponse<String> head =
                send("HEAD", "/api/v1/documents/" + file + "/content", Map.of("Authorization", bearer));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Length")).contains("5");

        String bases = "/api/v1/knowledge-bases/" + base;
        for (String stream : new String[] {bases + "/ingestion", bases + "/reindex"}) {
            Map<String, String> live = Map.of("Authorization", bearer, "Accept", "text/event-stream");
            assertThat(send("HEAD", stream, live).statusCode()).as(stream).isEqualTo(405);
            assertThat(send("HEAD", stream, Map.of("Authorization", bearer)).statusCode())
                    .as(stream)
                    .isEqualTo(200);
        }
        String chat = team.chat(ada, Map.of("title", "Pumps"));
        Map<String, String> live = Map.of("Authorization", bearer, "Accept", "text/event-stream");
        assertThat(send("HEAD", "/api/v1" + chat + "/events", live).statusCode())
                .isEqualTo(405);
        for (String export : new String[] {"/api/v1" + team.path() + "/export", "/api/v1/users/me/export"}) {
            HttpResponse<String> refused = send("HEAD", export, Map.of("Authorization", bearer));
            assertThat(refused.statusCode()).as(export).isEqualTo(405);
            assertThat(refused.headers().firstValue("Allow")).as(export).contains("GET");
        }
    }

    @Test
    void aLiveStreamTakesAPlaceOfItsOrganizationAndGivesItBack() throws Exception {
        Team team = new Team(api);
        Person ada = team.owner();
        String base = ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        String chat = team.chat(ada, Map.of("title", "Pumps"));
        Map<String, String> streams = Map.of(
                "chat-streams", chat + "/events",
                "progress-streams", "/knowledge-bases/" + base + "/ingestion");
        List<Socket> open = new ArrayList<>();
        try {
            for (Map.Entry<String, String> stream : streams.entrySet()) {
                Socket socket = new Socket("127.0.0.1", api.port());
                open.add(socket);
                String request = "GET /api/v1" + stream.getValue() + " HTTP/1.1\r\nHost: localhost\r\nAccept:"
                        + " text/event-stream\r\nAuthorization: Bearer "
                        + ada.api().token() + "\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                Awaiting.await(stream.getKey() + " is under way", () -> underWay(stream.getKey()) > 0);
            }
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
        for (String kind : streams.keySet()) {
            Awaiting.await(kind + " has ended", () -> underWay(kind) == 0);
        }
    }

    private double underWay(String kind) {
        return api.bean(MeterRegistry.class)
                .get("arketic.bulkhead.under.way")
                .tag("kind", kind)
                .gauge()
                .value();
    }

    private HttpResponse<String> send(String method, String path, Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
                .timeout(PATIENCE)
                .method(method, HttpRequest.BodyPublishers.noBody());
        headers.forEach(request::header);
        return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
    }

    /** With a head that the client of the JDK does not send. */
    private String raw(String path, String host, String language) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", api.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nAccept-Language: " + language
                    + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
