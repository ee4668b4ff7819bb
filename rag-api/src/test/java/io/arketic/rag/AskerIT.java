package io.arketic.rag;

import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.arketic.rag.model.Models;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests that answers and problems follow the preferences and the profile of the user that asks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AskerIT {

    private static final String CALL = "/v1/chat/completions";
    private static final String QUESTION = "How often is the filter changed?";
    private static final String TEXT = "The filter is changed every ninety days.";

    private WireMockServer models;
    private RunningApi api;
    private Team team;
    private ApiClient user;
    private String base;

    @BeforeAll
    void start() {
        models = new WireMockServer(wireMockConfig().dynamicPort());
        models.start();
        models.stubFor(post(CALL).willReturn(Models.answer("Every ninety days. [1].")));
        api = RunningApi.start(
                "127.0.0.1:1",
                Map.of(
                        "arketic.chat.endpoints[0].name", "scripted",
                        "arketic.chat.endpoints[0].models", "small,large,own",
                        "arketic.chat.endpoints[0].base-url", models.baseUrl() + "/v1",
                        "arketic.chat.default-model", "small",
                        "arketic.limit.chat", 0));
    }

    @AfterAll
    void stop() {
        api.close();
        models.stop();
    }

    @BeforeEach
    void aTeam() throws Exception {
        team = new Team(api);
        user = team.owner().api();
        base = user.post(team.path() + "/knowledge-bases", Map.of("name", "Manuals"))
                .text("id");
        IndexedText.put(api, user, base, "filter.txt", TEXT);
        models.resetRequests();
    }

    @Test
    void theModelIsTheUsersThenTheChatsThenTheOrganizations() {
        String chat = chat(Map.of("title", "Plain"));
        String large = chat(Map.of("title", "Large", "ai_model", "large"));
        assertThat(asked(chat).path("model").stringValue()).isEqualTo("small");
        assertThat(asked(large).path("model").stringValue()).isEqualTo("large");
        prefer(Map.of("default_ai_model", "own"));
        assertThat(asked(chat).path("model").stringValue()).isEqualTo("own");
        assertThat(asked(large).path("model").stringValue()).isEqualTo("own");
        settings(Map.of("allowed_ai_models", List.of("small", "large")));
        assertThat(asked(large).path("model").stringValue())
                .as("the organization does not allow the user's")
                .isEqualTo("large");
        prefer(Map.of("default_ai_model", "unheard-of"));
        settings(Map.of("allow_all_ai_models", true));
        assertThat(asked(large).path("model").stringValue())
                .as("no endpoint serves the user's")
                .isEqualTo("large");
    }

    @Test
    void creativityIsTheTemperatureWhereTheChatNamesNone() {
        String chat = chat(Map.of("title", "Plain"));
        String cold = chat(Map.of("title", "Cold", "temperature", 0.1));
        assertThat(asked(chat).path("temperature").asDouble()).isEqualTo(0.7);
        prefer(Map.of("ai_creativity_level", 10));
        assertThat(asked(chat).path("temperature").asDouble()).isEqualTo(1.2, within(1e-9));
        assertThat(asked(cold).path("temperature").asDouble()).isEqualTo(0.1);
        prefer(Map.of("ai_creativity_level", 1));
        assertThat(asked(chat).path("temperature").asDouble()).isZero();
    }

    @Test
    void aModelIsToldTheLengthTheLanguageAndTheTimeOfItsAsker() {
        String chat = chat(Map.of("title", "Plain"));
        assertThat(prompt(chat)).contains("in the language of the question", " UTC.");
        prefer(Map.of("ai_response_style", "concise"));
        profile(Map.of("language", "de-CH", "timezone", "Asia/Tokyo"));
        assertThat(prompt(chat))
                .contains("Answer in German (Switzerland)", "one to three sentences", "Asia/Tokyo")
                .contains("Die Wissensbasis enthält keine Antwort");
        prefer(Map.of("ai_response_style", "detailed"));
        profile(Map.of("language", "xx"));
        assertThat(prompt(chat)).contains("in the language of the question", "Answer in detail");
        user.patch("/users/me/preferences", Map.of("ai_response_style", "endless"), "If-Match", "*")
                .assertProblem(422, "invalid-input", "ai_response_style");
    }

    @Test
    void anExtractiveAnswerHasTheLengthTheLanguageAndTheDatesOfItsAsker() {
        String chat = chat(Map.of("title", "Extractive", "ai_model", "extractive"));
        prefer(Map.of("ai_response_style", "concise"));
        JsonNode concise = answer(chat, QUESTION);
        prefer(Map.of("ai_response_style", "detailed"));
        profile(Map.of("timezone", "Pacific/Kiritimati"));
        JsonNode detailed = answer(chat, QUESTION);
        assertThat(concise.path("content").stringValue()).isEqualTo("The filter is changed every ninety days. [1]");
        assertThat(detailed.path("content").stringValue())
                .startsWith("filter.txt (")
                .contains("ninety days. [1]");
        // 25 hours lie between these two zones, so no moment has the same date in both.
        profile(Map.of("timezone", "Pacific/Pago_Pago", "language", "tr"));
        assertThat(answer(chat, QUESTION).path("content").stringValue())
                .isNotEqualTo(detailed.path("content").stringValue());
        assertThat(answer(chat, "Who invented the telephone?").path("content").stringValue())
                .isEqualTo("Bilgi tabanı bu sorunun yanıtını içermiyor.");
    }

    @Test
    void aProblemHasTheLanguageOfTheProfileElseThatOfTheRequest() {
        String missing = "/chats/00000000-0000-7000-8000-000000000000";
        assertThat(user.get(missing).text("title")).isEqualTo("Not found");
        assertThat(user.get(missing, "Accept-Language", "tr").text("title")).isEqualTo("Bulunamadı");
        assertThat(user.get(missing, "Accept-Language", "fr, x;q=0").text("title"))
                .isEqualTo("Not found");
        profile(Map.of("language", "de"));
        ApiClient.Reply german = user.get(missing, "Accept-Language", "tr");
        assertThat(german.text("title")).isEqualTo("Nicht gefunden");
        german.assertProblem(404, "not-found", null);
        profile(Map.of("language", "fr"));
        assertThat(user.get(missing).text("title"))
                .as("a language without messages")
                .isEqualTo("Not found");
    }

    private String chat(Map<String, Object> chat) {
        return team.chat(team.owner(), chat);
    }

    private JsonNode answer(String chat, String question) {
        ApiClient.Reply reply =
                user.post(chat + "/messages", Map.of("content", question, "knowledge_base_ids", List.of(base)));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.body();
    }

    /** Returns the request that the model was sent for the question. */
    private JsonNode asked(String chat) {
        models.resetRequests();
        answer(chat, QUESTION);
        return new JsonMapper()
                .readTree(models.findAll(postRequestedFor(urlEqualTo(CALL))
                                .withRequestBody(matchingJsonPath("$.messages[0].role")))
                        .get(0)
                        .getBodyAsString());
    }

    private String prompt(String chat) {
        return asked(chat).path("messages").get(0).path("content").stringValue();
    }

    private void prefer(Map<String, Object> change) {
        assertThat(user.patch("/users/me/preferences", change, "If-Match", "*").status())
                .isEqualTo(200);
    }

    private void profile(Map<String, Object> change) {
        assertThat(user.patch("/users/me/profile", change, "If-Match", "*").status())
                .isEqualTo(200);
    }

    private void settings(Map<String, Object> change) {
        assertThat(user.patch(team.path() + "/settings", change, "If-Match", "*")
                        .status())
                .isEqualTo(200);
    }
}
