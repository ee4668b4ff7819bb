package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.caller.SecretToken;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests who reads and asks a knowledge base by its type and by is_public. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublicKnowledgeIT {

    private static final Map<String, Object> QUERY = Map.of("query", "How often is the filter changed?");
    private static final Map<String, Object> QUESTION = Map.of("question", "How often is the filter changed?");

    /** Is the bucket of guesses, which all tests share: their guests have one address. */
    private static final SecretToken GUESSES = new SecretToken("public knowledge guessed by address 127.0.0.1");

    private RunningApi api;
    private ApiClient guest;
    private Team team;
    private ApiClient owner;
    private String base;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
        guest = api.client();
    }

    @BeforeEach
    void aKnowledgeBase() throws Exception {
        api.execute("delete from attempts where subject = '" + GUESSES.hash() + "'");
        team = new Team(api);
        owner = team.owner().api();
        base = create("Manuals", "shared");
        IndexedText.put(api, owner, base, "filter.txt", "The filter is changed every ninety days.");
    }

    @Test
    void aPublicOneIsSeenSearchedAndAskedWithoutAnAccount() {
        unreachable(base);
        JsonNode published = publish(owner, true).body();
        assertThat(published.path("is_public").asBoolean()).isTrue();
        assertThat(published.path("knowledge_base_type").stringValue()).isEqualTo("public");
        ApiClient.Reply seen = guest.get("/public/knowledge-bases/" + base);
        assertThat(seen.status()).as(seen.text()).isEqualTo(200);
        assertThat(seen.header("X-Robots-Tag")).isEqualTo("noindex, nofollow");
        JsonNode found =
                guest.post("/public/knowledge-bases/" + base + "/search", QUERY).body();
        assertThat(found.path("items").get(0).path("content").stringValue()).contains("ninety days");
        ApiClient.Reply answered = guest.post("/public/knowledge-bases/" + base + "/answers", QUESTION);
        assertThat(answered.status()).as(answered.text()).isEqualTo(200);
        assertThat(answered.text("content")).contains("ninety days. [1]");
        assertThat(answered.body().path("citations").get(0).path("filename").stringValue())
                .isEqualTo("filter.txt");
        assertThat(seen.text() + found + answered.text())
                .doesNotContain(team.id(), team.owner().id(), "file_path");
        assertThat(owner.get(team.path() + "/usage")
                        .body()
                        .path("ai_requests")
                        .path("used")
                        .asInt())
                .as("its organization pays")
                .isEqualTo(1);
    }

    @Test
    void itIsFoundByItsNameAndClosedFromTheNextRequestOn() {
        String slug = owner.get(team.path()).text("slug");
        String named = "/public/knowledge-bases/named?organization=" + slug + "&name=mANUALS";
        guest.get(named).assertProblem(404, "not-found", null);
        publish(owner, true);
        assertThat(guest.get(named).text("id")).isEqualTo(base);
        assertThat(publish(owner, false).text("knowledge_base_type")).isEqualTo("shared");
        guest.get(named).assertProblem(404, "not-found", null);
        unreachable(base);
        publish(owner, true);
        owner.patch("/knowledge-bases/" + base, Map.of("is_active", false), "If-Match", "*");
        unreachable(base);
        owner.patch("/knowledge-bases/" + base, Map.of("is_active", true), "If-Match", "*");
        assertThat(guest.get(named).status()).isEqualTo(200);
        api.execute("update organizations set subscription_ends_at = now() where id = '" + team.id() + "'");
        unreachable(base);
    }

    @Test
    void onlyItsOwnerAndAdminsPublishAndNoPersonalOneIsPublic() {
        String personal = create("Diary", "personal");
        owner.patch("/knowledge-bases/" + personal, Map.of("is_public", true), "If-Match", "*")
                .assertProblem(409, "conflict", "is_public");
        unreachable(personal);
        String declared = create("Declared", "public");
        unreachable(declared);
        ApiClient member = team.member("member").api();
        publish(member, true).assertProblem(403, "forbidden", null);
        unreachable(base);
        assertThat(publish(team.member("admin").api(), true).status()).isEqualTo(200);
        publish(member, false).assertProblem(403, "forbidden", null);
    }

    @Test
    void aGuestSeesNothingBesideThePublicOne() throws Exception {
        String secret = create("Secrets", "shared");
        IndexedText.put(api, owner, secret, "secret.txt", "The filter secret is changed every second.");
        publish(owner, true);
        JsonNode found =
                guest.post("/public/knowledge-bases/" + base + "/search", QUERY).body();
        assertThat(found.path("items").size()).isEqualTo(1);
        assertThat(found.toString()).doesNotContain("secret");
        guest.get("/knowledge-bases/" + base).assertProblem(401, "unauthenticated", null);
        ApiClient stranger = new Team(api).owner().api();
        stranger.get("/knowledge-bases/" + base).assertProblem(404, "not-found", null);
        stranger.post("/knowledge-bases/" + base + "/search", QUERY).assertProblem(404, "not-found", null);
        assertThat(stranger.get("/public/knowledge-bases/" + base).status()).isEqualTo(200);
        guest.get("/public/knowledge-bases").assertProblem(401, "unauthenticated", null);
        owner.get("/public/knowledge-bases").assertProblem(404, "not-found", null);
    }

    @Test
    void aGuestSeesNoDocumentOfTheDrive() {
        publish(owner, true);
        String text = "from knowledge_documents k where k.knowledge_base_id = '" + base + "'";
        api.execute("set session_replication_role = replica; with drive as (insert into documents (organization_id,"
                + " owner_id, name, document_type, filename, file_path, file_size, file_hash, share_level) select"
                + " k.organization_id, '" + team.owner().id()
                + "', 'filter.txt', 'text', 'filter.txt', 'drive/' || k.id, 0, repeat('0', 64), 'organization' " + text
                + " returning id, organization_id) insert into document_links (organization_id, document_id,"
                + " knowledge_base_id, object_key, wanted_version, knowledge_document_id, confined) select"
                + " d.organization_id, d.id, k.knowledge_base_id, k.file_path, 1, k.id, false from drive d,"
                + " knowledge_documents k where k.knowledge_base_id = '" + base + "'");
        assertThat(guest.post("/public/knowledge-bases/" + base + "/search", QUERY)
                        .body()
                        .path("items")
                        .isEmpty())
                .isTrue();
        ApiClient.Reply answered = guest.post("/public/knowledge-bases/" + base + "/answers", QUESTION);
        assertThat(answered.text("content")).doesNotContain("ninety");
        assertThat(answered.body().path("citations").isEmpty()).isTrue();
        assertThat(owner.post("/knowledge-bases/" + base + "/search", QUERY)
                        .body()
                        .path("items")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void itsDocumentsAreReadUntilItIsSwitchedOff() throws Exception {
        String secret = create("Secrets", "shared");
        String hidden = IndexedText.put(api, owner, secret, "secret.txt", "The filter secret.");
        String documents = "/public/knowledge-bases/" + base + "/documents";
        guest.get(documents).assertProblem(404, "not-found", null);
        publish(owner, true);
        IndexedText.put(api, owner, base, "pump.txt", "The pump is painted green.");
        ApiClient.Reply first = guest.get(documents + "?limit=1");
        assertThat(first.body().at("/items/0/filename").stringValue()).isEqualTo("pump.txt");
        ApiClient.Reply second = guest.get(documents + "?limit=1&cursor=" + first.text("next_cursor"));
        assertThat(second.body().at("/items/0/filename").stringValue()).isEqualTo("filter.txt");
        assertThat(second.body().path("next_cursor").isNull()).isTrue();
        assertThat(first.text() + second.text())
                .doesNotContain(team.id(), team.owner().id(), "file_path", "uploaded_by");
        assertThat(first.text()).doesNotContain("author");
        String text = documents + "/" + second.body().at("/items/0/id").stringValue() + "/text";
        guest.get(text).assertProblem(404, "not-found", null);
        limit(Map.of("texts", List.of(secret)));
        guest.get(text).assertProblem(404, "not-found", null);
        limit(Map.of("texts", List.of(base)));
        JsonNode part = guest.get(text + "?limit=10").body();
        assertThat(part.path("text").stringValue()).isEqualTo("The filter");
        assertThat(guest.get(text + "?offset=" + part.path("next_offset").asInt())
                        .text("text"))
                .isEqualTo(" is changed every ninety days.");
        guest.get(documents + "/" + hidden + "/text").assertProblem(404, "not-found", null);
        api.execute("set session_replication_role = replica; update knowledge_documents set status = 'processing'"
                + " where knowledge_base_id = '" + base + "'");
        guest.get(text).assertProblem(404, "not-found", null);
        guest.get(text + "?limit=100001").assertProblem(422, "invalid-input", "limit");
        publish(owner, false);
        guest.get(documents).assertProblem(404, "not-found", null);
        guest.get(text).assertProblem(404, "not-found", null);
    }

    @Test
    void anOrganizationSetsLowerLimitsOfItsOwn() {
        publish(owner, true);
        limit(Map.of("questions_per_day", 1));
        assertThat(IntStream.range(0, 2)
                        .mapToObj(i -> guest.post("/public/knowledge-bases/" + base + "/answers", QUESTION)
                                .status()))
                .containsExactly(200, 429);
        // Settings from before their schema, and numbers in another form.
        for (String stored : List.of("100.0", "\"many\"", "null", "[]", "1e2")) {
            api.execute(
                    "update organization_settings set custom_settings = '{\"public_knowledge\": {\"reads_per_minute\": "
                            + stored + "}}' where organization_id = '" + team.id() + "'");
            assertThat(guest.get("/public/knowledge-bases/" + base).status())
                    .as(stored)
                    .isEqualTo(200);
        }
        limit(Map.of("reads_per_minute", 0));
        assertThat(guest.get("/public/knowledge-bases/" + base).status()).isEqualTo(429);
        owner.patch(
                        team.path() + "/settings",
                        Map.of("custom_settings", Map.of("public_knowledge", Map.of("questions_per_day", "many"))),
                        "If-Match",
                        "*")
                .assertProblem(422, "invalid-input", "custom_settings.public_knowledge.questions_per_day");
        owner.patch(
                        team.path() + "/settings",
                        Map.of("custom_settings", Map.of("public_knowledge", Map.of("question_limit", 1))),
                        "If-Match",
                        "*")
                .assertProblem(422, "invalid-input", "custom_settings.public_knowledge.question_limit");
    }

    private void limit(Map<String, Object> limits) {
        assertThat(owner.patch(
                                team.path() + "/settings",
                                Map.of("custom_settings", Map.of("public_knowledge", limits, "colour", "blue")),
                                "If-Match",
                                "*")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void guessesAndFloodsEnd() {
        publish(owner, true);
        List<Integer> guesses = IntStream.range(0, 62)
                .mapToObj(i -> guest.get("/public/knowledge-bases/" + UUID.randomUUID())
                        .status())
                .toList();
        assertThat(guesses).startsWith(404).contains(429);
        List<Integer> questions = IntStream.range(0, 32)
                .mapToObj(i -> guest.post("/public/knowledge-bases/" + base + "/answers", QUESTION)
                        .status())
                .toList();
        assertThat(questions).startsWith(200).endsWith(429);
    }

    @Test
    void allGuestsTogetherUseATenthOfTheRequestsAtOnce() {
        publish(owner, true);
        api.execute("update organizations set max_ai_requests_per_month = 20 where id = '" + team.id() + "'");
        assertThat(IntStream.range(0, 3)
                        .mapToObj(i -> guest.post("/public/knowledge-bases/" + base + "/answers", QUESTION)
                                .status()))
                .containsExactly(200, 200, 429);
    }

    private String create(String name, String type) {
        ApiClient.Reply made =
                owner.post(team.path() + "/knowledge-bases", Map.of("name", name, "knowledge_base_type", type));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.text("id");
    }

    private ApiClient.Reply publish(ApiClient by, boolean published) {
        return by.patch("/knowledge-bases/" + base, Map.of("is_public", published), "If-Match", "*");
    }

    private void unreachable(String knowledgeBase) {
        String path = "/public/knowledge-bases/" + knowledgeBase;
        guest.get(path).assertProblem(404, "not-found", null);
        guest.post(path + "/search", QUERY).assertProblem(404, "not-found", null);
        guest.post(path + "/answers", QUESTION).assertProblem(404, "not-found", null);
    }
}
