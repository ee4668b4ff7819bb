package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests the same filter in a search, a chat and a completion. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FilteredSearchIT {

    private static final String QUESTION = "How often is the filter of the Borealis pump changed?";

    private ApiClient user;
    private String organization;
    private String base;
    private String winter;
    private String summer;
    private String foreign;

    @BeforeAll
    void start() throws Exception {
        RunningApi api = RunningApi.shared();
        user = api.client().user("filtered" + UUID.randomUUID() + "@example.org");
        organization = user.post("/organizations", Map.of("name", "Filtered")).text("id");
        base = base(user, organization);
        winter = IndexedText.put(
                api, user, base, "winter.txt", "The filter of the Borealis pump is changed every week.");
        summer = IndexedText.put(
                api, user, base, "summer.md", "The filter of the Borealis pump is changed every month.");
        ApiClient stranger = api.client().user("filtered" + UUID.randomUUID() + "@example.org");
        String theirs =
                stranger.post("/organizations", Map.of("name", "Theirs")).text("id");
        foreign = IndexedText.put(api, stranger, base(stranger, theirs), "theirs.txt", "The filter is never changed.");
    }

    @Test
    void aSearchIsNarrowed() {
        assertThat(found(Map.of())).containsExactlyInAnyOrder(winter, summer);
        assertThat(found(Map.of("document_ids", List.of(summer)))).containsExactly(summer);
        assertThat(found(Map.of("file_types", List.of("MD")))).containsExactly(summer);
        assertThat(found(Map.of("paths", List.of("winter.txt")))).containsExactly(winter);
        assertThat(found(Map.of("title", "WINTER"))).containsExactly(winter);
        assertThat(found(Map.of("from", "2020-01-01", "until", "2021-01-01"))).isEmpty();
        assertThat(found(Map.of("first_page", 2))).isEmpty();
        assertThat(found(Map.of("document_ids", List.of(foreign)))).isEmpty();
        assertThat(found(Map.of("author", "' or true --"))).isEmpty();
    }

    @Test
    void aSearchIsNarrowedByKeysThatUsersGaveTheirDocuments() {
        described(winter, "winter.txt", "{\"season\": \"winter\", \"year\": 2024, \"o'k\\\"ey\": \"a, {b}\"}");
        described(summer, "summer.md", "{\"season\": \"summer\", \"year\": \"2024\"}");
        assertThat(found(metadata(Map.of("season", List.of("winter"))))).containsExactly(winter);
        assertThat(found(metadata(Map.of("season", List.of("winter", "summer")))))
                .containsExactlyInAnyOrder(winter, summer);
        assertThat(found(metadata(Map.of("year", List.of("2024"), "season", List.of("summer")))))
                .containsExactly(summer);
        assertThat(found(metadata(Map.of("o'k\"ey", List.of("a, {b}"))))).containsExactly(winter);
        assertThat(found(metadata(Map.of("season", List.of("autumn"))))).isEmpty();
        assertThat(found(metadata(Map.of("a key that no document has", List.of("x")))))
                .isEmpty();
        assertThat(found(metadata(Map.of("season", List.of("win%", "' or true --")))))
                .isEmpty();

        described(summer, "summer.md", null);
        assertThat(found(metadata(Map.of("season", List.of("summer")))))
                .as("another version keeps them")
                .containsExactly(summer);
        described(summer, "summer.md", "{}");
        assertThat(found(metadata(Map.of("season", List.of("summer"))))).isEmpty();
    }

    @Test
    void whatIsNoMetadataIsRefused() {
        for (String metadata : List.of(
                "",
                "[]",
                "{",
                "text",
                "{\"a\": {}}",
                "{\"a\": null}",
                "{\"\": \"b\"}",
                "{\"a\": \"\\u0000\"}",
                "{\"a\": \"" + "b".repeat(501) + "\"}")) {
            upload("refused.txt", metadata).assertProblem(422, "invalid-input", "metadata");
        }
        assertThat(refused(metadata(Map.of()))).isEqualTo("filter.metadata");
        assertThat(refused(metadata(Map.of("a", List.of())))).startsWith("filter.metadata");
        assertThat(refused(metadata(Map.of("a", Collections.nCopies(51, "b"))))).startsWith("filter.metadata");
        assertThat(refused(metadata(Map.of("a", "b")))).startsWith("filter.metadata");
    }

    @Test
    void nulInAFilterFindsNothing() {
        assertThat(found(Map.of("author", "a\u0000b"))).isEmpty();
        assertThat(found(Map.of("title", "\u0000"))).isEmpty();
        assertThat(found(Map.of("paths", List.of("\u0000")))).isEmpty();
        assertThat(found(Map.of("file_types", List.of("\u0000"), "languages", List.of("\u0000"))))
                .isEmpty();
        assertThat(found(metadata(Map.of("\u0000", List.of("\u0000"))))).isEmpty();
    }

    private static Map<String, Object> metadata(Map<String, Object> keys) {
        return Map.of("metadata", keys);
    }

    /** The bytes are those that are indexed already, so the document stays found. */
    private void described(String document, String filename, @Nullable String metadata) {
        ApiClient.Reply stored = upload(filename, metadata);
        assertThat(stored.status()).as(stored.text()).isEqualTo(202);
        assertThat(stored.body().path("items").get(0).path("id").stringValue()).isEqualTo(document);
    }

    private ApiClient.Reply upload(String filename, @Nullable String metadata) {
        String more = metadata == null ? "" : "?metadata=" + URLEncoder.encode(metadata, StandardCharsets.UTF_8);
        return user.upload("/knowledge-bases/" + base + "/documents" + more, Map.of(filename, "The same."));
    }

    @Test
    void quotesAndMinusNarrowASearch() {
        assertThat(asked("filter \"every week\"")).containsExactly(winter);
        assertThat(asked("filter -month")).containsExactly(winter);
        assertThat(asked("filter \"week every\"")).isEmpty();
        assertThat(asked("-month")).as("words").contains(summer);
        assertThat(asked("\"\" & | ! :* <-> pump")).isNotEmpty();
    }

    private List<String> asked(String query) {
        ApiClient.Reply reply = user.post("/knowledge-bases/" + base + "/search", Map.of("query", query));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.body().path("items").findValuesAsString("document_id");
    }

    @Test
    void whatIsNoFilterIsRefusedByItsField() {
        assertThat(refused(Map.of("colour", "red"))).isEqualTo("filter.colour");
        assertThat(refused(Map.of("document_ids", List.of()))).isEqualTo("filter.document_ids");
        assertThat(refused(Map.of("document_ids", Collections.nCopies(10_000, winter))))
                .isEqualTo("filter.document_ids");
        assertThat(refused(Map.of("document_ids", List.of("winter")))).startsWith("filter.document_ids");
        assertThat(refused(Map.of("paths", List.of("")))).startsWith("filter.paths");
        assertThat(refused(Map.of("until", "+999999999-12-31"))).isEqualTo("filter.until");
        assertThat(refused(Map.of("from", "yesterday"))).isEqualTo("filter.from");
        assertThat(refused(Map.of("from", "2024-02-01", "until", "2024-01-01"))).isEqualTo("filter.until");
        assertThat(refused(Map.of("first_page", 3, "last_page", 2))).isEqualTo("filter.last_page");
        assertThat(refused(Map.of("first_page", 0))).isEqualTo("filter.first_page");
    }

    @Test
    void aChatAnswersFromWhatIsLeft() {
        String chat = user.post("/organizations/" + organization + "/chats", Map.of("title", "Pumps"))
                .text("id");
        for (String document : List.of(winter, summer)) {
            ApiClient.Reply answer = user.post(
                    "/chats/" + chat + "/messages",
                    Map.of("content", QUESTION, "filter", Map.of("document_ids", List.of(document))));
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.text("content")).contains(document.equals(winter) ? "every week" : "every month");
            assertThat(answer.body().path("citations").findValuesAsString("document_id"))
                    .containsOnly(document);
        }
    }

    private List<String> found(Map<String, Object> filter) {
        ApiClient.Reply reply = search(filter);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.body().path("items").findValuesAsString("document_id");
    }

    private String refused(Map<String, Object> filter) {
        ApiClient.Reply reply = search(filter);
        assertThat(reply.status()).as(reply.text()).isEqualTo(422);
        JsonNode error = reply.body().path("errors").get(0);
        return error.path("field").stringValue();
    }

    private ApiClient.Reply search(Map<String, Object> filter) {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("query", QUESTION));
        body.put("filter", filter);
        return user.post("/knowledge-bases/" + base + "/search", body);
    }

    private static String base(ApiClient user, String organization) {
        return user.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
    }
}
