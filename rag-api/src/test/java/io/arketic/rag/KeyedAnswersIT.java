package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a question under an Idempotency-Key is asked and charged once, in each form. */
class KeyedAnswersIT {

    private static final String WHOLE = "application/json";
    private static final String EVENTS = "text/event-stream";
    private static final String QUESTION = "How often must the filter be changed?";
    private static final String REPLAYED = "Idempotency-Replayed";

    private final RunningApi api = RunningApi.shared();
    private final String key = "question " + UUID.randomUUID();
    private Team team;
    private Person ada;
    private String base;
    private String chat;

    @BeforeEach
    void aChatAboutADocument() throws Exception {
        team = new Team(api);
        ada = team.owner();
        base = ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        IndexedText.put(api, ada.api(), base, "pump.txt", "Its filter must be changed every ninety days.");
        chat = team.chat(ada, Map.of("title", "Pumps"));
    }

    static Stream<Arguments> waysToRepeat() {
        return Stream.of(true, false)
                .flatMap(again -> Stream.of(WHOLE, EVENTS)
                        .flatMap(first -> Stream.of(WHOLE, EVENTS).map(then -> Arguments.of(again, first, then))));
    }

    @ParameterizedTest(name = "regenerated: {0}, {1} and then {2}")
    @MethodSource("waysToRepeat")
    void aRepeatedQuestionIsAnsweredFromWhatIsStored(boolean again, String first, String then) {
        String path = chat + "/messages";
        Map<String, Object> body = Map.of("content", QUESTION);
        int charged = 1;
        if (again) {
            path = "/messages/" + ada.api().post(path, body).text("id") + "/regenerate";
            body = Map.of();
            charged = 2;
        }
        ApiClient.Reply asked = ada.api().post(path, body, "Accept", first, "Idempotency-Key", key);
        assertThat(asked.status()).as(asked.text()).isEqualTo(200);
        assertThat(asked.header(REPLAYED)).isEmpty();
        ApiClient.Reply repeated = ada.api().post(path, body, "Accept", then, "Idempotency-Key", key);
        assertThat(repeated.status()).as(repeated.text()).isEqualTo(200);
        assertThat(repeated.header(REPLAYED)).isEqualTo("true");
        assertThat(repeated.header("Content-Type")).startsWith(then);
        assertThat(message(repeated)).isEqualTo(message(asked)).contains("ninety");
        if (then.equals(EVENTS)) {
            assertThat(repeated.text()).contains("event:token", "event:citations", "event:usage", "event:done");
        }
        assertThat(requests()).isEqualTo(charged);
        assertThat(ada.api().get(chat + "/messages").body().path("items")).hasSize(charged + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {WHOLE, EVENTS})
    void whatIsOnlySaidIsSaidOnce(String then) {
        Map<String, Object> note = Map.of("content", "A note", "ask", false);
        ApiClient.Reply said = ada.api().post(chat + "/messages", note, "Accept", EVENTS, "Idempotency-Key", key);
        assertThat(said.text()).contains("event:done");
        ApiClient.Reply repeated = ada.api().post(chat + "/messages", note, "Accept", then, "Idempotency-Key", key);
        assertThat(repeated.header(REPLAYED)).isEqualTo("true");
        assertThat(message(repeated)).isEqualTo(message(said));
        assertThat(ada.api().get(chat + "/messages").body().path("items")).hasSize(1);
        assertThat(requests()).isZero();
    }

    @ParameterizedTest(name = "streamed: {0}")
    @ValueSource(booleans = {true, false})
    void aCompletionOfAProgramIsGivenAgain(boolean streamed) {
        String path = "http://127.0.0.1:" + api.port() + "/v1/chat/completions";
        Map<String, Object> body = Map.of(
                "model",
                "kb:" + base,
                "stream",
                streamed,
                "messages",
                List.of(Map.of("role", "user", "content", QUESTION)));
        ApiClient.Reply first = ada.api().post(path, body, "Idempotency-Key", key);
        assertThat(first.status()).as(first.text()).isEqualTo(200);
        assertThat(first.text()).contains("ninety");
        ApiClient.Reply repeated = ada.api().post(path, body, "Idempotency-Key", key);
        assertThat(repeated.text()).isEqualTo(first.text());
        assertThat(repeated.header(REPLAYED)).isEqualTo("true");
        assertThat(repeated.header("Content-Type").replaceAll(";.*", ""))
                .isEqualTo(first.header("Content-Type").replaceAll(";.*", ""));
        assertThat(requests()).isEqualTo(1);
    }

    /** The first reader leaves in the middle: the answer continues, and a repeated question reads it from its beginning. */
    @Test
    @Timeout(120)
    void aRepeatedStreamJoinsTheAnswerUnderWay() throws Exception {
        try (PacedModel model = new PacedModel("Every ninety ", "days [1].");
                RunningApi slow = api.beside(Map.of("arketic.chat.base-url", model.address()))) {
            ApiClient there = slow.client().as(ada.api().token());
            String body = "{\"content\":\"" + QUESTION + "\"}";
            try (Socket leaving = new Socket("127.0.0.1", slow.port())) {
                leaving.getOutputStream()
                        .write(("POST /api/v1" + chat + "/messages HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                                        + ada.api().token() + "\r\nContent-Type: application/json\r\nAccept: " + EVENTS
                                        + "\r\nIdempotency-Key: " + key + "\r\nContent-Length: " + body.length()
                                        + "\r\n\r\n" + body)
                                .getBytes(StandardCharsets.US_ASCII));
                model.awaitCall();
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(leaving.getInputStream(), StandardCharsets.UTF_8));
                String line = lines.readLine();
                while (line != null && !line.equals("event:token")) {
                    line = lines.readLine();
                }
                assertThat(line).as("it streams before it is kept").isNotNull();
            }
            there.post(chat + "/messages", body, "Accept", WHOLE, "Idempotency-Key", key)
                    .assertProblem(409, "idempotency-key-under-way", null);
            CompletableFuture<ApiClient.Reply> joined = CompletableFuture.supplyAsync(
                    () -> there.post(chat + "/messages", body, "Accept", EVENTS, "Idempotency-Key", key));
            model.end();
            assertThat(joined.join().text()).contains("event:retrieval", "Every", "event:done");
            ApiClient.Reply later = there.post(chat + "/messages", body, "Accept", WHOLE, "Idempotency-Key", key);
            assertThat(later.header(REPLAYED)).isEqualTo("true");
            assertThat(later.text("content")).startsWith("Every ninety days");
            assertThat(model.wasCalledAgain()).isFalse();
        }
        assertThat(requests()).isEqualTo(1);
    }

