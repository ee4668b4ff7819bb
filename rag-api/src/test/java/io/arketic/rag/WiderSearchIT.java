package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.generation.TenantModels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests the text around passages, copies, and grouping by document. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WiderSearchIT {

    private static final String BEFORE = "The Borealis pump stands in the cellar.";
    private static final String RULE = "Its filter is changed every week.";
    private static final String AFTER = "The old one goes into the grey bin.";
    private static final String FAR = "Lost property is kept for a year.";
    private static final String TEXT = String.join("\n\n", BEFORE, RULE, AFTER, FAR);

    private ApiClient user;
    private String organization;
    private String base;
    private String manual;
    private String copy;

    @BeforeAll
    void start() throws Exception {
        RunningApi api = RunningApi.shared();
        user = api.client().user("wider" + UUID.randomUUID() + "@example.org");
        organization = user.post("/organizations", Map.of("name", "Wider")).text("id");
        base = user.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        manual = IndexedText.put(api, user, base, "manual.txt", TEXT);
        copy = IndexedText.put(
                api, user, base, "copy.txt", "Its filter is changed\nevery week.\n\n" + FAR + " Or two.");
    }

    @Test
    void neighboursComeWithThePassageAndOffsetsFitTheText() {
        Map<String, Object> only = Map.of("document_ids", List.of(manual));
        JsonNode hit = first(search(Map.of("expand", "neighbours", "filter", only)));
        assertThat(hit.path("content").stringValue()).isEqualTo(RULE);
        JsonNode context = hit.path("context");
        assertThat(context.path("content").stringValue()).isEqualTo(String.join("\n\n", BEFORE, RULE, AFTER));
        assertThat(TEXT.substring(
                        context.path("start_offset").intValue(),
                        context.path("end_offset").intValue()))
                .isEqualTo(context.path("content").stringValue());
        assertThat(first(search(Map.of("expand", "none", "filter", only)))
                        .path("context")
                        .isObject())
                .isFalse();
        assertThat(first(search(Map.of("filter", only))).path("context").isObject())
                .isFalse();
    }

    @Test
    void whatTheSearchExcludesIsNotBesideThePassage() {
        JsonNode hit = first(search(Map.of(
                "query",
                "How often is its filter changed every week? -grey",
                "expand",
                "neighbours",
                "filter",
                Map.of("document_ids", List.of(manual)))));
        assertThat(hit.path("context").path("content").stringValue()).isEqualTo(String.join("\n\n", BEFORE, RULE));
    }

    @Test
    void anExplanationNamesThePassageThatACopyStandsWith() {
        JsonNode hit = search(Map.of("mode", "text", "limit", 1)).path("items").get(0);
        JsonNode second = hit.path("copies").get(0);
        ApiClient.Reply explained = user.post(
                "/knowledge-bases/" + base + "/search/explain",
                body(Map.of(
                        "mode",
                        "text",
                        "limit",
                        1,
                        "expect",
                        Map.of(
                                "document_id",
                                second.path("document_id").stringValue(),
                                "offset",
                                second.path("start_offset").intValue()))));
        assertThat(explained.status()).as(explained.text()).isEqualTo(200);
        assertThat(explained.body().path("found").booleanValue())
                .as(explained.text())
                .isTrue();
        assertThat(explained.text()).contains("chunk " + hit.path("chunk_id").stringValue() + " has the same text");
    }

    @Test
    void aTextOfTheSameWordsIsNoSecondPassageAndIsNamed() {
        JsonNode hits = search(Map.of("mode", "text")).path("items");
        JsonNode hit = hits.get(0);
        assertThat(hits.valueStream()
                        .filter(one -> one.path("content")
                                .stringValue()
                                .toLowerCase(Locale.ROOT)
                                .contains("filter")))
                .hasSize(1);
        assertThat(List.of(
                        hit.path("document_id").stringValue(),
                        hit.path("copies").get(0).path("document_id").stringValue()))
                .containsExactlyInAnyOrder(manual, copy);
    }

    /** More copies than a search allows for at first. */
    @Test
    void copiesTakeNoPlaceOfOthers() throws Exception {
        // The answers of another test ask all knowledge bases of the organization.
        String own = user.post("/organizations", Map.of("name", "Copies")).text("id");
        String many = user.post("/organizations/" + own + "/knowledge-bases", Map.of("name", "Copies"))
                .text("id");
        IndexedText.put(
                RunningApi.shared(),
                user,
                many,
                "many.txt",
                "The filter is changed.\n\n".repeat(30) + "Another filter has a spring and is blue.");
        ApiClient.Reply found = user.post(
                "/knowledge-bases/" + many + "/search", Map.of("query", "filter", "mode", "text", "limit", 2));
        JsonNode items = found.body().path("items");
        assertThat(items).as(found.text()).hasSize(2);
        assertThat(items.get(0).path("copies").size()
                        + items.get(1).path("copies").size())
                .isEqualTo(29);
    }

    @Test
    void passagesOfOneDocumentStandTogether() {
        List<String> documents = search(Map.of("group_by_document", true, "threshold", -1, "limit", 50))
                .path("items")
                .valueStream()
                .map(item -> item.path("document_id").stringValue())
                .toList();
        assertThat(documents).contains(manual, copy);
        int changes = 0;
        for (int i = 1; i < documents.size(); i++) {
            changes += documents.get(i).equals(documents.get(i - 1)) ? 0 : 1;
        }
        assertThat(changes).isLessThanOrEqualTo(1);
    }

    @Test
    void anAnswerIsMadeFromMoreAndItsCitationsFit() {
        String chat = user.post("/organizations/" + organization + "/chats", Map.of("title", "Pumps"))
                .text("id");
        ApiClient.Reply answer = user.post(
                "/chats/" + chat + "/messages",
                Map.of("content", "How often is the filter changed?", "expand", "section"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonNode citations = answer.body().path("citations");
        assertThat(citations).isNotEmpty();
        citations.forEach(citation -> {
            if (citation.path("document_id").stringValue().equals(manual)) {
                assertThat(TEXT.substring(
                                citation.path("start_offset").intValue(),
                                citation.path("end_offset").intValue()))
                        .isEqualTo(citation.path("quote").stringValue());
            }
        });
    }

    @Test
    void whatIsNoChoiceIsRefusedByItsField() {
        refused(Map.of("expand", "everything"), "expand");
    }

    @Test
    void aQuestionThatIsRememberedIsTheSameAndNobodyElsesToChange() throws Exception {
        TenantModels models = RunningApi.shared().bean(TenantModels.class);
        var model = models.defaultModel(UUID.fromString(organization));
        float[] first = model.embedQuery("How often is the filter changed?");
        float[] expected = first.clone();
        first[0] = 7;
        assertThat(model.embedQuery("How often is the filter changed?")).isEqualTo(expected);
    }

    private void refused(Map<String, Object> more, String field) {
        user.post("/knowledge-bases/" + base + "/search", body(more)).assertProblem(422, "invalid-input", field);
    }

    private JsonNode search(Map<String, Object> more) {
        ApiClient.Reply reply = user.post("/knowledge-bases/" + base + "/search", body(more));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.body();
    }

    private JsonNode first(JsonNode found) {
        return found.path("items")
                .valueStream()
                .filter(item -> item.path("document_id").stringValue().equals(manual)
                        && item.path("content").stringValue().equals(RULE))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Object> body(Map<String, Object> more) {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("query", "How often is its filter changed every week?"));
        body.putAll(more);
        return body;
    }
}
