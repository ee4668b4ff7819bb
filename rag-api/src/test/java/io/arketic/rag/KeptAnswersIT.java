package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests what stays of an answer: its citations, ratings, and another answer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeptAnswersIT {

    private static final String QUOTE = "Its filter must be changed every ninety days.";
    private static final String TEXT =
            "The Aurelia pump was designed in Narvik.\n\n" + QUOTE + " Nothing else needs care.\n\nIt is painted blue.";
    private static final String QUESTION = "How often must the filter be changed?";

    private RunningApi api;
    private Team team;
    private Person ada;
    private Person grace;
    private String base;
    private String group;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
    }

    @BeforeEach
    void aChatAboutADocument() throws Exception {
        team = new Team(api);
        ada = team.owner();
        grace = team.member("member");
        base = ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        IndexedText.put(api, ada.api(), base, "pump.txt", TEXT);
        group = team.chat(ada, Map.of("title", "Pumps", "chat_type", "group", "participant_ids", List.of(grace.id())));
    }

    @Test
    void aCitationLeadsToItsSourceInEveryLaterState() throws Exception {
        String answer = ask().path("id").stringValue();
        JsonNode cited = cited(answer);
        assertThat(cited.path("state").stringValue()).isEqualTo("current");
        assertThat(cited.path("quote").stringValue()).isEqualTo(QUOTE);
        assertThat(cited.path("before").stringValue()).endsWith("designed in Narvik.\n\n");
        assertThat(cited.path("after").stringValue()).startsWith(" Nothing else");
        assertThat(cited.path("content_url").stringValue())
                .isEqualTo("/api/v1/knowledge-bases/" + base + "/documents/"
                        + cited.path("document_id").stringValue() + "/content#page=1");
        String chunk = cited.path("chunk_id").stringValue();
        assertThat(cited.path("current_chunk_id").stringValue()).isEqualTo(chunk);

        String reindex = "/knowledge-bases/" + base + "/reindex";
        ada.api().post(reindex, Map.of("embedding_model", "all-MiniLM-L6-v2"));
        IndexedText.fillGenerations(api, base);
        assertThat(ada.api().post(reindex + "/2/activate", Map.of()).status()).isEqualTo(200);
        ada.api().post(reindex + "/1/prune", Map.of());
        JsonNode again = cited(answer);
        assertThat(again.path("state").stringValue()).isEqualTo("current");
        assertThat(again.path("quote").stringValue()).isEqualTo(QUOTE);
        assertThat(again.path("before").stringValue())
                .isEqualTo(cited.path("before").stringValue());
        assertThat(again.path("generation").asInt())
                .as("that it was cited from")
                .isEqualTo(1);
        String currentChunk = again.path("current_chunk_id").stringValue();
        assertThat(currentChunk).isNotEqualTo(chunk);
        assertThat(ada.api()
                        .get("/knowledge-bases/" + base + "/documents/"
                                + again.path("document_id").stringValue() + "/chunks")
                        .body()
                        .path("items")
                        .findValuesAsString("id"))
                .contains(currentChunk)
                .doesNotContain(chunk);

        IndexedText.put(api, ada.api(), base, "pump.txt", "A new preface.\n\n" + TEXT);
        JsonNode replaced = cited(answer);
        assertThat(replaced.path("state").stringValue()).isEqualTo("replaced");
        assertThat(replaced.path("quote").stringValue()).isEqualTo(QUOTE);
        assertThat(replaced.path("current_version").asInt()).isEqualTo(2);
        assertThat(replaced.path("current_offset").asInt())
                .isEqualTo(cited.path("start_offset").asInt() + "A new preface.\n\n".length());
        IndexedText.put(api, ada.api(), base, "pump.txt", "Something else entirely.");
        assertThat(cited(answer).path("current_offset").isNull()).isTrue();

        assertThat(ada.api()
                        .delete("/knowledge-bases/" + base + "/documents/"
                                + cited.path("document_id").stringValue())
                        .status())
                .isEqualTo(204);
        JsonNode deleted = cited(answer);
        assertThat(deleted.path("state").stringValue()).isEqualTo("deleted");
        assertThat(deleted.path("quote").stringValue()).isEqualTo(QUOTE);
        assertThat(deleted.path("content_url").isNull()).isTrue();

        ada.api().delete("/knowledge-bases/" + base);
        Awaiting.await(
                "the document is removed",
                () -> cited(answer).path("document_id").isNull());
        JsonNode removed = cited(answer);
        assertThat(removed.path("state").stringValue()).isEqualTo("deleted");
        assertThat(removed.path("quote").stringValue()).isEqualTo(QUOTE);
        assertThat(grace.api()
                        .get("/messages/" + answer)
                        .body()
                        .at("/citations/0/document_id")
                        .isNull())
                .isTrue();

        ada.api().delete("/messages/" + answer);
        assertThat(grace.api().get("/messages/" + answer + "/citations").body().path("items"))
                .as("what a deleted message quoted is gone")
                .isEmpty();
    }

    @Test
    void eachReaderRatesAnAnswerOnce() {
        String answer = "/messages/" + ask().path("id").stringValue();
        ada.api().post(answer + "/feedback", Map.of("rating", "down", "comment", "Which filter?"));
        ada.api().post(answer + "/feedback", Map.of("rating", "up"));
        grace.api().post(answer + "/feedback", Map.of("rating", "down"));
        JsonNode ratings = grace.api().get(answer + "/feedback").body().path("items");
        assertThat(ratings.findValuesAsString("rating")).containsExactly("up", "down");
        assertThat(ratings.get(0).path("comment").isNull()).isTrue();
        assertThat(ada.api().delete(answer + "/feedback").status()).isEqualTo(204);
        assertThat(grace.api().get(answer + "/feedback").body().path("items")).hasSize(1);
        ada.api().post(answer + "/feedback", Map.of("rating", "perhaps")).assertProblem(422, "invalid-input", "rating");
        String question = "/messages/" + ada.api().get(answer).text("reply_to_id");
        ada.api().post(question + "/feedback", Map.of("rating", "up")).assertProblem(409, "conflict", null);
    }

    @Test
    void aQuestionIsAnsweredOnceMore() {
        JsonNode first = ask();
        JsonNode second = grace.api()
                .post("/messages/" + first.path("id").stringValue() + "/regenerate", Map.of())
                .body();
        assertThat(second.path("reply_to_id")).isEqualTo(first.path("reply_to_id"));
        assertThat(second.path("id")).isNotEqualTo(first.path("id"));
        assertThat(second.path("content")).isEqualTo(first.path("content"));
        String streamed = ada.api()
                .post(
                        "/messages/" + first.path("reply_to_id").stringValue() + "/regenerate",
                        Map.of(),
                        "Accept",
                        "text/event-stream")
                .text();
        assertThat(streamed).contains("event:retrieval", "event:done");
        assertThat(ada.api().get(group + "/messages").body().path("items")).hasSize(4);
        assertThat(ada.api()
                        .get(team.path() + "/usage")
                        .body()
                        .path("ai_requests")
                        .path("used")
                        .asInt())
                .isEqualTo(3);
        ada.api().delete("/messages/" + first.path("reply_to_id").stringValue());
        ada.api()
                .post("/messages/" + first.path("id").stringValue() + "/regenerate", Map.of())
                .assertProblem(404, "not-found", null);
    }

    @Test
    void anAnswerThatFailedLeavesARowThatSaysWhy() {
        try (RunningApi broken = api.beside(Map.of("arketic.chat.base-url", "http://127.0.0.1:1/v1"))) {
            broken.client()
                    .as(ada.api().token())
                    .post(group + "/messages", Map.of("content", QUESTION))
                    .assertProblem(502, "model-unavailable", null);
        }
        JsonNode latest =
                grace.api().get(group + "/messages").body().path("items").get(0);
        assertThat(latest.path("message_type").stringValue()).isEqualTo("ai");
        assertThat(latest.path("status").stringValue()).isEqualTo("failed");
        assertThat(latest.path("failure_reason").stringValue()).isEqualTo("model-unavailable");
        assertThat(ada.api()
                        .post("/messages/" + latest.path("id").stringValue() + "/regenerate", Map.of())
                        .text("content"))
                .contains("every ninety days");
    }

    @Test
    void anAnswerIsStoppedThroughAnotherProcess() throws Exception {
        try (ServerSocket silent = new ServerSocket(0);
                RunningApi slow = api.beside(
                        Map.of("arketic.chat.base-url", "http://127.0.0.1:" + silent.getLocalPort() + "/v1"))) {
            CompletableFuture<ApiClient.Reply> asking = CompletableFuture.supplyAsync(
                    () -> slow.client().as(ada.api().token()).post(group + "/messages", Map.of("content", QUESTION)));
            try (Socket model = silent.accept()) {
                String question = "/messages/"
                        + grace.api()
                                .get(group + "/messages")
                                .body()
                                .path("items")
                                .get(0)
                                .path("id")
                                .stringValue();
                grace.api().post(question + "/stop", Map.of()).assertProblem(403, "forbidden", null);
                assertThat(ada.api().post(question + "/stop", Map.of()).status())
                        .isEqualTo(202);
                asking.get(60, TimeUnit.SECONDS).assertProblem(409, "answer-stopped", null);
                assertThat(model.isBound()).isTrue();
            }
        }
        JsonNode latest =
                grace.api().get(group + "/messages").body().path("items").get(0);
        assertThat(latest.path("failure_reason").stringValue()).isEqualTo("answer-stopped");
    }

    @Test
    void aStopThatComesAsSoonAsTheQuestionIsSeenIsNotLost() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 100);
                RunningApi slow = api.beside(
                        Map.of("arketic.chat.base-url", "http://127.0.0.1:" + silent.getLocalPort() + "/v1"));
                EventReader reader = EventReader.open(ada.api(), group, "")) {
            ApiClient there = slow.client().as(ada.api().token());
            reader.await("ready");
            for (int i = 0; i < 20; i++) {
                String accept = i % 2 == 0 ? "application/json" : "text/event-stream";
                CompletableFuture<ApiClient.Reply> asking = CompletableFuture.supplyAsync(
                        () -> there.post(group + "/messages", Map.of("content", QUESTION), "Accept", accept));
                String question = reader.await(event -> event.name().equals("message")
                                && event.data()
                                        .path("message")
                                        .path("message_type")
                                        .stringValue()
                                        .equals("user"))
                        .data()
                        .path("message")
                        .path("id")
                        .stringValue();
                assertThat(there.post("/messages/" + question + "/stop", Map.of())
                                .status())
                        .isEqualTo(202);
                // the model never answers: an answer whose stop is lost does not end
                assertThat(asking.get(60, TimeUnit.SECONDS).text()).contains("urn:arketic:problem:answer-stopped");
            }
        }
    }

    private JsonNode ask() {
        return ada.api().post(group + "/messages", Map.of("content", QUESTION)).body();
    }

    private JsonNode cited(String answer) {
        return grace.api()
                .get("/messages/" + answer + "/citations")
                .body()
                .path("items")
                .get(0);
    }
}
