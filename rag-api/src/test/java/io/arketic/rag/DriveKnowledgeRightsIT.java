package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.ApiClient.Reply;
import io.arketic.rag.Team.Person;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Tests that knowledge bases show documents of the drive only to the users who see them there. */
class DriveKnowledgeRightsIT extends DriveInKnowledgeBase {

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

    private Reply share(String document, List<Map<String, Object>> shares) {
        return ada.api().put("/documents/" + document + "/shares", Map.of("shares", shares));
    }

    private String completion(Person by) {
        return completionReply(by).text();
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
}
