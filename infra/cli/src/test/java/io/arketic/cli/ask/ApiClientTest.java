package io.arketic.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.api.ApiException;
import io.arketic.cli.file.DeadFiles;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ApiClientTest {

    private HttpServer server;
    private ApiClient api;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        api = ApiClient.at(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void sendsTheTokenAndReadsTheAnswer() throws Exception {
        on("/api/v1/auth/me", exchange -> {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            answer(exchange, 200, "application/json", "{\"sent\":\"" + authorization + "\"}");
        });
        assertThat(api.withToken("abc").get("auth/me").path("sent").asText()).isEqualTo("Bearer abc");
    }

    @Test
    void aRefusalCarriesStatusAndDetailOfTheProblem() {
        on(
                "/api/v1/organizations",
                exchange -> answer(
                        exchange,
                        409,
                        "application/problem+json",
                        "{\"title\":\"Conflict\",\"detail\":\"slug is taken\"}"));
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> api.post("organizations", Map.of("name", "x")))
                .withMessage("the API answered 409 to POST /api/v1/organizations: slug is taken")
                .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(409));
    }

    @Test
    void aReasonThatNoFileDiesOfIsWrongUse() {
        UUID base = UUID.randomUUID();
        on(
                "/api/v1/knowledge-bases/" + base + "/ingestion/retry",
                exchange -> answer(
                        exchange,
                        422,
                        "application/problem+json",
                        "{\"title\":\"Invalid\",\"detail\":\"reason is no reason of a dead file: CORRUPT\"}"));
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> new DeadFiles(api, base).retry("NOSUCH"))
                .withMessageContaining("CORRUPT")
                .satisfies(refusal -> assertThat(refusal.exitStatus()).isEqualTo(2));
    }

    @Test
    void aRefusalThatIsNoProblemStillHasItsStatus() {
        on("/api/v1/x", exchange -> answer(exchange, 502, "text/html", "<html>"));
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> api.get("x"))
                .withMessage("the API answered 502 to GET /api/v1/x");
    }

    @Test
    void aConversationPrintsTheAnswerAndThenItsCitations() throws Exception {
        on("/api/v1/organizations", exchange -> answer(exchange, 201, "application/json", "{\"id\":\"c1\"}"));
        on("/api/v1/chats/c1/messages", exchange -> answer(exchange, 200, "text/event-stream", """
                event:token
                data:{"text":"At most "}

                event:token
                data:{"text":"90 euros [1]."}

                event:citations
                data:{"citations":[{"number":1,"filename":"handbook.pdf","page_number":4,"start_offset":7,"end_offset":20,"quote":"at most  90 euros"}]}

                event:done
                data:{}

                """));
        var printed = new ByteArrayOutputStream();
        Answer answer = ask(printed);
        assertThat(answer.text()).isEqualTo("At most 90 euros [1].");
        assertThat(answer.citations()).containsExactly(new Citation(1, "handbook.pdf", 4, 7, 20, "at most  90 euros"));
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        At most 90 euros [1].

                        [1] handbook.pdf, page 4, characters 7–20
                            “at most 90 euros”
                        """);
    }

    @Test
    void anAnswerThatBreaksOffIsAFailure() {
        on("/api/v1/organizations", exchange -> answer(exchange, 201, "application/json", "{\"id\":\"c1\"}"));
        on(
                "/api/v1/chats/c1/messages",
                exchange -> answer(
                        exchange,
                        200,
                        "text/event-stream",
                        "event:error\ndata:{\"detail\":\"the model is gone\"}\n\n"));
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> ask(new ByteArrayOutputStream()))
                .withMessage("the answer broke off: the model is gone");
    }

    private Answer ask(ByteArrayOutputStream printed) throws IOException, InterruptedException {
        var out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return new Conversation(api, new Terminal(out, false, InstantSource.system()))
                .ask(UUID.randomUUID(), UUID.randomUUID(), "How much?");
    }

    private void on(String path, com.sun.net.httpserver.HttpHandler handler) {
        server.createContext(path, handler);
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
