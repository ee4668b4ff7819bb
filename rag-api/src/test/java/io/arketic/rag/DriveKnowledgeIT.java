package io.arketic.rag;

import static io.arketic.rag.Awaiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.ApiClient.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests documents of the drive in knowledge bases. */
class DriveKnowledgeIT extends DriveInKnowledgeBase {

    private static final String TWO = "The filter of the Borealis pump is changed every thirty days.";

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
    void aVersionThatAnAnswerCitesStaysWhereFewerAreKept() throws Exception {
        String file = id(upload(ada, null, "pump.txt", ONE));
        add(file, base);
        index(file, base, ONE);
        upload(ada, null, "pump.txt", TWO);
        index(file, base, TWO);
        String chat = team.chat(ada, Map.of("title", "Pumps", "knowledge_base_ids", List.of(base)));
        Reply answer = ada.api().post(chat + "/messages", Map.of("content", QUESTION));
        String citations = "/messages/" + answer.text("id") + "/citations";
        assertThat(contentUrl(citations)).endsWith("/versions/2/content");
        upload(ada, null, "pump.txt", "Three");
        upload(ada, null, "pump.txt", "Four");

        expect(ada.api().patch(team.path() + "/settings", Map.of("document_versions_kept", 1), "If-Match", "*"), 200);
        api.execute("select * from purge_retention(1000, 'document_versions')");
        assertThat(ada.api()
                        .get("/documents/" + file + "/versions")
                        .body()
                        .path("items")
                        .findValuesAsString("version_number"))
                .containsExactly("4", "2");
        assertThat(ada.api().get(contentUrl(citations)).text()).isEqualTo(TWO);
    }

    @Test
    void versionsThatAreNoTextAreComparedByWhatWasReadFromThem() throws Exception {
        String file = id(upload(ada, null, "pump.pdf", "%PDF\0one"));
        String differences = "/documents/" + file + "/versions/differences";
        upload(ada, null, "pump.pdf", "%PDF\0two");
        ada.api().get(differences).assertProblem(415, "unsupported-media-type", null);
        add(file, base);
        index(file, base, "Title\n" + TWO);
        upload(ada, null, "pump.pdf", "%PDF\0three");
        ada.api().get(differences).assertProblem(415, "unsupported-media-type", null);
        index(file, base, "Title\n" + ONE);
        JsonNode items = ada.api().get(differences).body().path("items");
        assertThat(items).as(items.toString()).hasSize(1);
        assertThat(items.at("/0/removed/0").stringValue()).isEqualTo(TWO);
        assertThat(items.at("/0/added/0").stringValue()).isEqualTo(ONE);
        grace.api().get(differences).assertProblem(404, "not-found", null);
        assertThat(api.count("select count(*) from document_texts where organization_id = '" + team.id() + "'"))
                .isEqualTo(1);
        delete(file);
        assertThat(api.count("select count(*) from document_texts where organization_id = '" + team.id() + "'"))
                .isZero();
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

    private void delete(String document) {
        expect(ada.api().delete("/documents/" + document), 204);
        expect(ada.api().delete("/documents/" + document + "?permanently=true"), 204);
    }
}