    @Test
    @Timeout(120)
    void aWholeAnswerUnderAKeyIsKeptAlsoWhenItsCallerHasGone() throws Exception {
        try (PacedModel model = new PacedModel("Every ninety ", "days [1].");
                RunningApi slow = api.beside(Map.of("arketic.chat.base-url", model.address()))) {
            ApiClient there = slow.client().as(ada.api().token());
            String body = "{\"content\":\"" + QUESTION + "\"}";
            try (Socket leaving = new Socket("127.0.0.1", slow.port())) {
                leaving.getOutputStream()
                        .write(("POST /api/v1" + chat + "/messages HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                                        + ada.api().token() + "\r\nContent-Type: application/json\r\n"
                                        + "Idempotency-Key: " + key + "\r\nContent-Length: " + body.length()
                                        + "\r\n\r\n"
                                        + body)
                                .getBytes(StandardCharsets.US_ASCII));
                model.awaitCall();
            }
            model.end();
            ApiClient.Reply later = there.post(chat + "/messages", body, "Idempotency-Key", key);
            while (later.status() == 409) {
                TimeUnit.MILLISECONDS.sleep(20); // between two looks, so that the look itself does not take the machine
                later = there.post(chat + "/messages", body, "Idempotency-Key", key);
            }
            assertThat(later.header(REPLAYED)).as(later.text()).isEqualTo("true");
            assertThat(model.wasCalledAgain()).isFalse();
        }
        assertThat(requests()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {WHOLE, EVENTS})
    void aQuestionThatFailedMayBeAskedAgainUnderItsKey(String accept) {
        Map<String, Object> question = Map.of("content", QUESTION);
        try (RunningApi broken = api.beside(Map.of("arketic.chat.base-url", "http://127.0.0.1:1/v1"))) {
            assertThat(broken.client()
                            .as(ada.api().token())
                            .post(chat + "/messages", question, "Accept", accept, "Idempotency-Key", key)
                            .text())
                    .contains("model-unavailable");
        }
        assertThat(ada.api()
                        .post(chat + "/messages", question, "Accept", accept, "Idempotency-Key", key)
                        .text())
                .contains("ninety");
    }

    /** Returns the whole answer: the last event of a stream. */
    private static String message(ApiClient.Reply reply) {
        return reply.header("Content-Type").startsWith(EVENTS)
                ? reply.text()
                        .substring(reply.text().indexOf("event:done\ndata:") + 16)
                        .strip()
                : reply.text();
    }

    private int requests() {
        return ada.api()
                .get(team.path() + "/usage")
                .body()
                .path("ai_requests")
                .path("used")
                .asInt();
    }
}
