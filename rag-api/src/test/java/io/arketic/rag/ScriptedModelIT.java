package io.arketic.rag;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import io.arketic.rag.answer.SilentEndpoint;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What becomes of answers when the language model behaves badly, each kind of it a model of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScriptedModelIT {

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

    @Test
    @Timeout(60)
    void anAnswerThatNobodyReadsAnyMoreIsBrokenOffAndChargedOnce() throws Exception {
        String chat = chat("silent", base);
        int before = usage().path("ai_tokens").asInt(0);
        HttpRequest request = HttpRequest.newBuilder(URI.create(user.address() + "/api/v1/chats/" + chat + "/messages"))
                .header("Authorization", "Bearer " + user.token())
                .header("Content-Type", "application/json")
                .header("Accept", "text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString("{\"content\":\"" + QUESTION + "\"}"))
                .build();
        HttpResponse<InputStream> answer =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        silent.awaitCall();
        answer.body().close();
        silent.awaitClosed();
        Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
        while (answers(chat).isEmpty() && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        JsonNode failed = answers(chat).get(0);
        assertThat(failed.path("status").stringValue()).isEqualTo("failed");
        assertThat(failed.path("tokens_used").asInt()).isPositive();
        assertThat(usage().path("ai_tokens").asInt(0))
                .isEqualTo(before + failed.path("tokens_used").asInt());
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

    private String base() {
        return user.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Base"))
                .text("id");
    }

    private String chat(String model, String knowledgeBase) {
        ApiClient.Reply made = user.post(
                "/organizations/" + organization + "/chats",
                Map.of("title", model, "ai_model", model, "knowledge_base_ids", List.of(knowledgeBase)));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.text("id");
    }

    private List<JsonNode> answers(String chat) {
        return user.get("/chats/" + chat + "/messages")
                .body()
                .path("items")
                .valueStream()
                .filter(message -> message.path("message_type").stringValue().equals("ai"))
                .toList();
    }

    private JsonNode usage() {
        return user.get("/organizations/" + organization + "/usage")
                .body()
                .path("months")
                .path(0);
    }
}
