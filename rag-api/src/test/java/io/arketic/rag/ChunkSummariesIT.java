package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests what a chunk says of itself, and its summaries by its own sentences and by models. */
class ChunkSummariesIT extends ScriptedModelUser {

    private static final String SHORT =
            "The Borealis has a pump. Its impeller is made of bronze and its seal of rubber.";
    private static final String LONG = SHORT + " It was fine that day. We had tea.";

    @Test
    void aSummaryIsMadeWhenItIsAskedForAndByAModelWhereOneIsSet() throws Exception {
        String home = organization("good");
        String base = base(home);
        String document = IndexedText.put(api, user, base, "pump.txt", LONG);
        String path = "/knowledge-bases/" + base + "/documents/" + document + "/chunks";
        JsonNode chunk = user.get(path).body().at("/items/0");
        assertThat(chunk.path("summary").isNull()).isTrue();
        assertThat(chunk.path("chunk_type").stringValue()).isEqualTo("text");
        assertThat(chunk.path("content_length").intValue()).isEqualTo(LONG.length());
        assertThat(chunk.path("vector_id").stringValue()).startsWith(document);
        assertThat(chunk.path("keywords").toString()).contains("borealis", "impeller");

        String one = path + "/0";
        user.get(path + "/1").assertProblem(404, "not-found", null);
        assertThat(user.get(one).text("summary")).isEqualTo(SHORT);
        assertThat(user.get(path).body().at("/items/0/summary").stringValue()).isEqualTo(SHORT);
        assertThat(requests(home)).isZero();

        assertThat(user.post(one + "/summary", Map.of()).text("summary")).isEqualTo("Every Every");
        assertThat(requests(home)).isEqualTo(1);
        assertThat(usage(home).path("ai_cost").asDouble()).isPositive();
        user.post(one + "/summary", Map.of("model", "failing")).assertProblem(502, "model-unavailable", null);
        assertThat(requests(home)).isEqualTo(2);
        assertThat(user.get(one).text("summary")).as("the one before").isEqualTo("Every Every");
        api.execute("update organizations set max_ai_requests_per_month = 2 where id = '" + home + "'");
        user.post(one + "/summary", Map.of()).assertProblem(429, "ai-request-limit", null);
        assertThat(user.post(one + "/summary", Map.of("model", "extractive")).text("summary"))
                .isEqualTo(SHORT);
    }

    @Test
    void aChunkIsNotShownToOthers() throws Exception {
        String document = IndexedText.put(api, user, base, "pump.txt", LONG);
        String documents = "/knowledge-bases/" + base + "/documents/";
        ApiClient stranger = new Team(api).owner().api();
        stranger.get(documents + document + "/chunks/0").assertProblem(404, "not-found", null);
        stranger.post(documents + document + "/chunks/0/summary", Map.of()).assertProblem(404, "not-found", null);
    }

    private long requests(String home) {
        return api.count("select ai_requests_this_month from organizations where id = '" + home + "'");
    }
}
