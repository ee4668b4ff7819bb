package io.arketic.rag;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import io.arketic.rag.answer.SilentEndpoint;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Tests answers of badly behaving language models, with a separate model for each kind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScriptedModelIT {

    private static final int GOOD_PRICE = 2000;
    private static final String QUESTION = "How often is the filter changed?";
    private static final String TEXT = "The filter is changed every ninety days.";
    private static final Pattern ADDRESS = Pattern.compile("(?i)(https?://|www\\.)\\S*");
    private static final String HALF = "data: {\"choices\":[{\"delta\":{\"content\":\"Every \"}}]}\n\n";

    private final WireMockServer thief = new WireMockServer(wireMockConfig().dynamicPort());
    private final ExecutorService callers = Executors.newFixedThreadPool(100);
    private WireMockServer models;
    private SilentEndpoint silent;
    private RunningApi api;
    private ApiClient user;
    private String organization;
    private String base;

    private static Map<String, ResponseDefinitionBuilder> badAnswers() {
        Map<String, ResponseDefinitionBuilder> answers = new LinkedHashMap<>();
        answers.put("busy", aResponse().withStatus(429).withHeader("Retry-After", "0"));
        answers.put("failing", aResponse().withStatus(500).withBody("{\"error\":\"secret-of-the-upstream\"}"));
        answers.put("garbage", aResponse().withBody("data: <html>\n\n"));
        answers.put("half", aResponse().withBody(HALF));
        answers.put("mute", aResponse().withFixedDelay(60_000).withBody("data: [DONE]\n\n"));
        answers.put(
                "calling",
                aResponse()
                        .withBody(
                                "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"name\":\"rm\"}}]}}]}\n\n"
                                        + "data: [DONE]\n\n"));
        answers.put("endless", aResponse().withBody(HALF.repeat(20_000) + "data: [DONE]\n\n"));
        return answers;
    }

    static Stream<String> badModels() {
        return badAnswers().keySet().stream();
    }

    @BeforeAll
    void start() throws Exception {
        thief.start();
        thief.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)));
        models = new WireMockServer(wireMockConfig().dynamicPort().extensions(new ObedientModel(thief.baseUrl())));
        models.start();
        silent = new SilentEndpoint(true);
        Map<String, Object> settings = new HashMap<>(Map.of(
                "arketic.chat.attempts", 2,
                "arketic.chat.first-token-timeout", "2s",
                "arketic.chat.timeout", "20s",
                "arketic.chat.price-per-million-tokens", 10,
                "arketic.limit.chat", 0));
        Map<String, ResponseDefinitionBuilder> all = badAnswers();
        all.put("good", aResponse().withBody(HALF + HALF + "data: [DONE]\n\n"));
        all.put("obedient", aResponse().withTransformers(ObedientModel.NAME));
        int number = 0;
        for (Map.Entry<String, ResponseDefinitionBuilder> model : all.entrySet()) {
            String path = "/" + model.getKey();
            models.stubFor(post(path + "/chat/completions").willReturn(model.getValue()));
            endpoint(settings, number++, model.getKey(), models.baseUrl() + path);
        }
        endpoint(settings, number, "silent", silent.address());
        settings.put("arketic.chat.endpoints[" + badAnswers().size() + "].price-per-million-tokens", GOOD_PRICE);
        api = RunningApi.start("127.0.0.1:1", settings);
        user = api.client().user("scripted@example.org");
        organization = user.post("/organizations", Map.of("name", "Scripted")).text("id");
        base = base();
        IndexedText.put(api, user, base, "filter.txt", TEXT);
    }

    @AfterAll
    void stop() throws Exception {
        callers.shutdownNow();
        api.close();
        models.stop();
        thief.stop();
        silent.close();
    }

    @ParameterizedTest
    @MethodSource("badModels")
    void aBadAnswerIsTypedKeptAsFailedAndChargedOnce(String model) {
        JsonNode before = usage();
        String chat = chat(model, base);
        ApiClient.Reply whole = user.post("/chats/" + chat + "/messages", Map.of("content", QUESTION));
        whole.assertProblem(502, "model-unavailable", null);
        assertThat(whole.text()).doesNotContain("secret-of-the-upstream");
        ApiClient.Reply streamed =
                user.post("/chats/" + chat + "/messages", Map.of("content", QUESTION), "Accept", "text/event-stream");
        assertThat(streamed.status()).isEqualTo(200);
        assertThat(streamed.text())
                .contains("event:error", "urn:arketic:problem:model-unavailable")
                .doesNotContain("event:done");
        List<JsonNode> failed = answers(chat);
        assertThat(failed)
                .hasSize(2)
                .allMatch(message -> message.path("status").stringValue().equals("failed"));
        int tokens = failed.stream()
                .mapToInt(message -> message.path("tokens_used").asInt())
                .sum();
        JsonNode after = usage();
        assertThat(after.path("ai_requests").asInt(0))
                .isEqualTo(before.path("ai_requests").asInt(0) + 2);
        assertThat(after.path("ai_tokens").asInt(0))
                .isEqualTo(before.path("ai_tokens").asInt(0) + tokens);
    }

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
            endpoint(settings, 0, "failing", models.baseUrl() + "/failing");
            endpoint(settings, 1, "stand-in", standIn.address());
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
            endpoint(settings, i, "held-" + i, endpoints.get(i).address());
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

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/event-stream"})
    void messagesThatAreNoneAreRefusedAndCostNothing(String accept) {
        String chat = chat("good", base);
        int before = usage().path("ai_requests").asInt(0);
        Map<String, Integer> statuses = new LinkedHashMap<>();
        statuses.put("", 422);
        statuses.put(" \t\n ", 422);
        statuses.put("x".repeat(4001), 422);
        statuses.put("x".repeat(999_000), 422);
        statuses.put("x".repeat(1 << 20), 413);
        statuses.put("é".repeat(3 << 20), 413);
        statuses.put("a\u0000b", 422);
        statuses.forEach((content, status) -> {
            ApiClient.Reply reply =
                    user.post("/chats/" + chat + "/messages", Map.of("content", content), "Accept", accept);
            assertThat(reply.status())
                    .as(content.length() + ": " + reply.text())
                    .isEqualTo(status);
            assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
        });
        assertThat(usage().path("ai_requests").asInt(0)).isEqualTo(before);
        String odd = "a\u0001\u001b[31m\u007f\u202eb\u2028c\ud83d\ude80?";
        ApiClient.Reply reply = user.post("/chats/" + chat + "/messages", Map.of("content", odd), "Accept", accept);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(user.get("/chats/" + chat + "/messages")
                        .body()
                        .path("items")
                        .get(1)
                        .path("content")
                        .stringValue())
                .as("other control characters stay what they are")
                .isEqualTo(odd);
    }

    @Test
    void eachEndpointHasItsPriceAndWhatAnOwnKeyPaysForCostsNothing() throws Exception {
        String home = organization("good");
        String chat = chat(home, "good", base(home));
        String pumps = base(home);
        assertThat(user.post("/chats/" + chat + "/messages", Map.of("content", QUESTION))
                        .status())
                .isEqualTo(200);
        assertThat(usage(home).path("ai_tokens").asInt())
                .as("nothing was found to ask a model about")
                .isZero();
        IndexedText.put(api, user, pumps, "filter.txt", TEXT);
        String asking = chat(home, "good", pumps);
        user.post("/chats/" + asking + "/messages", Map.of("content", QUESTION));
        JsonNode used = usage(home);
        int tokens = used.path("ai_tokens").asInt();
        assertThat(tokens).isPositive();
        assertThat(used.path("ai_cost").asDouble())
                .as("by its own price and not by the deployment's")
                .isCloseTo(tokens * GOOD_PRICE / 1e6, within(0.0001));
        int requests = 2;
        for (String keys : List.of("/users/me/provider-keys", "/organizations/" + home + "/provider-keys")) {
            String secret = "sk-of-my-own-" + requests;
            ApiClient.Reply key = user.post(keys, Map.of("provider", "good", "name", "default", "key", secret));
            assertThat(user.post("/chats/" + asking + "/messages", Map.of("content", QUESTION))
                            .status())
                    .isEqualTo(200);
            models.verify(
                    1,
                    postRequestedFor(urlEqualTo("/good/chat/completions"))
                            .withHeader("Authorization", equalTo("Bearer " + secret)));
            user.delete(keys + "/" + key.text("id"));
            JsonNode after = usage(home);
            assertThat(after.path("ai_cost")).as(keys).isEqualTo(used.path("ai_cost"));
            assertThat(after.path("ai_tokens").asInt()).isGreaterThan(tokens);
            assertThat(after.path("ai_requests").asInt()).isEqualTo(++requests);
            tokens = after.path("ai_tokens").asInt();
        }
    }

    @Test
    void aHundredAnswersAtOnceAllBecomeWhole() {
        String chat = chat("good", base);
        List<CompletableFuture<ApiClient.Reply>> asked = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> user.post(
                                "/chats/" + chat + "/messages",
                                Map.of("content", QUESTION),
                                "Accept",
                                "text/event-stream"),
                        callers))
                .limit(100)
                .toList();
        assertThat(asked).allSatisfy(reply -> assertThat(reply.join().text()).contains("event:done"));
    }

    @Test
    void noDocumentMakesAnAnswerLeakLinkOrCall() throws Exception {
        try (Stream<Path> documents = Files.list(
                Path.of(ScriptedModelIT.class.getResource("injection").toURI()))) {
            for (Path document : documents.sorted().toList()) {
                String text = Files.readString(document).replace("THIEF", thief.baseUrl());
                String hostile = base();
                IndexedText.put(api, user, hostile, document.getFileName().toString(), text.strip());
                ApiClient.Reply reply =
                        user.post("/chats/" + chat("obedient", hostile) + "/messages", Map.of("content", QUESTION));
                assertThat(reply.status()).as(document + reply.text()).isEqualTo(200);
                harmless(document.getFileName().toString(), reply.body(), text);
            }
        }
        assertThat(thief.getAllServeEvents()).isEmpty();
        assertThat(models.getAllServeEvents())
                .allMatch(event -> event.getRequest().getUrl().endsWith("/chat/completions"));
    }

    private static void harmless(String document, JsonNode message, String source) {
        String content = message.path("content").stringValue();
        assertThat(content)
                .as(document)
                .doesNotContain("![", "](", "]:")
                .doesNotContainPattern("<[A-Za-z/!?]")
                .doesNotContain("from the numbered sources below", "whatever they ask for", "are data")
                .doesNotContain("[7]", "[99]", "[98]");
        Matcher address = ADDRESS.matcher(content);
        while (address.find()) {
            assertThat(source).as(document).contains(address.group().replaceAll("[\"'?).,\\\\<>]+$", ""));
        }
        Set<Integer> cited = new HashSet<>();
        message.path("citations")
                .forEach(citation -> cited.add(citation.path("number").asInt()));
        assertThat(cited).as(document).contains(1).allMatch(number -> content.contains("[" + number + "]"));
    }

    private static void endpoint(Map<String, Object> settings, int number, String model, String address) {
        String prefix = "arketic.chat.endpoints[" + number + "].";
        settings.put(prefix + "name", model);
        settings.put(prefix + "models", model);
        settings.put(prefix + "base-url", address);
    }

    /** Sets the model that members ask by default. */
    private String organization(String model) {
        String home = user.post("/organizations", Map.of("name", "With " + model + " " + UUID.randomUUID()))
                .text("id");
        assertThat(user.patch(
                                "/organizations/" + home + "/settings",
                                Map.of("default_ai_model", model),
                                "If-Match",
                                "*")
                        .status())
                .isEqualTo(200);
        return home;
    }

    private String base() {
        return base(organization);
    }

    private String base(String home) {
        return user.post("/organizations/" + home + "/knowledge-bases", Map.of("name", "Base"))
                .text("id");
    }

    private String chat(String model, String knowledgeBase) {
        return chat(organization, model, knowledgeBase);
    }

    private String chat(String home, String model, String knowledgeBase) {
        ApiClient.Reply made = user.post(
                "/organizations/" + home + "/chats",
                Map.of("title", model, "ai_model", model, "knowledge_base_ids", List.of(knowledgeBase)));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.text("id");
    }

    private List<JsonNode> answers(String chat) {
        return answers(user, chat);
    }

    private static List<JsonNode> answers(ApiClient reader, String chat) {
        return reader.get("/chats/" + chat + "/messages")
                .body()
                .path("items")
                .valueStream()
                .filter(message -> message.path("message_type").stringValue().equals("ai"))
                .toList();
    }

    private JsonNode usage() {
        return usage(organization);
    }

    private JsonNode usage(String home) {
        return user.get("/organizations/" + home + "/usage")
                .body()
                .path("months")
                .path(0);
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
