package io.arketic.rag;

import static io.arketic.rag.Awaiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.ApiClient.Reply;
import io.arketic.rag.Team.Person;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests documents of the drive in knowledge bases. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DriveKnowledgeIT {

    private static final String QUESTION = "How often is the filter of the Borealis pump changed?";
    private static final String ONE = "The filter of the Borealis pump is changed every ninety days.";
    private static final String TWO = "The filter of the Borealis pump is changed every thirty days.";

    private RunningApi api;
    private Team team;
    private Person ada;
    private Person grace;
    private String drive;
    private String base;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
    }

    @BeforeEach
    void aTeam() {
        team = new Team(api);
        ada = team.owner();
        grace = team.member("member");
        drive = team.path() + "/documents";
        base = knowledgeBase();
    }

    @AfterEach
    void everyCounterCountsAndEveryLinkIsWanted() {
        assertThat(api.count("select count(*) from counter_drift() where row_id = '" + team.id() + "' or row_id in ("
                        + "select id from document_blobs where organization_id = '" + team.id() + "' union all"
                        + " select id from knowledge_bases where organization_id = '" + team.id() + "')"))
                .isZero();
        assertThat(api.count("""
                with recursive up as (
                    select d.id as file, d.id, d.parent_id from documents d
                    where d.organization_id = '%1$s' and d.document_type <> 'folder' and d.version_of_id is null
                    union all
                    select up.file, p.id, p.parent_id from documents p join up on p.id = up.parent_id
                ), wanted as (
                    select distinct up.file, s.knowledge_base_id as base
                    from up join document_sources s on s.document_id = up.id
                ), linked as (
                    select document_id as file, knowledge_base_id as base from document_links
                    where organization_id = '%1$s' and wanted_version > 0
                ) select count(*) from (
                    (select * from wanted except select * from linked)
                    union all (select * from linked except select * from wanted)) differing
                """.formatted(team.id())))
                .as("links that no source asks for, and sources without their links")
                .isZero();
    }

    @Test
    void aVersionOfTheDriveIsCitedAndStillOpensAfterAnotherIsRestored() throws Exception {
        String folder = folder(ada, "Manuals");
        String file = id(upload(ada, folder, "pump.txt", ONE));
        add(file, base);
        String document = index(file, base, ONE);
        upload(ada, folder, "pump.txt", TWO);
        assertThat(index(file, base, TWO)).as("the same document").isEqualTo(document);

        String chat = team.chat(ada, Map.of("title", "Pumps", "knowledge_base_ids", List.of(base)));
        Reply answer = ada.api().post(chat + "/messages", Map.of("content", QUESTION));
        assertThat(answer.text("content")).contains("thirty days");
        String citations = "/messages/" + answer.text("id") + "/citations";
        assertThat(ada.api().get(contentUrl(citations)).text()).isEqualTo(TWO);
        String link = link();
        assertThat(api.client().get(link).text()).isEqualTo(TWO);

        expect(ada.api().post("/documents/" + file + "/versions/1/restore", Map.of()), 200);
        assertThat(index(file, base, ONE)).isEqualTo(document);
        assertThat(search(ada, base)).contains("ninety days").doesNotContain("thirty days");
        assertThat(searchBelow("Manuals")).contains("ninety days");
        assertThat(searchBelow("/Manuals/pump.txt/")).contains("ninety days");
        assertThat(searchBelow("Manual")).doesNotContain("ninety days");
        JsonNode cited = citation(citations);
        assertThat(cited.path("state").stringValue()).isEqualTo("replaced");
        assertThat(cited.path("quote").stringValue()).contains("thirty days");
        assertThat(contentUrl(citations)).endsWith("/documents/" + file + "/versions/2/content");
        assertThat(ada.api().get(contentUrl(citations)).text()).isEqualTo(TWO);
        assertThat(api.client().get(link).text()).isEqualTo(TWO);

        long chunks = api.count("select count(*) from knowledge_chunks where document_id = '" + document + "'");
        expect(change(ada, file, Map.of("name", "Borealis.txt")), 200);
        Map<String, Object> top = new HashMap<>();
        top.put("parent_id", null);
        expect(change(ada, file, top), 200);
        assertThat(search(ada, base)).contains("Borealis.txt", "ninety days");
        assertThat(searchBelow("Manuals")).as("it lies at the top now").doesNotContain("ninety days");
        assertThat(api.count("select count(*) from knowledge_chunks where document_id = '" + document + "'"))
                .isEqualTo(chunks);
        assertThat(contentUrl(citations)).endsWith("/versions/2/content");

        delete(file);
        assertThat(api.count("select count(*) from knowledge_documents where id = '" + document + "'"))
                .as("in the commit that deletes it")
                .isZero();
        assertThat(search(ada, base)).doesNotContain("ninety days");
        assertThat(ada.api().get(citations).text()).doesNotContain("thirty days");
        assertThat(api.client().get(link).status()).isEqualTo(404);
    }

    @Test
    void aFolderBringsWhatComesIntoItAndTakesWhatLeavesItAlong() {
        String folder = folder(ada, "Manuals");
        upload(ada, folder, "a.txt", "alpha");
        add(folder, base);
        String later = id(upload(ada, folder, "later.txt", "beta"));
        String elsewhere = folder(ada, "Elsewhere");
        String moved = id(upload(ada, elsewhere, "moved.txt", "gamma"));
        expect(change(ada, elsewhere, Map.of("parent_id", folder)), 200);
        await("three documents", () -> documents(base).size() == 3);
        assertThat(documents(base)).containsExactlyInAnyOrder("a.txt", "later.txt", "moved.txt");
        JsonNode source = sources(moved).get(0);
        assertThat(source.path("document_id").stringValue()).isEqualTo(folder);
        assertThat(source.path("files").asInt()).isEqualTo(1);

        add(later, base);
        Map<String, Object> top = new HashMap<>();
        top.put("parent_id", null);
        expect(change(ada, elsewhere, top), 200);
        assertThat(documents(base)).as("at once").containsExactlyInAnyOrder("a.txt", "later.txt");
        expect(ada.api().delete("/documents/" + folder + "/knowledge-bases/" + base), 204);
        assertThat(documents(base)).as("added by itself").containsExactly("later.txt");
        expect(ada.api().delete("/documents/" + folder + "/knowledge-bases/" + base), 404);

        expect(ada.api().delete("/documents/" + folder), 204);
        assertThat(documents(base)).as("in the trash").isEmpty();
        expect(ada.api().post("/documents/" + folder + "/restore", Map.of()), 200);
        assertThat(documents(base)).containsExactly("later.txt");
        await(
                "what was taken out is gone",
                () -> api.count("select count(*) from knowledge_documents where" + " knowledge_base_id = '" + base
                                + "'")
                        == 1);
    }

    @Test
    void oneDocumentIsInTenKnowledgeBasesAndLeavesThemTogether() {
        String file = id(upload(ada, null, "pump.txt", ONE));
        List<String> bases = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            bases.add(knowledgeBase());
            add(file, bases.get(i));
            add(file, bases.get(i));
        }
        await("ten documents", () -> followers(file) == 10);
        assertThat(sources(file)).hasSize(10);
        await(
                "all are fed",
                () -> sources(file).findValuesAsString("pending").stream().allMatch("0"::equals));
        delete(file);
        assertThat(followers(file)).isZero();
        assertThat(api.count(
                        "select count(*) from removed_objects where store = 'knowledge' and split_part(object_key, '/', 2)"
                                + " in ('" + String.join("', '", bases) + "')"))
                .isEqualTo(10);
    }

    @Test
    void whatTheDriveDoesNotShowIsNotFoundInAKnowledgeBase() throws Exception {
        String file = id(upload(ada, null, "salaries.txt", ONE));
        add(file, base);
        String document = index(file, base, ONE);
        String chat = team.chat(
                ada,
                Map.of(
                        "title",
                        "Shared",
                        "chat_type",
                        "group",
                        "participant_ids",
                        List.of(grace.id()),
                        "knowledge_base_ids",
                        List.of(base)));
        String citations = "/messages/"
                + ada.api()
                        .post(chat + "/messages", Map.of("content", QUESTION))
                        .text("id") + "/citations";
        assertThat(ada.api().get(citations).text()).contains("ninety days", "salaries.txt");

        String inBase = "/knowledge-bases/" + base + "/documents";
        for (String path : List.of("", "/text", "/chunks", "/content", "/content/link")) {
            grace.api().get(inBase + "/" + document + path).assertProblem(404, "not-found", null);
        }
        assertThat(grace.api().get(citations).text()).doesNotContain("ninety days", "salaries.txt");
        for (String found : List.of(
                grace.api().get(inBase).text(),
                grace.api().get(inBase + "?q=borealis").text(),
                grace.api().get(inBase + "?status=completed").text(),
                grace.api().get("/knowledge-bases/" + base + "/ingestion").text(),
                search(grace, base),
                grace.api()
                        .post(chat + "/messages", Map.of("content", QUESTION))
                        .text(),
                completion(grace),
                tool(grace, "search", Map.of("query", QUESTION)),
                tool(grace, "read_document", Map.of("knowledge_base_id", base, "document_id", document)))) {
            assertThat(found).doesNotContain("ninety", "salaries.txt");
        }
        grace.api().get("/documents/" + file + "/knowledge-bases").assertProblem(404, "not-found", null);
        grace.api().delete("/documents/" + file + "/knowledge-bases/" + base).assertProblem(404, "not-found", null);

        expect(change(ada, file, Map.of("share_level", "organization")), 200);
        assertThat(search(grace, base)).contains("ninety days");
        assertThat(grace.api().get(citations).text()).contains("ninety days", "salaries.txt");
        grace.api().delete(inBase + "/" + document).assertProblem(409, "conflict", null);
        expect(change(ada, file, Map.of("share_level", "private")), 200);
        assertThat(search(grace, base)).doesNotContain("ninety days");
        expect(share(file, List.of(Map.of("user_id", grace.id(), "access_right", "view"))), 200);
        assertThat(search(grace, base)).contains("ninety days");
        assertThat(grace.api().get(citations).text()).contains("ninety days", "salaries.txt");
        expect(share(file, List.of()), 200);
        assertThat(search(grace, base)).doesNotContain("ninety days");
        assertThat(grace.api().get(citations).text()).doesNotContain("ninety days", "salaries.txt");
        assertThat(search(ada, base)).contains("ninety days");

        api.execute("""
                insert into message_citations (
                    organization_id, message_id, number, knowledge_base_id, document_version, filename, file_path,
                    start_offset, end_offset, quote, score)
                select organization_id, message_id, 99, knowledge_base_id, document_version, filename, file_path,
                    start_offset, end_offset, 'Written after the document had left', score
                from message_citations where document_id = '%s' limit 1
                """.formatted(document));
        assertThat(api.count("select count(*) from message_citations where number = 99 and quote like 'Written after%'"
                        + " and source_document_id = '" + file + "'"))
                .as("it is shown to the users that see the document")
                .isEqualTo(1);
    }

    @Test
    void anotherOrganizationsDocumentsAndKeysOfTheDriveAreRefused() {
        String file = id(upload(ada, null, "a.txt", "a"));
        Team other = new Team(api);
        String foreign = other.owner()
                .api()
                .post(other.path() + "/knowledge-bases", Map.of("name", "Theirs"))
                .text("id");
        expect(put(ada, file, foreign), 404);
        expect(put(other.owner(), file, foreign), 404);
        expect(put(ada, UUID.randomUUID().toString(), base), 404);
        Person viewer = team.member("viewer");
        expect(put(viewer, file, base), 404);
        api.execute("insert into organization_members (organization_id, user_id, role) values ('" + other.id() + "', '"
                + ada.id() + "', 'member')");
        put(ada, file, foreign).assertProblem(404, "not-found", null);
        ada.api()
                .upload("/knowledge-bases/" + base + "/documents?path=.drive", Map.of(UUID.randomUUID() + ".txt", "x"))
                .assertProblem(422, "invalid-filename", "files");
        expect(ada.api().delete("/documents/" + file), 204);
        put(ada, file, base).assertProblem(409, "in-trash", null);
    }

    private String index(String file, String knowledgeBase, String text) throws Exception {
        long version = api.count("select version_number from documents where id = '" + file + "'");
        String link = " from document_links where document_id = '" + file + "' and knowledge_base_id = '"
                + knowledgeBase + "' and wanted_version > 0";
        await("version " + version + " is fed", () -> api.count("select max(fed_version)" + link) == version);
        String key = api.text("select object_key" + link);
        String hash = api.text("select file_hash from documents where id = '" + file + "'");
        IndexedText.index(api, key, key.substring(key.lastIndexOf('/') + 1), text, hash);
        return api.text("select knowledge_document_id" + link);
    }

    private String knowledgeBase() {
        return ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps " + UUID.randomUUID()))
                .text("id");
    }

    private void add(String document, String knowledgeBase) {
        expect(put(ada, document, knowledgeBase), 204);
    }

    private static Reply put(Person by, String document, String knowledgeBase) {
        return by.api().put("/documents/" + document + "/knowledge-bases/" + knowledgeBase, Map.of());
    }

    private Reply share(String document, List<Map<String, Object>> shares) {
        return ada.api().put("/documents/" + document + "/shares", Map.of("shares", shares));
    }

    private JsonNode sources(String document) {
        return ada.api()
                .get("/documents/" + document + "/knowledge-bases")
                .body()
                .path("items");
    }

    private long followers(String file) {
        return api.count("select count(*) from knowledge_documents where source_document_id = '" + file + "'");
    }

    private List<String> documents(String knowledgeBase) {
        return ada.api()
                .get("/knowledge-bases/" + knowledgeBase + "/documents")
                .body()
                .path("items")
                .findValuesAsString("filename");
    }

    private String searchBelow(String path) {
        Reply found = ada.api()
                .post(
                        "/knowledge-bases/" + base + "/search",
                        Map.of("query", QUESTION, "filter", Map.of("paths", List.of(path))));
        expect(found, 200);
        return found.text();
    }

    private static String search(Person by, String knowledgeBase) {
        Reply found = by.api().post("/knowledge-bases/" + knowledgeBase + "/search", Map.of("query", QUESTION));
        expect(found, 200);
        return found.text();
    }

    private JsonNode citation(String citations) {
        return ada.api().get(citations).body().path("items").get(0);
    }

    /** Returns the address without the API's own beginning. */
    private String contentUrl(String citations) {
        return citation(citations)
                .path("content_url")
                .stringValue()
                .replace("/api/v1", "")
                .replaceAll("#.*", "");
    }

    private String link() {
        return completionReply(ada)
                .body()
                .path("choices")
                .path(0)
                .path("message")
                .path("annotations")
                .path(0)
                .path("url_citation")
                .path("url")
                .stringValue()
                .replaceAll("#.*", "");
    }

    private String completion(Person by) {
        return completionReply(by).text();
    }

    private Reply completionReply(Person by) {
        Reply reply = by.api()
                .post(
                        "http://127.0.0.1:" + api.port() + "/v1/chat/completions",
                        Map.of(
                                "model",
                                "kb:" + base,
                                "messages",
                                List.of(Map.of("role", "user", "content", QUESTION))));
        expect(reply, 200);
        return reply;
    }

    private String tool(Person by, String name, Map<String, Object> arguments) {
        return by.api()
                .post(
                        "http://127.0.0.1:" + api.port() + "/mcp",
                        Map.of(
                                "jsonrpc",
                                "2.0",
                                "id",
                                1,
                                "method",
                                "tools/call",
                                "params",
                                Map.of("name", name, "arguments", arguments)),
                        "Accept",
                        "application/json, text/event-stream")
                .text();
    }

    private String folder(Person by, String name) {
        Reply made = by.api().post(drive + "/folders", Map.of("name", name));
        expect(made, 201);
        return made.text("id");
    }

    private JsonNode upload(Person by, String parent, String name, String text) {
        Reply stored = by.api().upload(drive + (parent == null ? "" : "?parent_id=" + parent), Map.of(name, text));
        expect(stored, 201);
        return stored.body().path("items").get(0);
    }

    private void delete(String document) {
        expect(ada.api().delete("/documents/" + document), 204);
        expect(ada.api().delete("/documents/" + document + "?permanently=true"), 204);
    }

    private static Reply change(Person by, String document, Map<String, Object> change) {
        return by.api().patch("/documents/" + document, change, "If-Match", "*");
    }

    private static void expect(Reply reply, int status) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    }

    private static String id(JsonNode document) {
        return document.path("id").stringValue();
    }
}
