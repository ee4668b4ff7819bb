package io.arketic.rag;

import static io.arketic.rag.Awaiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.ApiClient.Reply;
import io.arketic.rag.Team.Person;
import io.arketic.schema.generation.KnownEmbeddings;
import io.arketic.schema.ledger.KnowledgeTarget;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Knowledge bases as archives. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PortableKnowledgeIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final List<String> QUESTIONS = List.of(
            "How often is the filter changed?",
            "Wer prüft die Pumpe?",
            "Which valve leaks?",
            "ninety days",
            "What does the harbour crew inspect?");

    private RunningApi api;
    private Person ada;
    private Team home;
    private Person grace;
    private Team elsewhere;
    private String base;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
    }

    @BeforeEach
    void twoOrganizations() throws Exception {
        home = new Team(api);
        ada = home.owner();
        elsewhere = new Team(api);
        grace = elsewhere.owner();
        base = ada.api()
                .post(home.path() + "/knowledge-bases", Map.of("name", "Manuals"))
                .text("id");
        IndexedText.put(api, ada.api(), base, "pump.txt", """
                The filter of the Borealis pump is changed every ninety days.

                The red valve leaks when it freezes.""");
        IndexedText.put(api, ada.api(), base, "pumpe.txt", "Die Pumpe prüft Herr Özdemir im März.\n\n水泵每季度检查一次。");
        IndexedText.put(api, ada.api(), base, "harbour.txt", "The harbour crew inspects lamps, cables and buoys.");
        // As the job has them.
        api.execute("update knowledge_documents set file_size = octet_length(extracted_text),"
                + " file_hash = encode(sha256(convert_to(extracted_text, 'UTF8')), 'hex'),"
                + " indexed_file_hash = encode(sha256(convert_to(extracted_text, 'UTF8')), 'hex')"
                + " where knowledge_base_id = '" + base + "'");
    }

    @Test
    void anArchiveAnswersElsewhereAsItDidAtHomeAndNothingIsEmbedded() throws Exception {
        api.execute(
                "insert into chunk_notes (organization_id, knowledge_base_id, document_id, content_hash, keywords, summary,"
                        + " summary_edited, enabled) select organization_id, knowledge_base_id, document_id, content_hash,"
                        + " '[\"Crew\"]', 'Of the harbour.', true, true from knowledge_chunks where knowledge_base_id = '"
                        + base
                        + "' and content like 'The harbour crew%'");
        api.execute("insert into chunk_notes (organization_id, knowledge_base_id, document_id, content_hash, enabled)"
                + " select organization_id, knowledge_base_id, document_id, content_hash, false from knowledge_chunks"
                + " where knowledge_base_id = '" + base + "' and content like 'The red valve%'");
        List<String> before = answers(ada.api(), base);
        byte[] archive = export(base, true);
        ada.api().delete("/knowledge-bases/" + base + "?objects=true");
        await("wiped", () -> api.count("select count(*) from knowledge_bases where id = '" + base + "'") == 0);

        Reply imported = importing(archive);

        assertThat(imported.status()).as(imported.text()).isEqualTo(201);
        String copy = imported.body().path("knowledge_base").path("id").stringValue();
        assertThat(answers(grace.api(), copy)).isEqualTo(before);
        assertThat(api.count("select count(*) from knowledge_chunks c join document_generations g using (document_id)"
                        + " where c.knowledge_base_id = '" + copy + "' and g.chunks = g.reused"))
                .as("chunks, all of them with the vectors of the archive")
                .isEqualTo(5);
        assertThat(api.text(
                        "select string_agg(filename || ' ' || version, ',' order by filename) from knowledge_documents"
                                + " where knowledge_base_id = '" + copy + "' and uploaded_by_id = '" + grace.id()
                                + "'"))
                .isEqualTo("harbour.txt 1,pump.txt 1,pumpe.txt 1");
        JsonNode mapped = grace.api()
                .get("/knowledge-bases/" + copy + "/imported-documents")
                .body()
                .path("items");
        assertThat(mapped).hasSize(3);
        String document = mapped.get(0).path("document_id").stringValue();
        assertThat(grace.api()
                        .get("/knowledge-bases/" + copy + "/documents/" + document + "/content")
                        .text())
                .as("its original")
                .contains("harbour crew");
        assertThat(api.count("select count(*) from knowledge_chunks where knowledge_base_id = '" + copy
                        + "' and vector_id = concat_ws(':', document_id, generation, chunk_index)"
                        + " and relevance_score > 0 and jsonb_array_length(keywords) > 0"))
                .as("chunks, described as they were")
                .isEqualTo(5);
        assertThat(api.text("select string_agg(n.keywords || n.summary || n.summary_edited, ',') from chunk_notes n"
                        + " join knowledge_chunks c using (document_id, content_hash)"
                        + " where c.knowledge_base_id = '" + copy + "' and c.keywords <> n.keywords"))
                .as("what a user wrote, beside what was made")
                .isEqualTo("[\"Crew\"]Of the harbour.true");
        assertThat(api.count(
                        "select count(*) from chunk_notes n join knowledge_chunks c using (document_id, content_hash)"
                                + " where c.knowledge_base_id = '" + copy
                                + "' and not n.enabled and c.content like 'The red valve%'"))
                .as("switched off, as it was")
                .isEqualTo(1);
        assertThat(api.count("select count(*) from counter_drift() where row_id = '" + copy + "' or row_id = '"
                        + elsewhere.id() + "'"))
                .isZero();
        assertThat(ada.api().get("/knowledge-bases/" + copy).status()).isEqualTo(404);
    }

    @Test
    void theVectorsOfAnArchiveServeItsOwnBaseAlone() throws Exception {
        Reply imported = importing(export(base, false));
        assertThat(imported.status()).as(imported.text()).isEqualTo(201);
        String copy = imported.body().path("knowledge_base").path("id").stringValue();
        api.execute("update knowledge_imports set user_id = null where knowledge_base_id = '" + copy + "'");
        String own = grace.api()
                .post(elsewhere.path() + "/knowledge-bases", Map.of("name", "Own"))
                .text("id");
        var target =
                new KnowledgeTarget(UUID.fromString(elsewhere.id()), UUID.fromString(own), 1, model(own), 1000, 200);
        assertThat(new KnownEmbeddings(api.ingest())
                        .find(target, List.of("The harbour crew inspects lamps, cables and buoys.")))
                .isEmpty();
        var itself =
                new KnowledgeTarget(UUID.fromString(elsewhere.id()), UUID.fromString(copy), 1, model(copy), 1000, 200);
        assertThat(new KnownEmbeddings(api.ingest())
                        .find(itself, List.of("The harbour crew inspects lamps, cables and buoys.")))
                .hasSize(1);
    }

    @Test
    void aChangedOrCutArchiveIsRefusedBeforeAnythingIsWritten() throws Exception {
        byte[] archive = export(base, true);
        String bases = "select count(*) from knowledge_bases where organization_id = '" + elsewhere.id() + "'";
        Map<String, byte[]> bad = new LinkedHashMap<>();
        for (int i = 1; i <= 8; i++) {
            byte[] changed = archive.clone();
            changed[archive.length * i / 10] ^= 0x55;
            bad.put("changed at " + i, changed);
            bad.put("cut at " + i, Arrays.copyOf(archive, archive.length * i / 10));
        }
        bad.put("no bytes", new byte[0]);
        bad.put("text", "not an archive".getBytes(StandardCharsets.UTF_8));
        assertThat(importing(ForgedArchive.rewritten(archive, Map.of())).status())
                .as("packed again by the test")
                .isEqualTo(201);
        bad.put("traversal", ForgedArchive.renamed(archive, "documents/00000000/text.txt", "../../etc/passwd"));
        bad.put("absolute", ForgedArchive.renamed(archive, "documents/00000000/text.txt", "/etc/passwd"));
        bad.put("one entry more", ForgedArchive.rewritten(archive, Map.of("documents/00000000/more.txt", new byte[] {1
        })));
        bad.put("another text", ForgedArchive.rewritten(archive, Map.of("documents/00000000/text.txt", new byte[] {65
        })));
        bad.put("no characters", ForgedArchive.consistent(archive, "documents/00000000/text.txt", new byte[] {0, 65}));
        bad.put(
                "zero vectors",
                ForgedArchive.consistent(archive, "documents/00000000/vectors-1.f32", new byte[2 * 384 * 4]));
        bad.put(
                "fewer vectors",
                ForgedArchive.consistent(archive, "documents/00000000/vectors-1.f32", new byte[384 * 4]));
        bad.put("a bomb", ForgedArchive.manifest(archive, node -> {
            ((ObjectNode) node.path("entries").get(1)).put("size", 10_000_000_000L);
        }));
        bad.put(
                "a small bomb",
                ForgedArchive.rewritten(archive, Map.of("documents/00000000/original", new byte[8 << 20])));
        bad.put("a later format", ForgedArchive.manifest(archive, node -> node.put("version", 3)));
        bad.put("fewer documents", ForgedArchive.manifest(archive, node -> node.put("documents", 2)));
        bad.put("more documents", ForgedArchive.manifest(archive, node -> node.put("documents", 4)));
        bad.put("negative documents", ForgedArchive.manifest(archive, node -> node.put("documents", -1)));
        bad.put(
                "another original",
                ForgedArchive.consistent(
                        archive, "documents/00000000/original", "small".getBytes(StandardCharsets.UTF_8)));
        bad.put("an end record in the comment", ForgedArchive.endingTwice(archive));
        bad.put("another format", ForgedArchive.manifest(archive, node -> node.put("format", "other")));
        String words = ForgedArchive.entry(archive, "documents/00000000/chunks-1.jsonl");
        for (String line : List.of(
                words.replace("\"index\": 0", "\"index\": 7"),
                words.replace("\"type\": \"text\"", "\"type\": \"spell\""),
                words.replaceFirst("\"words\": \"[^\"]*\"", "\"words\": \"'unbalanced\""),
                words.replaceFirst("\"relevance_score\": [0-9.]+", "\"relevance_score\": 2"),
                words.replaceFirst("\"keywords\": \\[", "\"keywords\": [\"" + "x".repeat(101) + "\", "),
                words.replaceFirst("\"search_config\": \"[^\"]*\"", "\"search_config\": \"klingon\""),
                words.replaceFirst("\"end\": \\d+", "\"end\": 99999"))) {
            assertThat(line).isNotEqualTo(words);
            bad.put(
                    "chunks " + bad.size(),
                    ForgedArchive.consistent(
                            archive, "documents/00000000/chunks-1.jsonl", line.getBytes(StandardCharsets.UTF_8)));
        }
        String document = ForgedArchive.entry(archive, "documents/00000000/document.json");
        for (String json : List.of(
                document.replaceFirst("\"path\":\"[^\"]*\"", "\"path\":\"../up.txt\""),
                document.replaceFirst("\"path\":\"[^\"]*\"", "\"path\":\".drive/up.txt\""),
                document.replaceFirst("\"path\":\"[^\"]*\"", "\"path\":null"),
                document.replaceFirst("\"version\":1", "\"version\":0"),
                document.replaceFirst("\"file_size\":\\d+", "\"file_size\":1"),
                document.replaceFirst("\"file_hash\":\"..", "\"file_hash\":\"ff"),
                document.replaceFirst("\"chunks\":2", "\"chunks\":2000000000"),
                document.replaceFirst("\"mime_type\":\"", "\"mime_type\":\"" + "x".repeat(200)))) {
            assertThat(json).isNotEqualTo(document);
            bad.put(
                    "document " + bad.size(),
                    ForgedArchive.consistent(
                            archive, "documents/00000000/document.json", json.getBytes(StandardCharsets.UTF_8)));
        }
        for (var wrong : bad.entrySet()) {
            Reply refused = importing(wrong.getValue());
            assertThat(refused.status())
                    .as(wrong.getKey() + ": " + refused.text())
                    .isEqualTo(422);
            refused.assertProblem(422, "archive-refused", null);
        }
        importing(archive, "merkle_root=" + "0".repeat(64)).assertProblem(422, "archive-refused", null);
        assertThat(api.count(bases)).as("that of the test's own archive").isEqualTo(1);
        assertThat(importing(archive).status()).isEqualTo(201);
    }

    @Test
    void anImportThatBrokeOffGoesOnWhereItWas() throws Exception {
        api.execute("update organizations set max_storage_gb = 5 where id = '" + home.id() + "'");
        api.execute("update knowledge_documents set file_size = 1500000000 where filename = 'pumpe.txt'"
                + " and knowledge_base_id = '" + base + "'");
        api.execute("update organizations set max_storage_gb = 1 where id = '" + elsewhere.id() + "'");
        byte[] archive = export(base, true);

        importing(archive).assertProblem(413, "storage-limit", null);
        importing(archive, "knowledge_base_type=personal").assertProblem(409, "conflict", null);
        importing(archive, "name=Other").assertProblem(409, "conflict", null);
        importing(archive, "name=%20").assertProblem(422, "invalid-input", "name");

        String half = api.text("select id from knowledge_bases where organization_id = '" + elsewhere.id() + "'");
        assertThat(api.count("select document_count from knowledge_bases where id = '" + half + "' and not is_active"))
                .isEqualTo(1);
        api.execute("update organizations set max_storage_gb = 5 where id = '" + elsewhere.id() + "'");
        api.execute("update knowledge_imports set last_activity_at = now() where knowledge_base_id = '" + half + "'");
        importing(archive).assertProblem(409, "conflict", null);
        api.execute(
                "update knowledge_imports set last_activity_at = '-infinity' where knowledge_base_id = '" + half + "'");
        Reply whole = importing(archive);
        assertThat(whole.status()).as(whole.text()).isEqualTo(201);
        assertThat(whole.body().path("resumed").booleanValue()).isTrue();
        assertThat(whole.body().path("knowledge_base").path("id").stringValue()).isEqualTo(half);
        assertThat(whole.body().path("knowledge_base").path("document_count").asInt())
                .isEqualTo(3);
        assertThat(answers(grace.api(), half)).isEqualTo(answers(ada.api(), base));

        Reply again = importing(archive);
        assertThat(again.body().path("knowledge_base").path("id").stringValue())
                .as("one that ended is not gone on with")
                .isNotEqualTo(half);
    }

    @Test
    void onlyWhatTheImporterMayIsImportedAndOnlyWhatTheExporterSeesIsExported() throws Exception {
        byte[] archive = export(base, false);
        Person viewer = elsewhere.member("viewer");
        assertThat(send(viewer.api(), elsewhere, archive).status()).isEqualTo(403);
        String secret = fed("secret.txt", "Only Ada knows the code of the safe.");
        assertThat(ada.api()
                        .put("/documents/" + secret + "/shares", Map.of("shares", List.of()))
                        .status())
                .isEqualTo(200);
        Person admin = home.member("admin");
        assertThat(ForgedArchive.entry(export(ada, base, true), "documents/00000003/text.txt"))
                .contains("safe");
        assertThat(ForgedArchive.names(export(admin, base, true)))
                .contains("documents/00000002/text.txt")
                .doesNotContain("documents/00000003/document.json");
        assertThat(send(ada.api(), elsewhere, archive).status()).isEqualTo(404);
        assertThat(grace.api()
                        .post("/knowledge-bases/" + base + "/export", Map.of())
                        .status())
                .isEqualTo(404);
        Person reader = home.member("viewer");
        assertThat(reader.api()
                        .post("/knowledge-bases/" + base + "/export", Map.of())
                        .status())
                .isEqualTo(403);
    }

    /** Returns the id of a document of the drive that is in the base. */
    private String fed(String name, String text) throws Exception {
        String folder = ada.api()
                .post(home.path() + "/documents/folders", Map.of("name", "Shared", "share_level", "organization"))
                .text("id");
        String file = ada.api()
                .upload(home.path() + "/documents?parent_id=" + folder, Map.of(name, text))
                .body()
                .path("items")
                .get(0)
                .path("id")
                .stringValue();
        ada.api().put("/documents/" + file + "/knowledge-bases/" + base, Map.of());
        String fed = " from knowledge_documents where source_document_id = '" + file + "'";
        await("it is fed", () -> api.count("select count(*)" + fed) == 1);
        IndexedText.index(api, api.text("select file_path" + fed), name, text, "ab".repeat(32));
        return file;
    }

    private List<String> answers(ApiClient user, String where) {
        List<String> answers = new ArrayList<>();
        for (String question : QUESTIONS) {
            for (JsonNode hit : user.post(
                            "/knowledge-bases/" + where + "/search", Map.of("query", question, "limit", 20))
                    .body()
                    .path("items")) {
                answers.add(question + " " + hit.path("filename").stringValue() + " "
                        + hit.path("content").stringValue() + " "
                        + hit.path("score").asDouble());
            }
        }
        assertThat(answers).hasSizeGreaterThan(4);
        return answers;
    }

    private String model(String of) {
        return api.text("select embedding_model from knowledge_bases where id = '" + of + "'");
    }

    private byte[] export(String which, boolean originals) throws Exception {
        return export(ada, which, originals);
    }

    private byte[] export(Person exporter, String which, boolean originals) throws Exception {
        HttpResponse<byte[]> response = HTTP.send(
                HttpRequest.newBuilder(
                                URI.create(api.client().address() + "/api/v1/knowledge-bases/" + which + "/export"))
                        .header("Authorization", "Bearer " + exporter.api().token())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"originals\": " + originals + "}"))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private Reply importing(byte[] archive, String... parameters) throws Exception {
        return send(grace.api(), elsewhere, archive, parameters);
    }

    private static Reply send(ApiClient user, Team team, byte[] archive, String... parameters) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("""
                --cut\r
                Content-Disposition: form-data; name="files"; filename="base.zip"\r
                Content-Type: application/zip\r
                \r
                """.getBytes(StandardCharsets.UTF_8));
        body.writeBytes(archive);
        body.writeBytes("\r\n--cut--\r\n".getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> response = HTTP.send(
                HttpRequest.newBuilder(URI.create(user.address() + "/api/v1" + team.path() + "/knowledge-bases/import"
                                + (parameters.length == 0 ? "" : "?" + String.join("&", parameters))))
                        .header("Authorization", "Bearer " + user.token())
                        .header("Content-Type", "multipart/form-data; boundary=cut")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        PublishedContract.check("POST", response, response.body());
        return new Reply(response.statusCode(), response.body(), response);
    }
}
