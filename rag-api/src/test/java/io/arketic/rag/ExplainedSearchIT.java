package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExplainedSearchIT {

    private static final String TEXT =
            "The filter of the Borealis pump is changed every week.\n\nLost property is kept for a year.";

    private ApiClient user;
    private ApiClient stranger;
    private String base;
    private String document;

    @BeforeAll
    void start() throws Exception {
        RunningApi api = RunningApi.shared();
        user = api.client().user("explained" + UUID.randomUUID() + "@example.org");
        stranger = api.client().user("explained" + UUID.randomUUID() + "@example.org");
        String organization =
                user.post("/organizations", Map.of("name", "Explained")).text("id");
        base = user.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        document = IndexedText.put(api, user, base, "pump.txt", TEXT);
    }

    @Test
    void whatIsFoundPassesEachStage() {
        JsonNode explained = explained("How often is the filter changed?", 4, Map.of());
        assertThat(explained.path("found").booleanValue()).isTrue();
        assertThat(explained.path("lost_at").isNull()
                        || explained.path("lost_at").isMissingNode())
                .isTrue();
        assertThat(explained.path("stages").findValuesAsString("stage"))
                .containsExactly(
                        "rights", "read", "cut", "indexed", "enabled", "filter", "quality", "vector", "words", "fusion",
                        "limit");
        assertThat(stage(explained, "fusion").path("rank").intValue()).isEqualTo(1);
        assertThat(stage(explained, "fusion").path("score").doubleValue()).isPositive();
        assertThat(explained.path("start_offset").intValue()).isZero();
    }

    @Test
    void whatIsNotFoundNamesTheStageThatLostIt() {
        assertThat(lostAt("filter", 60, Map.of("mode", "text"))).isEqualTo("words");
        assertThat(lostAt("filter", 60, Map.of("mode", "vector", "threshold", 1)))
                .isEqualTo("vector");
        assertThat(lostAt("filter property", 60, Map.of("limit", 1, "mode", "vector", "threshold", -1)))
                .isIn("limit", null);
        assertThat(lostAt("filter", 4, Map.of("filter", Map.of("title", "another"))))
                .isEqualTo("filter");
        assertThat(lostAt("filter", 5_000, Map.of())).isEqualTo("read");
    }

    @Test
    void eachStageTellsItsCandidates() {
        String query = "How often is the filter changed?";
        JsonNode stages = user.post(stagesPath(), Map.of("query", query, "threshold", 0.99, "limit", 1))
                .body();
        JsonNode first = stages.at("/items/0");
        JsonNode explained = explained(query, 4, Map.of("threshold", 0.99));
        assertThat(first.path("chunk_id")).isEqualTo(explained.path("chunk_id"));
        for (String stage : new String[] {"vector", "words", "fusion"}) {
            assertThat(first.path(stage).path("rank"))
                    .as(stage)
                    .isEqualTo(stage(explained, stage).path("rank"));
            assertThat(first.path(stage).path("score").doubleValue())
                    .as(stage)
                    .isEqualTo(stage(explained, stage).path("score").doubleValue());
        }
        assertThat(first.path("result_rank").intValue()).isEqualTo(1);
        assertThat(first.path("rerank").isNull()).isTrue();
        assertThat(first.path("excerpt").stringValue()).startsWith("The filter of the Borealis");
        JsonNode second = stages.at("/items/1");
        assertThat(second.path("vector").path("score").doubleValue())
                .isLessThan(stages.path("threshold").doubleValue());
        assertThat(second.path("fusion").isNull()).as("below the threshold").isTrue();
        assertThat(second.path("result_rank").isNull()).isTrue();
        JsonNode words = user.post(stagesPath(), Map.of("query", "filter", "mode", "text"))
                .body();
        assertThat(words.path("items")).hasSize(1);
        assertThat(words.at("/items/0/vector").isNull()).isTrue();
        stranger.post(stagesPath(), Map.of("query", query)).assertProblem(404, "not-found", null);
    }

    private String stagesPath() {
        return "/knowledge-bases/" + base + "/search/stages";
    }

    @Test
    void whatIsNotTheCallersIsNotExplained() {
        stranger.post(path(), body("filter", document, null, Map.of())).assertProblem(404, "not-found", null);
        user.post(path(), body("filter", UUID.randomUUID().toString(), null, Map.of()))
                .assertProblem(404, "not-found", null);
        user.post(path(), Map.of("query", "filter")).assertProblem(422, "invalid-input", "expect");
        user.post(path(), body("filter", document, -1, Map.of())).assertProblem(422, "invalid-input", "expect.offset");
        assertThat(user.post(path(), body("\u0000 & | ! (", document, null, Map.of()))
                        .status())
                .as("operators and NUL are no words")
                .isEqualTo(200);
    }

    private String lostAt(String query, int offset, Map<String, Object> more) {
        return explained(query, offset, more).path("lost_at").stringValue(null);
    }

    private JsonNode explained(String query, int offset, Map<String, Object> more) {
        ApiClient.Reply reply = user.post(path(), body(query, document, offset, more));
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

    private String path() {
        return "/knowledge-bases/" + base + "/search/explain";
    }

    private static Map<String, Object> body(String query, String document, Integer offset, Map<String, Object> more) {
        Map<String, Object> body = new LinkedHashMap<>(more);
        Map<String, Object> expected = new LinkedHashMap<>(Map.of("document_id", document));
        if (offset != null) {
            expected.put("offset", offset);
        }
        body.put("query", query);
        body.put("expect", expected);
        return body;
    }
}
