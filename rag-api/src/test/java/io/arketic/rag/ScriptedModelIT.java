package io.arketic.rag;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Tests answers of badly behaving language models, with a separate model for each kind. */
class ScriptedModelIT extends ScriptedModelUser {

    private static final Pattern ADDRESS = Pattern.compile("(?i)(https?://|www\\.)\\S*");

    static Stream<String> badModels() {
        return ScriptedModels.badAnswers().keySet().stream();
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
                .isCloseTo(tokens * ScriptedModels.GOOD_PRICE / 1e6, within(0.0001));
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
}
