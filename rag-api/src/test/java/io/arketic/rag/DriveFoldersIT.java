package io.arketic.rag;

import static io.arketic.rag.Awaiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.ApiClient.Reply;
import io.arketic.rag.Team.Person;
import io.arketic.rag.caller.SecretToken;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Folders of the drive as a whole: sent as an archive, copied, searched, fed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DriveFoldersIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private RunningApi api;
    private Team team;
    private Person ada;
    private Person grace;
    private String drive;
    private String manuals;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
    }

    @BeforeEach
    void aFolder() {
        team = new Team(api);
        ada = team.owner();
        grace = team.member("member");
        drive = team.path() + "/documents";
        manuals = folder(null, "Manuals");
        upload(manuals, "pump.txt", "The pump of Borealis");
        String german = folder(manuals, "Deutsch – Übersicht");
        upload(german, "pumpe.txt", "Die Pumpe");
        upload(german, "leer.txt", "");
    }

    @Test
    void aFolderIsSentAsAnArchiveOfWhatItsReaderSees() throws Exception {
        String secret = id(upload(manuals, "secret.txt", "for Ada alone"));
        expect(ada.api().put("/documents/" + secret + "/shares", Map.of("shares", List.of())), 200);

        assertThat(archive(ada))
                .isEqualTo(new LinkedHashMap<>(Map.of(
                        "Deutsch – Übersicht/", "",
                        "Deutsch – Übersicht/leer.txt", "",
                        "Deutsch – Übersicht/pumpe.txt", "Die Pumpe",
                        "pump.txt", "The pump of Borealis",
                        "secret.txt", "for Ada alone")));
        assertThat(archive(grace)).hasSize(4).doesNotContainKey("secret.txt");
        String file = id(upload(manuals, "pump.txt", "The pump of Borealis"));
        ada.api().get("/documents/" + file + "/archive").assertProblem(409, "conflict", null);
        expect(ada.api().delete("/documents/" + manuals), 204);
        ada.api().get("/documents/" + manuals + "/archive").assertProblem(409, "in-trash", null);
    }

    /** A change waits for the lock of the tree; the member is an admin when it begins to wait. */
    @Test
    void aMemberWhoIsNoAdminAnyMoreDeletesNothing() throws Exception {
        Person admin = team.member("admin");
        String pending = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
                + " and database = (select oid from pg_database where datname = current_database())";
        try (Connection tree = api.connection();
                Statement lock = tree.createStatement()) {
            tree.setAutoCommit(false);
            lock.execute("select lock_document_tree('" + team.id() + "', true)");
            CompletableFuture<Reply> deletion =
                    CompletableFuture.supplyAsync(() -> admin.api().delete("/documents/" + manuals));
            await("the deletion waits", () -> api.count(pending) > 0);
            team.give(admin, "member");
            tree.rollback();
            deletion.join().assertProblem(403, "forbidden", null);
        }
        assertThat(ada.api()
                        .get("/documents/" + manuals)
                        .body()
                        .path("trashed_at")
                        .isNull())
                .isTrue();
    }

    @Test
    void aCopyOfAFolderHasItsFilesAndNoneOfItsBytes() {
        String secret = id(upload(manuals, "secret.txt", "for Ada alone"));
        expect(ada.api().put("/documents/" + secret + "/shares", Map.of("shares", List.of())), 200);
        long objects = api.count("select count(*) from document_blobs where organization_id = '" + team.id() + "'");

        Reply copied = grace.api().post("/documents/" + manuals + "/copies", Map.of("name", "Manuals of Grace"));
        expect(copied, 201);
        String copy = copied.text("id");
        assertThat(names(grace, copy)).containsExactly("Deutsch – Übersicht", "pump.txt");
        assertThat(copied.text("owner_id")).isEqualTo(grace.id());
        assertThat(api.count("select count(*) from documents where owner_id = '" + grace.id() + "'"))
                .isEqualTo(5);
        assertThat(api.count("select count(*) from document_blobs where organization_id = '" + team.id() + "'"))
                .isEqualTo(objects);

        Map<String, Object> into = new HashMap<>();
        into.put("name", "Inside");
        into.put("parent_id", manuals);
        Reply inside = ada.api().post("/documents/" + manuals + "/copies", into);
        expect(inside, 201);
        assertThat(names(ada, inside.text("id")))
                .as("what was in it when it was copied")
                .containsExactly("Deutsch – Übersicht", "pump.txt", "secret.txt");
        assertThat(names(grace, inside.text("id")))
                .as("a list of its own narrows the copy, too")
                .containsExactly("Deutsch – Übersicht", "pump.txt");
        expect(ada.api().post("/documents/" + secret + "/copies", Map.of("name", "secret too.txt")), 201);
        assertThat(names(ada, manuals)).contains("secret too.txt");
        assertThat(names(grace, manuals)).doesNotContain("secret too.txt", "secret.txt");
        String day = "select full_at::text from attempts where subject = '"
                + new SecretToken("copies of folders " + ada.id()).hash() + "'";
        String before = api.text(day);
        ada.api().post("/documents/" + manuals + "/copies", into).assertProblem(409, "name-taken", "name");
        assertThat(api.text(day)).as("a refused copy counts as none").isEqualTo(before);
        assertThat(api.count("select count(*) from counter_drift() where row_id = '" + team.id() + "' or row_id in ("
                        + "select id from document_blobs where organization_id = '" + team.id() + "')"))
                .isZero();
    }

    @Test
    void theDriveIsSearchedByTextsInAnyLanguageAndByFilters() throws Exception {
        String base = ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "B"))
                .text("id");
        String file = id(upload(manuals, "水泵.txt", "Größe der Dichtung: 水泵每季度检查一次"));
        expect(ada.api().put("/documents/" + file + "/knowledge-bases/" + base, Map.of()), 204);
        await(
                "it is fed",
                () -> api.count("select count(*) from knowledge_documents where source_document_id = '" + file + "'")
                        == 1);
        IndexedText.index(
                api,
                api.text("select file_path from knowledge_documents where source_document_id = '" + file + "'"),
                "水泵.txt",
                "Größe der Dichtung: 水泵每季度检查一次",
                "ab".repeat(32));

        assertThat(found(ada, Map.of("query", "grosse dichtung"))).containsExactly("水泵.txt");
        assertThat(found(ada, Map.of("query", "pump"))).contains("pump.txt");
        assertThat(found(ada, Map.of("query", "dichtung", "document_type", "pdf")))
                .isEmpty();
        assertThat(found(ada, Map.of("query", "dichtung", "max_size", 3))).isEmpty();
        assertThat(found(ada, Map.of("query", "dichtung", "owner_id", grace.id())))
                .isEmpty();
        assertThat(found(ada, Map.of("query", "dichtung", "since", "2099-01-01T00:00:00Z")))
                .isEmpty();
        assertThat(found(
                        ada,
                        Map.of(
                                "query",
                                "dichtung",
                                "folder_id",
                                manuals,
                                "document_type",
                                "text",
                                "owner_id",
                                ada.id(),
                                "since",
                                "2020-01-01T00:00:00Z",
                                "until",
                                "2099-01-01T00:00:00Z",
                                "min_size",
                                1)))
                .containsExactly("水泵.txt");
        assertThat(found(ada, Map.of("query", "pump -borealis"))).contains("pump.txt");
        assertThat(found(ada, Map.of("query", "dichtung -水泵"))).isEmpty();
        assertThat(found(ada, Map.of("query", "水泵 -größe")))
                .as("excluded by its text")
                .isEmpty();
        String other = folder(null, "Other");
        assertThat(found(ada, Map.of("query", "dichtung", "folder_id", other))).isEmpty();
        expect(ada.api().put("/documents/" + file + "/shares", Map.of("shares", List.of())), 200);
        assertThat(found(grace, Map.of("query", "dichtung"))).isEmpty();
        expect(ada.api().delete("/documents/" + file), 204);
        assertThat(found(ada, Map.of("query", "dichtung"))).isEmpty();
    }

    @Test
    void aFeedWaitsUntilTheFormerCopyIsRemovedAndCopiesNothingBeyondTheLimit() {
        String base = ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "B"))
                .text("id");
        String file = id(upload(manuals, "late.txt", "late"));
        api.execute("update organizations set max_storage_gb = 0 where id = '" + team.id() + "'");
        expect(ada.api().put("/documents/" + file + "/knowledge-bases/" + base, Map.of()), 204);
        await("the limit is met", () -> "organization-limit".equals(failure(file)));
        String key = api.text("select object_key from document_links where document_id = '" + file + "'");
        assertThat(api.count("select count(*) from removed_objects where object_key = '" + key + "'"))
                .as("no copy was about to be written")
                .isZero();

        api.execute("insert into removed_objects (object_key, remove_after, store) values ('" + key
                + "', now() + interval '50 minutes', 'knowledge')");
        api.execute("update organizations set max_storage_gb = 5 where id = '" + team.id() + "'");
        api.execute("update document_links set next_attempt_at = now() where document_id = '" + file + "'");
        await("the removal is waited for", () -> "store-unavailable".equals(failure(file)));
        api.execute("delete from removed_objects where object_key = '" + key + "'");
        api.execute("update document_links set next_attempt_at = now() where document_id = '" + file + "'");
        await(
                "it is fed",
                () -> api.count("select count(*) from knowledge_documents where source_document_id = '" + file + "'")
                        == 1);
    }

    private String failure(String file) {
        return api.text("select failure from document_links where document_id = '" + file + "'");
    }

    private Map<String, String> archive(Person reader) throws Exception {
        HttpResponse<byte[]> response = HTTP.send(
                HttpRequest.newBuilder(URI.create(api.client().address() + "/api/v1/documents/" + manuals + "/archive"))
                        .header("Authorization", "Bearer " + reader.api().token())
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        Map<String, String> files = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(response.body()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }

    private List<String> found(Person by, Map<String, Object> search) {
        Reply reply = by.api().post(drive + "/search", search);
        expect(reply, 200);
        return reply.body().path("items").findValuesAsString("name");
    }

    private List<String> names(Person by, String folder) {
        JsonNode items = by.api().get(drive + "?parent_id=" + folder).body().path("items");
        return items.findValuesAsString("name");
    }

    private String folder(String parent, String name) {
        Map<String, Object> creation = new HashMap<>(Map.of("name", name));
        if (parent == null) {
            creation.put("share_level", "organization");
        } else {
            creation.put("parent_id", parent);
        }
        Reply made = ada.api().post(drive + "/folders", creation);
        expect(made, 201);
        return made.text("id");
    }

    private Reply upload(String parent, String name, String text) {
        Reply stored = ada.api().upload(drive + "?parent_id=" + parent, Map.of(name, text));
        expect(stored, 201);
        return stored;
    }

    private static String id(Reply upload) {
        return upload.body().path("items").get(0).path("id").stringValue();
    }

    private static void expect(Reply reply, int status) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    }
}
