package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.ApiClient.Reply;
import io.arketic.rag.Team.Person;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests the drive's bytes and versions, over a real store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DriveFilesIT {

    private static final String BUCKET = RunningApi.BUCKET + "-documents";
    private static final String HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private RunningApi api;
    private Team team;
    private Person ada;
    private String drive;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
    }

    @BeforeEach
    void aTeam() {
        team = new Team(api);
        ada = team.owner();
        drive = team.path() + "/documents";
    }

    @AfterEach
    void everyReferenceAndEveryByteIsCounted() {
        assertThat(api.count("select count(*) from counter_drift() where row_id = '" + team.id() + "' or row_id in ("
                        + "select id from document_blobs where organization_id = '" + team.id() + "')"))
                .isZero();
        assertThat(api.count("select count(*) from document_blobs where reference_count < 1"))
                .isZero();
        assertThat(api.count("""
                select count(*) from documents d where d.document_type <> 'folder' and d.organization_id = '%s'
                  and (select count(*) from documents v
                       where coalesce(v.version_of_id, v.id) = coalesce(d.version_of_id, d.id)
                         and v.is_latest_version) <> 1""".formatted(team.id())))
                .as("files without exactly one latest version")
                .isZero();
    }

    @Test
    void aFileIsDownloadedWholeInPartsAndNotAgain() {
        JsonNode file = upload("hello \u2764 x.html", "hello");
        assertThat(file.path("file_hash").stringValue()).isEqualTo(HELLO);
        String content = "/documents/" + id(file) + "/content";
        Reply whole = ada.api().get(content);
        assertThat(whole.text()).isEqualTo("hello");
        assertThat(whole.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(whole.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(whole.header("Content-Security-Policy")).contains("sandbox");
        assertThat(whole.header("Content-Disposition"))
                .startsWith("attachment")
                .contains("filename*=UTF-8''hello%20%E2%9D%A4");
        assertThat(whole.header("Accept-Ranges")).isEqualTo("bytes");
        String etag = whole.header("ETag");
        assertThat(etag).isEqualTo("\"" + HELLO + "\"");

        assertThat(ada.api().get(content, "If-None-Match", "\"1\", W/" + etag).status())
                .isEqualTo(304);
        for (var range : Map.of("bytes=1-3", "ell", "bytes=-2", "lo", "bytes=3-", "lo", "bytes=0-99", "hello")
                .entrySet()) {
            Reply part = ada.api().get(content, "Range", range.getKey());
            assertThat(part.status()).as(range.getKey()).isEqualTo(206);
            assertThat(part.text()).isEqualTo(range.getValue());
            assertThat(part.header("Content-Range")).endsWith("/5");
        }
        ada.api().get(content, "Range", "bytes=5-9").assertProblem(416, "range-not-satisfiable", null);
        assertThat(ada.api()
                        .get(content, "Range", "bytes=1-3", "If-Range", "\"other\"")
                        .status())
                .isEqualTo(200);
        for (String passedOver : List.of("bytes=0-0,2-3", "lines=1-2", "bytes=x")) {
            assertThat(ada.api().get(content, "Range", passedOver).text())
                    .as(passedOver)
                    .isEqualTo("hello");
        }
    }

    @Test
    void anEmptyFileIsAFile() {
        JsonNode file = upload("empty.txt", "");
        assertThat(ada.api().get("/documents/" + id(file) + "/content").text()).isEmpty();
        ada.api()
                .get("/documents/" + id(file) + "/content", "Range", "bytes=0-0")
                .assertProblem(416, "range-not-satisfiable", null);
    }

    @Test
    void equalBytesLieThereOnceInAnOrganizationAndGoWithTheirLastReference() {
        JsonNode first = upload("a.txt", "the same");
        JsonNode second = upload("b.txt", "the same");
        assertThat(blobs()).isEqualTo(1);
        Team other = new Team(api);
        other.owner().api().upload(other.path() + "/documents", Map.of("c.txt", "the same"));
        assertThat(api.count("select count(*) from document_blobs where organization_id = '" + other.id() + "'"))
                .as("no bytes are shared between organizations")
                .isEqualTo(1);
        assertThat(keys()).as("the second object goes soon").hasSizeBetween(1, 2);
        remove(first);
        assertThat(blobs()).isEqualTo(1);
        assertThat(ada.api().get("/documents/" + id(second) + "/content").text())
                .isEqualTo("the same");
        remove(second);
        assertThat(blobs()).isZero();
        api.execute("update removed_objects set remove_after = now()");
        awaitNoObject();
    }

    @Test
    void whatIsRefusedLeavesNothing() {
        ada.api()
                .upload(drive + "?file_hash=" + "0".repeat(64), Map.of("a.txt", "hello"))
                .assertProblem(422, "hash-mismatch", null);
        ada.api()
                .upload(drive + "?file_hash=12", Map.of("a.txt", "hello"))
                .assertProblem(422, "invalid-input", "file_hash");
        assertThat(ada.api()
                        .upload(drive + "?file_hash=" + HELLO, Map.of("a.txt", "hello"))
                        .status())
                .isEqualTo(201);
        api.execute("update organizations set max_storage_gb = 0 where id = '" + team.id() + "'");
        ada.api().upload(drive, Map.of("b.txt", "1")).assertProblem(413, "storage-limit", null);
        api.execute("update organizations set max_storage_gb = 1 where id = '" + team.id() + "'");
        ada.api()
                .upload(drive + "?parent_id=" + team.id(), Map.of("b.txt", "1"))
                .assertProblem(404, "not-found", null);
        assertThat(keys()).hasSize(1);
        assertThat(api.count("select count(*) from removed_objects where store = 'documents' and object_key like '"
                        + team.id() + "%'"))
                .as("put down before they were written")
                .isEqualTo(1);
    }

    @Test
    void aNameThatIsUploadedAgainIsTheNextVersionAndEachOneIsReadAndRestored() {
        JsonNode file = upload("plan.txt", "one");
        String document = "/documents/" + id(file);
        assertThat(upload("plan.txt", "two, longer").path("id")).isEqualTo(file.path("id"));
        Reply third = ada.api().upload(document + "/versions", Map.of("called otherwise.txt", "three"));
        assertThat(third.status()).as(third.text()).isEqualTo(201);
        assertThat(third.body().path("version_number").asInt()).isEqualTo(3);
        assertThat(third.text("name")).isEqualTo("plan.txt");
        assertThat(ada.api()
                        .upload(document + "/versions", Map.of("x", "three"))
                        .body()
                        .path("version_number")
                        .asInt())
                .as("equal bytes are no version")
                .isEqualTo(3);

        JsonNode versions = ada.api().get(document + "/versions").body().path("items");
        assertThat(versions.findValuesAsString("version_number")).containsExactly("3", "2", "1");
        assertThat(versions.findValuesAsString("is_latest_version")).containsExactly("true", "false", "false");
        assertThat(ada.api().get(document + "/versions/1/content").text()).isEqualTo("one");
        assertThat(ada.api().get(document + "/versions/2/content").text()).isEqualTo("two, longer");
        ada.api().get(document + "/versions/9/content").assertProblem(404, "not-found", null);
        assertThat(used()).isEqualTo(3 + 11 + 5);

        Reply restored = ada.api().post(document + "/versions/1/restore", Map.of());
        assertThat(restored.body().path("version_number").asInt()).isEqualTo(4);
        assertThat(ada.api().get(document + "/content").text()).isEqualTo("one");
        assertThat(ada.api().get(document + "/versions/3/content").text()).isEqualTo("three");
        assertThat(blobs()).as("the fourth version is the first one's bytes").isEqualTo(3);

        Person grace = team.member("member");
        grace.api().get(document + "/versions/1/content").assertProblem(404, "not-found", null);
        ada.api().patch(document, Map.of("share_level", "organization"), "If-Match", "*");
        assertThat(grace.api().get(document + "/versions/1/content").text()).isEqualTo("one");

        remove(file);
        assertThat(used()).isZero();
        assertThat(blobs()).isZero();
    }

    @Test
    void aCopyIsADocumentOfItsOwnAndNoSecondBytes() {
        JsonNode file = upload("plan.txt", "one");
        String document = "/documents/" + id(file);
        ada.api().post(document + "/copies", Map.of()).assertProblem(409, "name-taken", "name");
        Reply copy = ada.api().post(document + "/copies", Map.of("name", "plan of the pumps.txt"));
        assertThat(copy.status()).as(copy.text()).isEqualTo(201);
        assertThat(blobs()).isEqualTo(1);
        assertThat(used()).isEqualTo(6);
        assertThat(found(ada).findValuesAsString("id")).containsExactly(copy.text("id"));
        assertThat(found(team.member("admin"))).isEmpty();
        remove(file);
        assertThat(ada.api().get("/documents/" + copy.text("id") + "/content").text())
                .isEqualTo("one");
        assertThat(ada.api().delete("/documents/" + copy.text("id")).status()).isEqualTo(204);
        assertThat(found(ada)).isEmpty();
    }

    @Test
    void theOrganizationsExportHoldsItsDocuments() {
        upload("exported.txt", "text");
        assertThat(ada.api().get(team.path() + "/export").text()).contains("exported.txt");
        assertThat(api.count("select count(*) from audit_log where table_name = 'documents' and organization_id = '"
                        + team.id() + "' and action = 'insert'"))
                .isEqualTo(1);
    }

    private JsonNode upload(String name, String text) {
        Reply stored = ada.api().upload(drive, Map.of(name, text));
        assertThat(stored.status()).as(stored.text()).isEqualTo(201);
        return stored.body().path("items").get(0);
    }

    private JsonNode found(Person by) {
        return by.api().post(drive + "/search", Map.of("query", "pumps")).body().path("items");
    }

    private void remove(JsonNode document) {
        assertThat(ada.api().delete("/documents/" + id(document)).status()).isEqualTo(204);
        assertThat(ada.api()
                        .delete("/documents/" + id(document) + "?permanently=true")
                        .status())
                .isEqualTo(204);
    }

    private long blobs() {
        return api.count("select count(*) from document_blobs where organization_id = '" + team.id() + "'");
    }

    private long used() {
        return ada.api()
                .get(team.path() + "/usage")
                .body()
                .path("storage_bytes")
                .path("used")
                .asLong();
    }

    private List<String> keys() {
        return StoredKeys.of(BUCKET, team.id());
    }

    private void awaitNoObject() {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(90));
        while (!keys().isEmpty()) {
            assertThat(Instant.now()).as("objects: " + keys()).isBefore(deadline);
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }

    private static String id(JsonNode document) {
        return document.path("id").stringValue();
    }
}
