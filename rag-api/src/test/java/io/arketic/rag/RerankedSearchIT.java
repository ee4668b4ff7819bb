package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** The reranker of these tests counts the words that question and passage share, the same word again and again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RerankedSearchIT {

    private static final String QUESTION = "filter";
    private static final String OFTEN =
            "filter filter filter filter filter filter of a pump that nothing else is said of here";

    private ApiClient user;
    private String organization;
    private String base;
    private String plain;
    private String often;

    @BeforeAll
    void start() throws Exception {
        RunningApi api = RunningApi.shared();
        user = api.client().user("reranked" + UUID.randomUUID() + "@example.org");
        organization = user.post("/organizations", Map.of("name", "Reranked")).text("id");
        base = user.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        plain = IndexedText.put(api, user, base, "plain.txt", "The filter.");
        often = IndexedText.put(api, user, base, "often.txt", OFTEN);
    }

    @Test
    void aSearchThatAsksForItIsInTheRerankersOrder() {
        JsonNode fused = search(Map.of());
        assertThat(fused.path("reranked").booleanValue()).as("off by default").isFalse();
        JsonNode reranked = search(Map.of("rerank", true, "limit", 1));
        assertThat(reranked.path("reranked").booleanValue()).isTrue();
        assertThat(documents(reranked)).containsExactly(often);
        assertThat(search(Map.of("rerank", true)).path("items").findValues("score"))
                .extracting(JsonNode::doubleValue)
                .isSortedAccordingTo((left, right) -> Double.compare(right, left))
                .allMatch(score -> score > 0 && score < 1);
    }

    @Test
    void aKnowledgeBaseAsksForItAndASearchDeclines() {
        String other = user.post(
                        "/organizations/" + organization + "/knowledge-bases", Map.of("name", "Always", "rerank", true))
                .text("id");
        ApiClient.Reply made = user.get("/knowledge-bases/" + other);
        assertThat(made.body().path("rerank").booleanValue()).isTrue();
        ApiClient.Reply changed =
                user.patch("/knowledge-bases/" + other, Map.of("rerank", false), "If-Match", made.header("ETag"));
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
        assertThat(changed.body().path("rerank").booleanValue()).isFalse();
        assertThat(changed.header("ETag")).isNotEqualTo(made.header("ETag"));
        assertThat(search(Map.of("rerank", false)).path("reranked").booleanValue())
                .isFalse();
    }

    @Test
    void anExplanationTellsTheStage() {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("query", QUESTION, "limit", 1, "rerank", true));
        body.put("expect", Map.of("document_id", plain));
        JsonNode explained = explained(body);
        assertThat(explained.path("stages").findValuesAsString("stage")).endsWith("fusion", "rerank", "limit");
        assertThat(stage(explained, "rerank").path("rank").intValue()).isEqualTo(2);
        assertThat(explained.path("lost_at").stringValue()).isEqualTo("limit");
        body.put("expect", Map.of("document_id", often));
        assertThat(explained(body).path("found").booleanValue()).isTrue();
    }

    @Test
    void theStagesTellTheRerankersScoresBesideThoseOfTheFusion() {
        ApiClient.Reply reply = user.post(
                "/knowledge-bases/" + base + "/search/stages", Map.of("query", QUESTION, "limit", 1, "rerank", true));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.body().path("reranked").booleanValue()).isTrue();
        JsonNode first = reply.body()
                .path("items")
                .valueStream()
                .filter(item -> item.path("document_id").stringValue().equals(often))
                .findFirst()
                .orElseThrow();
        assertThat(first.path("rerank").path("rank").intValue()).isEqualTo(1);
        assertThat(first.path("rerank").path("score").doubleValue()).isBetween(0.0, 1.0);
        assertThat(first.path("result_rank").intValue()).isEqualTo(1);
        assertThat(reply.body().path("items")).hasSize(2);
        assertThat(reply.body().at("/items/0/fusion/rank").intValue()).isEqualTo(1);
    }

    private JsonNode explained(Map<String, Object> body) {
        ApiClient.Reply reply = user.post("/knowledge-bases/" + base + "/search/explain", body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.body();
    }

    private static JsonNode stage(JsonNode explained, String name) {
        return explained
                .path("stages")
                .valueStream()
                .filter(stage -> stage.path("stage").stringValue().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> documents(JsonNode found) {
        return found.path("items").findValuesAsString("document_id");
    }

    private JsonNode search(Map<String, Object> more) {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("query", QUESTION));
        body.putAll(more);
        ApiClient.Reply reply = user.post("/knowledge-bases/" + base + "/search", body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.body();
    }
}
