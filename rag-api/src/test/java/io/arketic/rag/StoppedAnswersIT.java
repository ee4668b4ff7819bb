package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.answer.SilentEndpoint;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Tests answers that stop before their end: by their caller, with a membership, or while models do not answer. */
class StoppedAnswersIT extends ScriptedModelUser {

    /** Names how an answer is requested: where, and in which form. */
    static Stream<Arguments> waysToAsk() {
        return Stream.of("application/json", "text/event-stream")
                .flatMap(accept -> Stream.of(true, false).map(chat -> Arguments.of(accept, chat)));
    }

    /** Checks an endpoint that would never end its answer: it sees its connection closed while it has more to send. */
    @ParameterizedTest(name = "{0}, in a chat: {1}")
    @MethodSource("waysToAsk")
    @Timeout(60)
    void anAnswerWithoutAWaitingCallerIsCancelledAndChargedOnce(String accept, boolean inChat) throws Exception {
        String home = organization("silent");
        String pumps = base(home);
        IndexedText.put(api, user, pumps, "filter.txt", TEXT);
        String chat = chat(home, "silent", pumps);
        String path = inChat ? "/api/v1/chats/" + chat + "/messages" : "/v1/chat/completions";
        String body = inChat
                ? "{\"content\":\"" + QUESTION + "\"}"
                : "{\"model\":\"kb:" + pumps + "\",\"stream\":" + accept.startsWith("text")
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + QUESTION + "\"}]}";
        try (Socket leaving = new Socket("127.0.0.1", api.port())) {
            leaving.getOutputStream()
                    .write(("POST " + path + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + user.token()
                                    + "\r\nContent-Type: application/json\r\nAccept: " + accept + "\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            silent.awaitCall();
        }
        silent.awaitClosed();
        JsonNode used =
                await(() -> usage(home), usage -> usage.path("ai_tokens").asInt(0) > 0);
        assertThat(used.path("ai_requests").asInt()).isEqualTo(1);
        if (inChat) {
            JsonNode failed = answers(chat).get(0);
            assertThat(failed.path("status").stringValue()).isEqualTo("failed");
            assertThat(failed.path("failure_reason").stringValue()).isEqualTo("answer-stopped");
            assertThat(used.path("ai_tokens").asInt())
                    .isEqualTo(failed.path("tokens_used").asInt());
        }
    }

    /**
     * Checks a failing model whose replacement never ends: the replacement is stopped, at the first try and once more.
     */
    @Test
    @Timeout(120)
    void whatStandsInIsStoppedAndAskedAgainLikeTheModelItself() throws Exception {
        String home = organization("failing");
        String pumps = base(home);
        IndexedText.put(api, user, pumps, "filter.txt", TEXT);
        String chat = chat(home, "failing", pumps);
        try (SilentEndpoint standIn = new SilentEndpoint(true)) {
            Map<String, Object> settings = new HashMap<>(Map.of("arketic.chat.failover", "stand-in"));
            ScriptedModels.endpoint(settings, 0, "failing", models.baseUrl() + "/failing");
            ScriptedModels.endpoint(settings, 1, "stand-in", standIn.address());
            try (RunningApi there = api.beside(settings)) {
                ApiClient reader = there.client().as(user.token());
                String path = "/chats/" + chat + "/messages";
                String question = "";
                for (int tries = 1; tries <= 2; tries++) {
                    String ask = tries == 1 ? path : "/messages/" + question + "/regenerate";
                    Object body = tries == 1 ? Map.of("content", QUESTION) : Map.of();
                    CompletableFuture<ApiClient.Reply> asked = CompletableFuture.supplyAsync(
                            () -> reader.post(ask, body, "Accept", "text/event-stream"), callers);
                    standIn.awaitCall();
                    JsonNode said = user.get(path).body().path("items");
                    question = said.get(said.size() - 1).path("id").stringValue();
                    user.post("/messages/" + question + "/stop", Map.of());
                    assertThat(asked.join().text()).contains("answer-stopped").doesNotContain("event:done");
                    standIn.awaitClosed();
                }
            }
        }
        List<JsonNode> failed = answers(chat);
        assertThat(failed).hasSize(2).allSatisfy(answer -> {
            assertThat(answer.path("failure_reason").stringValue()).isEqualTo("answer-stopped");
            assertThat(answer.path("ai_model_used").stringValue()).isEqualTo("stand-in");
        });
        JsonNode used = usage(home);
        assertThat(used.path("ai_requests").asInt()).isEqualTo(2);
        assertThat(used.path("ai_tokens").asInt())
                .isEqualTo(failed.stream()
                        .mapToInt(answer -> answer.path("tokens_used").asInt())
                        .sum());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/event-stream"})
    @Timeout(120)
    void anAnswerIsStoppedAlsoWhileItsQuestionIsBeingEmbedded(String accept) throws Exception {
        try (SilentEndpoint embedding = new SilentEndpoint(false);
                RunningApi remote = api.beside(Map.of(
                        "arketic.embedding.remote.id",
                        "remote",
                        "arketic.embedding.remote.url",
                        embedding.address(),
                        "arketic.embedding.remote.model",
                        "remote",
                        "arketic.embedding.remote.dimensions",
                        8,
                        "arketic.embedding.remote.max-tokens",
                        100))) {
            ApiClient there = remote.client().as(user.token());
            ApiClient.Reply made = there.post(
                    "/organizations/" + organization + "/knowledge-bases",
                    Map.of("name", "Elsewhere", "embedding_model", "remote"));
            assertThat(made.status()).as(made.text()).isEqualTo(201);
            String chat = chat("good", made.text("id"));
            CompletableFuture<ApiClient.Reply> asked = CompletableFuture.supplyAsync(
                    () -> there.post("/chats/" + chat + "/messages", Map.of("content", QUESTION), "Accept", accept),
                    callers);
            embedding.awaitCall();
            String question = user.get("/chats/" + chat + "/messages")
                    .body()
                    .path("items")
                    .get(0)
                    .path("id")
                    .stringValue();
            user.post("/messages/" + question + "/stop", Map.of());
            assertThat(asked.join().text()).contains("answer-stopped");
            embedding.awaitClosed();
            assertThat(answers(chat).get(0).path("failure_reason").stringValue())
                    .isEqualTo("answer-stopped");
        }
    }

    @Test
    @Timeout(60)
    void aParticipantRemovedMidStreamLosesTheAnswerAndItIsChargedOnce() throws Exception {
        Team team = new Team(api);
        Team.Person grace = team.member("member");
        String home = team.path().substring("/organizations/".length());
        String pumps = team.owner()
                .api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        IndexedText.put(api, team.owner().api(), pumps, "filter.txt", TEXT);
        String group = team.chat(
                team.owner(),
                Map.of(
                        "title",
                        "Us",
                        "chat_type",
                        "group",
                        "ai_model",
                        "silent",
                        "participant_ids",
                        List.of(grace.id())));
        String place =
                grace.api().get(group).body().path("participation").path("id").stringValue();
        silent.forgetCalls();
        CompletableFuture<ApiClient.Reply> streamed = CompletableFuture.supplyAsync(
                () -> grace.api().post(group + "/messages", Map.of("content", QUESTION), "Accept", "text/event-stream"),
                callers);
        silent.awaitCall();
        team.owner().api().delete(group + "/participants/" + place);
        assertThat(streamed.join().text())
                .contains("event:error", "urn:arketic:problem:not-found")
                .doesNotContain("event:done");
        silent.awaitClosed();
        JsonNode failed =
                answers(team.owner().api(), group.substring("/chats/".length())).get(0);
        assertThat(failed.path("failure_reason").stringValue()).isEqualTo("not-found");
        JsonNode used = team.owner()
                .api()
                .get("/organizations/" + home + "/usage")
                .body()
                .path("months")
                .path(0);
        assertThat(used.path("ai_requests").asInt()).isEqualTo(1);
        assertThat(used.path("ai_tokens").asInt())
                .isEqualTo(failed.path("tokens_used").asInt());
    }

    @Test
    @Timeout(120)
    void noConnectionOfTheDatabaseIsHeldWhileModelsAnswer() throws Exception {
        // three times as many answers under way as there are connections, and the API still serves
        List<SilentEndpoint> endpoints = new ArrayList<>();
        Map<String, Object> settings = new HashMap<>(
                Map.of("arketic.database.pool-size", 3, "arketic.chat.attempts", 1, "arketic.limit.chat", 0));
        for (int i = 0; i < 9; i++) {
            endpoints.add(new SilentEndpoint(true));
            ScriptedModels.endpoint(settings, i, "held-" + i, endpoints.get(i).address());
        }
        try (RunningApi small = api.beside(settings)) {
            ApiClient there = small.client().as(user.token());
            List<CompletableFuture<ApiClient.Reply>> asked = new ArrayList<>();
            List<String> chats = new ArrayList<>();
            for (int i = 0; i < endpoints.size(); i++) {
                String chat = chat(organization, "held-" + i, base);
                chats.add(chat);
                String accept = i % 2 == 0 ? "text/event-stream" : "application/json";
                asked.add(CompletableFuture.supplyAsync(
                        () -> there.post("/chats/" + chat + "/messages", Map.of("content", QUESTION), "Accept", accept),
                        callers));
                endpoints.get(i).awaitCall();
            }
            assertThat(there.get("/organizations").status()).isEqualTo(200);
            for (String chat : chats) {
                String question = there.get("/chats/" + chat + "/messages")
                        .body()
                        .path("items")
                        .get(0)
                        .path("id")
                        .stringValue();
                assertThat(there.post("/messages/" + question + "/stop", Map.of())
                                .status())
                        .isEqualTo(202);
            }
            assertThat(asked)
                    .allSatisfy(reply -> assertThat(reply.join().text()).contains("answer-stopped"));
        } finally {
            for (SilentEndpoint endpoint : endpoints) {
                endpoint.close();
            }
        }
    }

    private static JsonNode await(Supplier<JsonNode> look, Predicate<JsonNode> wanted) {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
        JsonNode seen = look.get();
        while (!wanted.test(seen) && Instant.now().isBefore(deadline)) {
            seen = look.get();
        }
        return seen;
    }
}
