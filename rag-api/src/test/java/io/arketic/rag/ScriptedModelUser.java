package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.arketic.rag.answer.SilentEndpoint;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Asks the scripted models as the owner of an organization with one indexed text. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ScriptedModelUser {

    static final String QUESTION = "How often is the filter changed?";
    static final String TEXT = "The filter is changed every ninety days.";

    final ExecutorService callers = Executors.newFixedThreadPool(100);
    WireMockServer thief;
    WireMockServer models;
    SilentEndpoint silent;
    RunningApi api;
    ApiClient user;
    String organization;
    String base;

    @BeforeAll
    void start() throws Exception {
        ScriptedModels shared = ScriptedModels.shared();
        thief = shared.thief();
        models = shared.models();
        silent = shared.silent();
        api = shared.api();
        user = api.client().user("scripted-" + UUID.randomUUID() + "@example.org");
        organization = user.post("/organizations", Map.of("name", "Scripted " + UUID.randomUUID()))
                .text("id");
        base = base();
        IndexedText.put(api, user, base, "filter.txt", TEXT);
    }

    @AfterAll
    void stop() {
        callers.shutdownNow();
    }

    /** Sets the model that members ask by default. */
    String organization(String model) {
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

    String base() {
        return base(organization);
    }

    String base(String home) {
        return user.post("/organizations/" + home + "/knowledge-bases", Map.of("name", "Base"))
                .text("id");
    }

    String chat(String model, String knowledgeBase) {
        return chat(organization, model, knowledgeBase);
    }

    String chat(String home, String model, String knowledgeBase) {
        ApiClient.Reply made = user.post(
                "/organizations/" + home + "/chats",
                Map.of("title", model, "ai_model", model, "knowledge_base_ids", List.of(knowledgeBase)));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.text("id");
    }

    List<JsonNode> answers(String chat) {
        return answers(user, chat);
    }

    static List<JsonNode> answers(ApiClient reader, String chat) {
        return reader.get("/chats/" + chat + "/messages")
                .body()
                .path("items")
                .valueStream()
                .filter(message -> message.path("message_type").stringValue().equals("ai"))
                .toList();
    }

    JsonNode usage() {
        return usage(organization);
    }

    JsonNode usage(String home) {
        return user.get("/organizations/" + home + "/usage")
                .body()
                .path("months")
                .path(0);
    }
}
