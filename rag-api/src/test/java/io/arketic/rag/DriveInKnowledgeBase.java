package io.arketic.rag;

import static io.arketic.rag.Awaiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.ApiClient.Reply;
import io.arketic.rag.Team.Person;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Holds a drive and a knowledge base of a team for each test, and checks the links between them after it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DriveInKnowledgeBase {

    static final String QUESTION = "How often is the filter of the Borealis pump changed?";
    static final String ONE = "The filter of the Borealis pump is changed every ninety days.";

    RunningApi api;
    Team team;
    Person ada;
    Person grace;
    String drive;
    String base;

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

    String index(String file, String knowledgeBase, String text) throws Exception {
        long version = api.count("select version_number from documents where id = '" + file + "'");
        String link = " from document_links where document_id = '" + file + "' and knowledge_base_id = '"
                + knowledgeBase + "' and wanted_version > 0";
        await("version " + version + " is fed", () -> api.count("select max(fed_version)" + link) == version);
        String key = api.text("select object_key" + link);
        String hash = api.text("select file_hash from documents where id = '" + file + "'");
        IndexedText.index(api, key, key.substring(key.lastIndexOf('/') + 1), text, hash);
        return api.text("select knowledge_document_id" + link);
    }

    String knowledgeBase() {
        return ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps " + UUID.randomUUID()))
                .text("id");
    }

    void add(String document, String knowledgeBase) {
        expect(put(ada, document, knowledgeBase), 204);
    }

    static Reply put(Person by, String document, String knowledgeBase) {
        return by.api().put("/documents/" + document + "/knowledge-bases/" + knowledgeBase, Map.of());
    }

    static String search(Person by, String knowledgeBase) {
        Reply found = by.api().post("/knowledge-bases/" + knowledgeBase + "/search", Map.of("query", QUESTION));
        expect(found, 200);
        return found.text();
    }

    Reply completionReply(Person by) {
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

    String folder(Person by, String name) {
        Reply made = by.api().post(drive + "/folders", Map.of("name", name));
        expect(made, 201);
        return made.text("id");
    }

    JsonNode upload(Person by, String parent, String name, String text) {
        Reply stored = by.api().upload(drive + (parent == null ? "" : "?parent_id=" + parent), Map.of(name, text));
        expect(stored, 201);
        return stored.body().path("items").get(0);
    }

    static Reply change(Person by, String document, Map<String, Object> change) {
        return by.api().patch("/documents/" + document, change, "If-Match", "*");
    }

    static void expect(Reply reply, int status) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    }

    static String id(JsonNode document) {
        return document.path("id").stringValue();
    }
}
