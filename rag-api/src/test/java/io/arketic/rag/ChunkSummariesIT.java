package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
    void whatIsWrittenOfAChunkStandsAlsoInItsNextVersionAndGeneration() throws Exception {
        String base = base(organization("good"));
        String document = IndexedText.put(api, user, base, "pump.txt", LONG + "\n\nThe seal lasts for a year.");
        String one = "/knowledge-bases/" + base + "/documents/" + document + "/chunks/0";
        ApiClient.Reply made = user.get(one);
        user.patch(one, Map.of("summary", "Mine.")).assertProblem(428, "precondition-required", null);
        ApiClient.Reply written = user.patch(
                one,
                Map.of("keywords", List.of("Bronze", "Bronze "), "summary", "Mine."),
                "If-Match",
                made.header("ETag"));
        assertThat(written.status()).as(written.text()).isEqualTo(200);
        assertThat(written.body().path("keywords").toString()).isEqualTo("[\"Bronze\"]");
        user.patch(one, Map.of("summary", "Late."), "If-Match", made.header("ETag"))
                .assertProblem(412, "stale-version", null);
        user.post(one + "/summary", Map.of("model", "extractive")).assertProblem(409, "conflict", null);
        String second = one.substring(0, one.length() - 1) + "1";
        assertThat(user.post(second + "/summary", Map.of()).text("summary")).isEqualTo("Every Every");

        IndexedText.put(api, user, base, "pump.txt", LONG + "\n\nThe seal lasts for a year.\n\nIt is black.");
        assertThat(user.get(one).body().path("document_version").asInt()).isEqualTo(2);
        assertThat(user.get(one).text("summary")).isEqualTo("Mine.");
        assertThat(user.get(one).body().path("keywords").toString()).isEqualTo("[\"Bronze\"]");
        assertThat(user.get(second).text("summary")).as("that a model made").isEqualTo("Every Every");
        String former = user.get(one).header("ETag");
        IndexedText.put(api, user, base, "pump.txt", "Another text.\n\n" + LONG);
        assertThat(user.get(one).text("summary")).as("another text").isEqualTo("Another text.");
        user.patch(one, Map.of("summary", "Of the former text."), "If-Match", former)
                .assertProblem(412, "stale-version", null);
        assertThat(user.get(second).text("summary")).as("at another place").isEqualTo("Mine.");

        Map<String, @Nullable Object> clear = new HashMap<>();
        clear.put("keywords", null);
        clear.put("summary", null);
        ApiClient.Reply cleared = user.patch(second, clear, "If-Match", "*");
        assertThat(cleared.status()).as(cleared.text()).isEqualTo(200);
        assertThat(cleared.body().path("keywords_edited").asBoolean()).isFalse();
        assertThat(cleared.body().path("keywords").toString()).contains("borealis", "impeller");
        assertThat(user.get(second).text("summary")).isEqualTo(SHORT);
        user.patch(second, Map.of("summary", "x".repeat(2001)), "If-Match", "*")
                .assertProblem(422, "invalid-input", "summary");
    }

    @Test
    void aChunkThatIsSwitchedOffIsFoundByNoSearchUntilItIsOnAgain() throws Exception {
        String home = organization("good");
        String base = base(home);
        String text = "The bolt is turned by hand.\n\nThe bolt of the winch is oiled each week.";
        String document = IndexedText.put(api, user, base, "bolt.txt", text);
        String second = "/knowledge-bases/" + base + "/documents/" + document + "/chunks/1";
        Map<String, Object> query = Map.of("query", "bolt winch", "mode", "text", "expand", "neighbours", "limit", 10);
        assertThat(found(base, query)).isEqualTo("01");
        ApiClient.Reply off = user.patch(second, Map.of("enabled", false), "If-Match", "*");
        assertThat(off.status()).as(off.text()).isEqualTo(200);
        assertThat(off.body().path("enabled").asBoolean(true)).isFalse();
        assertThat(found(base, query)).isEqualTo("0");
        assertThat(user.post("/knowledge-bases/" + base + "/search", query)
                        .body()
                        .at("/items/0")
                        .toString())
                .as("nor does it stand beside another one")
                .doesNotContain("winch");
        JsonNode explained = user.post(
                        "/knowledge-bases/" + base + "/search/explain",
                        Map.of("query", "bolt winch", "expect", Map.of("document_id", document, "offset", 40)))
                .body();
        assertThat(explained.path("lost_at").stringValue()).isEqualTo("enabled");
        Map<String, Object> shown = new HashMap<>(query);
        shown.put("filter", Map.of("include_disabled", true));
        assertThat(found(base, shown)).isEqualTo("01");
        for (String search : List.of("/search", "/search/stages")) {
            Map<String, Object> asked = new HashMap<>(shown);
            asked.keySet().retainAll(List.of("query", "mode", "filter"));
            JsonNode items =
                    user.post("/knowledge-bases/" + base + search, asked).body().path("items");
            assertThat(items.findValuesAsString("enabled")).as(search).containsExactlyInAnyOrder("true", "false");
        }
        user.post(
                        "/chats/" + chat(home, "good", base) + "/messages",
                        Map.of("content", "bolt winch", "filter", Map.of("include_disabled", true)))
                .assertProblem(422, "invalid-input", "filter.include_disabled");

        IndexedText.put(api, user, base, "bolt.txt", "The bolt is new.\n\n" + text);
        assertThat(found(base, query)).as("of the next version").isEqualTo("01");
        String third = second.substring(0, second.length() - 1) + "2";
        assertThat(user.patch(third, Map.of("summary", "Mine."), "If-Match", "*")
                        .body()
                        .path("enabled")
                        .asBoolean(true))
                .isFalse();
        user.patch(third, Map.of("enabled", true), "If-Match", "*");
        assertThat(found(base, query)).isEqualTo("012");
    }

    /** Returns the ordinals of the chunks that the search finds, in their order. */
    private String found(String base, Map<String, Object> query) {
        List<String> ordinals = new ArrayList<>();
        for (JsonNode item :
                user.post("/knowledge-bases/" + base + "/search", query).body().path("items")) {
            ordinals.add(api.text("select chunk_index from knowledge_chunks where id = '"
                    + item.path("chunk_id").stringValue() + "'"));
        }
        return ordinals.stream().sorted().collect(Collectors.joining());
    }

    @Test
    void chunksOfOneTextShareWhatIsWrittenOfThem() throws Exception {
        String base = base(organization("good"));
        String document = IndexedText.put(api, user, base, "twice.txt", LONG + "\n\n" + LONG);
        String first = "/knowledge-bases/" + base + "/documents/" + document + "/chunks/0";
        String second = "/knowledge-bases/" + base + "/documents/" + document + "/chunks/1";
        String unwritten = user.get(second).header("ETag");
        assertThat(user.patch(
                                first,
                                Map.of("summary", "Mine."),
                                "If-Match",
                                user.get(first).header("ETag"))
                        .status())
                .isEqualTo(200);
        user.patch(second, Map.of("summary", "Late."), "If-Match", unwritten).assertProblem(412, "stale-version", null);
        assertThat(api.count("select count(*) from knowledge_chunks where document_id = '" + document
                        + "' and summary = 'Mine.'"))
                .isEqualTo(2);
    }

    @Test
    void aChunkIsNotShownToOthers() throws Exception {
        String document = IndexedText.put(api, user, base, "pump.txt", LONG);
        String documents = "/knowledge-bases/" + base + "/documents/";
        ApiClient stranger = new Team(api).owner().api();
        stranger.get(documents + document + "/chunks/0").assertProblem(404, "not-found", null);
        stranger.patch(documents + document + "/chunks/0", Map.of("summary", "Mine."), "If-Match", "*")
                .assertProblem(404, "not-found", null);
        stranger.post(documents + document + "/chunks/0/summary", Map.of()).assertProblem(404, "not-found", null);
    }

    private long requests(String home) {
        return api.count("select ai_requests_this_month from organizations where id = '" + home + "'");
    }
}
