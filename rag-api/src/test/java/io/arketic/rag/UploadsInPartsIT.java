package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.ApiClient.Reply;
import io.arketic.rag.Team.Person;
import io.arketic.services.Fixtures;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests uploads in parts, over a real store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadsInPartsIT {

    private static final int PART = 64 << 10;
    private static final String FIRST = "a".repeat(PART);
    private static final String SECOND = "b".repeat(PART);
    private static final String REST = "the rest";
    private static final String WHOLE = FIRST + SECOND + REST;

    private static final String PDF = """
            %PDF-1.4
            1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
            2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
            3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 200 100]>> endobj
            trailer <</Root 1 0 R>>
            %%EOF
            """;

    private RunningApi api;
    private Team team;
    private Person ada;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
    }

    @BeforeEach
    void aTeam() {
        team = new Team(api);
        ada = team.owner();
    }

    @AfterEach
    void everyByteIsCounted() {
        assertThat(api.count("select count(*) from counter_drift() where row_id = '" + team.id() + "' or row_id in ("
                        + "select id from document_blobs where organization_id = '" + team.id() + "')"))
                .isZero();
        assertThat(api.count("""
                select count(*) from removed_objects r join document_upload_parts p on p.object_key = r.object_key
                where p.organization_id = '%s'""".formatted(team.id())))
                .as("parts whose objects are about to be removed")
                .isZero();
    }

    @Test
    void partsInAnyOrderBecomeOneFileAndThenItsNextVersion() throws Exception {
        String upload = begin("film.mp4", WHOLE, Map.of("file_hash", hash(WHOLE)));
        assertThat(used()).as("reserved").isEqualTo(WHOLE.length());
        assertThat(ada.api().get(upload).body().path("part_count").asInt()).isEqualTo(3);
        assertThat(part(upload, 3, REST).status()).isEqualTo(200);
        Reply first = part(upload, 1, FIRST);
        assertThat(part(upload, 1, FIRST).body()).as("the same part again").isEqualTo(first.body());
        ada.api().post(upload + "/complete", Map.of()).assertProblem(409, "upload-incomplete", null);
        assertThat(ada.api().get(upload + "/parts?limit=1").body().path("items").findValuesAsString("part_number"))
                .containsExactly("1");
        assertThat(ada.api()
                        .get(upload + "/parts?limit=1&cursor=1")
                        .body()
                        .path("items")
                        .findValuesAsString("part_number"))
                .containsExactly("3");
        part(upload, 2, SECOND);

        Reply document = ada.api().post(upload + "/complete", Map.of());
        assertThat(document.status()).as(document.text()).isEqualTo(201);
        assertThat(document.text("file_hash")).isEqualTo(hash(WHOLE));
        assertThat(document.text("mime_type")).isEqualTo("video/mp4");
        assertThat(ada.api()
                        .get("/documents/" + document.text("id") + "/content")
                        .text())
                .isEqualTo(WHOLE);
        assertThat(ada.api().post(upload + "/complete", Map.of()).body().path("id"))
                .as("complete again")
                .isEqualTo(document.body().path("id"));
        assertThat(ada.api().get(upload).text("status")).isEqualTo("completed");
        part(upload, 1, FIRST).assertProblem(409, "conflict", null);
        assertThat(used()).isEqualTo(WHOLE.length());
        assertThat(doomed()).as("objects of parts that go").isEqualTo(3);

        String next = begin("film.mp4", "other", Map.of());
        part(next, 1, "other");
        Reply second = ada.api().post(next + "/complete", Map.of());
        assertThat(second.body().path("id")).isEqualTo(document.body().path("id"));
        assertThat(second.body().path("version_number").asInt()).isEqualTo(2);
        String equal = begin("copy.mp4", WHOLE, Map.of());
        for (var sent : Map.of(1, FIRST, 2, SECOND, 3, REST).entrySet()) {
            part(equal, sent.getKey(), sent.getValue());
        }
        ada.api().post(equal + "/complete", Map.of());
        assertThat(api.count("select count(*) from document_blobs where organization_id = '" + team.id() + "'"))
                .as("equal bytes lie there once")
                .isEqualTo(2);
        String empty = begin("empty.txt", "", Map.of());
        assertThat(ada.api()
                        .post(empty + "/complete", Map.of())
                        .body()
                        .path("file_size")
                        .asInt())
                .isZero();
    }

    @Test
    void partsThatDoNotFitAreRefusedAndCanBeSentAgain() throws Exception {
        String upload = begin("plan.txt", WHOLE, Map.of("file_hash", hash(WHOLE)));
        part(upload, 1, REST).assertProblem(422, "invalid-input", "files");
        part(upload, 0, FIRST).assertProblem(422, "invalid-input", "part");
        part(upload, 4, FIRST).assertProblem(422, "invalid-input", "part");
        ada.api()
                .send("PUT", upload + "/parts/1?file_hash=" + hash(SECOND), Map.of("x", FIRST))
                .assertProblem(422, "hash-mismatch", null);
        part(upload, 1, SECOND);
        part(upload, 2, SECOND);
        part(upload, 3, REST);
        ada.api().post(upload + "/complete", Map.of()).assertProblem(422, "hash-mismatch", null);
        assertThat(ada.api().get(upload).text("status")).isEqualTo("open");
        assertThat(api.count(
                        "select count(*) from document_uploads where refused_digest is not null and organization_id = '"
                                + team.id() + "'"))
                .as("not read again")
                .isEqualTo(1);
        ada.api().post(upload + "/complete", Map.of()).assertProblem(422, "hash-mismatch", null);
        part(upload, 1, FIRST);
        assertThat(ada.api().post(upload + "/complete", Map.of()).status()).isEqualTo(201);
        begins(Map.of("name", "a/b", "file_size", 1)).assertProblem(422, "invalid-filename", "name");
        begins(Map.of("name", "a", "file_size", -1)).assertProblem(422, "invalid-input", "file_size");
        begins(Map.of("name", "a", "file_size", (64L << 30) + 1)).assertProblem(422, "invalid-input", "file_size");
        begins(Map.of("name", "a", "file_size", 1000L * PART + 1, "part_size", PART))
                .assertProblem(422, "invalid-input", "part_size");
        begins(Map.of("name", "a", "file_size", 1, "parent_id", team.id())).assertProblem(404, "not-found", null);
    }

    @Test
    void anOpenUploadCountsAsStorageUntilItIsAbortedOrExpires() {
        begins(Map.of("name", "large", "file_size", (1L << 30) + 1), 1).assertProblem(413, "storage-limit", null);
        String upload = begin("half", 600 << 20, Map.of());
        begins(Map.of("name", "other half", "file_size", 600 << 20), 1).assertProblem(413, "storage-limit", null);
        assertThat(ada.api().delete(upload).status()).isEqualTo(204);
        ada.api().get(upload).assertProblem(404, "not-found", null);
        String later = begin("other half", WHOLE.length(), Map.of("part_size", PART));
        part(later, 1, FIRST);
        api.execute("update document_uploads set expires_at = now() where organization_id = '" + team.id() + "'");
        ada.api().get(later).assertProblem(404, "not-found", null);
        part(later, 2, SECOND).assertProblem(404, "not-found", null);
        assertThat(api.count("select expire_document_uploads(10)")).isPositive();
        assertThat(used()).isZero();
        assertThat(doomed()).isEqualTo(1);
    }

    @Test
    void anUploadIsItsUsersAlone() {
        String upload = begin("plan.txt", "secret", Map.of("share_level", "organization"));
        for (Person other : List.of(team.member("admin"), new Team(api).owner())) {
            other.api().get(upload).assertProblem(404, "not-found", null);
            other.api().get(upload + "/parts").assertProblem(404, "not-found", null);
            other.api().send("PUT", upload + "/parts/1", Map.of("x", "secret")).assertProblem(404, "not-found", null);
            other.api().post(upload + "/complete", Map.of()).assertProblem(404, "not-found", null);
            other.api().delete(upload).assertProblem(404, "not-found", null);
        }
        Person viewer = team.member("viewer");
        viewer.api()
                .post(team.path() + "/uploads", Map.of("name", "a", "file_size", 1))
                .assertProblem(403, "forbidden", null);
    }

    @Test
    void aPartWhoseObjectIsMissingCanBeSentAgain() throws Exception {
        String upload = begin("plan.txt", REST, Map.of());
        part(upload, 1, REST);
        api.execute("update document_upload_parts set object_key = '%1$s/none' where organization_id = '%1$s'"
                .formatted(team.id()));
        ada.api().post(upload + "/complete", Map.of()).assertProblem(409, "upload-incomplete", null);
        part(upload, 1, REST);
        assertThat(ada.api().post(upload + "/complete", Map.of()).status()).isEqualTo(201);
    }

    @Test
    void aPartWhoseObjectHasOtherBytesCanBeSentAgain() throws Exception {
        String upload = begin("plan.txt", REST, Map.of("file_hash", hash(REST)));
        part(upload, 1, REST);
        String other = begin("other.txt", "the best", Map.of());
        part(other, 1, "the best");
        api.execute("""
                update document_upload_parts p set object_key = o.object_key from document_upload_parts o
                where p.upload_id = '%s' and o.upload_id = '%s'""".formatted(id(upload), id(other)));
        ada.api().post(upload + "/complete", Map.of()).assertProblem(422, "hash-mismatch", null);
        ada.api().post(upload + "/complete", Map.of()).assertProblem(422, "hash-mismatch", null);
        part(upload, 1, REST);
        assertThat(ada.api().post(upload + "/complete", Map.of()).status()).isEqualTo(201);
        ada.api().delete(other);
    }

    private static String id(String upload) {
        return upload.substring(upload.lastIndexOf('/') + 1);
    }

    @Test
    void aMemberReservesALimitedStorageAndNoneAfterLeaving() {
        Person writer = team.member("member");
        api.execute("update organizations set max_storage_gb = 200 where id = '" + team.id() + "'");
        Map<String, Object> large = Map.of("name", "film.mp4", "file_size", 64L << 30);
        for (int each = 0; each < 2; each++) {
            assertThat(writer.api().post(team.path() + "/uploads", large).status())
                    .isEqualTo(201);
        }
        writer.api()
                .post(team.path() + "/uploads", Map.of("name", "a", "file_size", 1))
                .assertProblem(409, "conflict", null);
        begin("of another member", 1, Map.of());
        assertThat(used()).isEqualTo((128L << 30) + 1);
        team.dismiss(writer);
        assertThat(used()).isEqualTo(1);
    }

    @Test
    void aFolderThatIsTrashedMeanwhileTakesNoFile() {
        String folder = ada.api()
                .post(team.path() + "/documents/folders", Map.of("name", "Films"))
                .text("id");
        begins(Map.of("name", "Films", "file_size", 1)).assertProblem(409, "name-taken", "name");
        Person reader = team.member("member");
        Map<String, Object> reading = Map.of("user_id", reader.id(), "access_right", "view");
        assertThat(ada.api()
                        .put("/documents/" + folder + "/shares", Map.of("shares", List.of(reading)))
                        .status())
                .isEqualTo(200);
        reader.api()
                .post(team.path() + "/uploads", Map.of("name", "a", "file_size", 1, "parent_id", folder))
                .assertProblem(403, "forbidden", null);
        String upload = begin("plan.txt", REST, Map.of("parent_id", folder));
        part(upload, 1, REST);
        ada.api().delete("/documents/" + folder);
        ada.api().post(upload + "/complete", Map.of()).assertProblem(409, "in-trash", null);
        ada.api().post("/documents/" + folder + "/restore", Map.of());
        assertThat(ada.api().post(upload + "/complete", Map.of()).text("parent_id"))
                .isEqualTo(folder);
    }

    @Test
    void aPreviewIsDrawnOnceForTheReadersOfTheFileAndGoesWithItsBytes() {
        String file = "/documents/" + stored("page.pdf", "application/pdf", PDF);
        Reply page = ada.api().get(file + "/preview");
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualTo("image/png");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("Content-Security-Policy")).contains("sandbox");
        assertThat(page.text()).contains("PNG", "IHDR");
        assertThat(ada.api().get(file + "/preview?size=thumbnail").status()).isEqualTo(200);
        assertThat(ada.api()
                        .get(file + "/preview", "If-None-Match", page.header("ETag"))
                        .status())
                .isEqualTo(304);
        ada.api().get(file + "/preview?size=huge").assertProblem(422, "invalid-input", "size");
        Person grace = team.member("member");
        grace.api().get(file + "/preview").assertProblem(404, "not-found", null);
        ada.api().patch(file, Map.of("share_level", "organization"), "If-Match", "*");
        assertThat(grace.api().get(file + "/preview").status()).isEqualTo(200);

        String broken = "/documents/" + stored("broken.pdf", "application/pdf", "no PDF");
        ada.api().get(broken + "/preview").assertProblem(404, "not-found", null);
        ada.api().get(broken + "/preview").assertProblem(404, "not-found", null);
        String vector = "/documents/" + stored("a.svg", "image/svg+xml", "<svg onload='alert(1)'/>");
        ada.api().get(vector + "/preview").assertProblem(404, "not-found", null);
        assertThat(previews("reason is null")).isEqualTo(1);
        assertThat(previews("reason = 'unreadable'")).isEqualTo(1);

        long before = doomed();
        ada.api().delete(file);
        ada.api().delete(file + "?permanently=true");
        assertThat(previews("reason is null")).isZero();
        assertThat(doomed()).as("the file and two images").isEqualTo(before + 3);
    }

    private long previews(String condition) {
        return api.count(
                "select count(*) from document_previews where organization_id = '" + team.id() + "' and " + condition);
    }

    private String stored(String name, String mimeType, String content) {
        String upload = begin(name, content, Map.of("mime_type", mimeType));
        part(upload, 1, content);
        return ada.api().post(upload + "/complete", Map.of()).text("id");
    }

    @Test
    void racesOfCompletionsPartsAndAbortsLeaveOneFileOrNone() throws Exception {
        for (int round = 0; round < 5; round++) {
            String upload = begin("race " + round, WHOLE, Map.of());
            part(upload, 1, FIRST);
            part(upload, 2, SECOND);
            part(upload, 3, REST);
            boolean aborted = round % 2 == 1;
            List<Reply> replies = atOnce(List.of(
                    () -> ada.api().post(upload + "/complete", Map.of()),
                    () -> ada.api().post(upload + "/complete", Map.of()),
                    () -> part(upload, 2, FIRST),
                    () -> aborted ? ada.api().delete(upload) : ada.api().get(upload)));
            for (Reply completion : replies.subList(0, 2)) {
                assertThat(completion.status()).as(completion.text()).isIn(201, 409, 404, 429);
            }
            assertThat(replies.get(2).status()).as(replies.get(2).text()).isIn(200, 409, 404);
            if (!aborted) {
                // After the race an upload can always be completed.
                Reply document = ada.api().post(upload + "/complete", Map.of());
                assertThat(document.status()).as(document.text()).isEqualTo(201);
                assertThat(ada.api()
                                .get("/documents/" + document.text("id") + "/content")
                                .text())
                        .isIn(WHOLE, FIRST + FIRST + REST);
            }
            assertThat(api.count("select count(*) from documents where organization_id = '" + team.id()
                            + "' and name = 'race " + round + "'"))
                    .isBetween(aborted ? 0L : 1L, 1L);
        }
    }

    @Test
    void whereTheStoreIsPublicPartsGoToItByLinks() throws Exception {
        String refused = begin("a", REST, Map.of());
        assertThat(ada.api().get(refused).body().path("accepts_links").asBoolean())
                .isFalse();
        ada.api()
                .post(refused + "/parts/1/links", Map.of("file_hash", hash(REST)))
                .assertProblem(409, "conflict", null);
        try (RunningApi open = api.beside(
                Map.of("arketic.store.public-endpoint", Fixtures.objectStore().endpoint()))) {
            ApiClient user = open.client().as(ada.api().token());
            String upload = "/uploads/"
                    + user.post(
                                    team.path() + "/uploads",
                                    Map.of("name", "film.mp4", "file_size", FIRST.length() + 5, "part_size", PART))
                            .text("id");
            String until = user.get(upload).text("expires_at");
            linked(user, upload, 1, FIRST, FIRST + "more");
            assertThat(user.get(upload).text("expires_at")).as("a link alone").isEqualTo(until);
            assertThat(received(user, upload)).as("an object of another size").isEmpty();
            assertThat(api.count(
                            "select count(*) from document_upload_parts where organization_id = '" + team.id() + "'"))
                    .isZero();
            linked(user, upload, 1, FIRST, FIRST);
            assertThat(received(user, upload)).isNotEmpty();
            assertThat(user.get(upload).text("expires_at"))
                    .as("a part that is there")
                    .isNotEqualTo(until);
            linked(user, upload, 2, "right", "wrong");
            user.post(upload + "/complete", Map.of()).assertProblem(422, "hash-mismatch", null);
            user.post(upload + "/complete", Map.of()).assertProblem(409, "upload-incomplete", null);
            linked(user, upload, 2, "right", "right");
            Reply document = user.post(upload + "/complete", Map.of());
            assertThat(document.status()).as(document.text()).isEqualTo(201);
            assertThat(user.get("/documents/" + document.text("id") + "/content")
                            .text())
                    .isEqualTo(FIRST + "right");
            assertThat(api.count("select count(*) from removed_objects where object_key like '" + team.id()
                            + "/%' and remove_after > now() + interval '23 hours'"))
                    .as("objects that their links may still write, and that of the failed completion")
                    .isEqualTo(5);
        }
    }

    /** Returns when the first part was received; empty if it is not there. */
    private static String received(ApiClient user, String upload) {
        return user.get(upload + "/parts")
                .body()
                .path("items")
                .path(0)
                .path("received_at")
                .asString("");
    }

    private static void linked(ApiClient user, String upload, int number, String promised, String sent)
            throws Exception {
        Reply link = user.post(upload + "/parts/" + number + "/links", Map.of("file_hash", hash(promised)));
        assertThat(link.status()).as(link.text()).isEqualTo(201);
        HttpResponse<String> stored = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(link.text("url")))
                                .PUT(HttpRequest.BodyPublishers.ofString(sent))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
    }

    private static List<Reply> atOnce(List<Callable<Reply>> calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            List<Reply> replies = new ArrayList<>();
            for (Future<Reply> reply : threads.invokeAll(calls)) {
                replies.add(reply.get());
            }
            return replies;
        } finally {
            threads.shutdownNow();
        }
    }

    private String begin(String name, String content, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(Map.of("part_size", PART));
        all.putAll(more);
        return begin(name, content.length(), all);
    }

    private String begin(String name, long size, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(more);
        all.put("name", name);
        all.put("file_size", size);
        Reply begun = begins(all);
        assertThat(begun.status()).as(begun.text()).isEqualTo(201);
        return "/uploads/" + begun.text("id");
    }

    private Reply begins(Map<String, Object> upload) {
        return ada.api().post(team.path() + "/uploads", upload);
    }

    private Reply begins(Map<String, Object> upload, int gigabytes) {
        api.execute("update organizations set max_storage_gb = " + gigabytes + " where id = '" + team.id() + "'");
        return begins(upload);
    }

    private Reply part(String upload, int number, String content) {
        return ada.api().send("PUT", upload + "/parts/" + number, Map.of("part", content));
    }

    /** Returns the number of objects that are removed at once. */
    private long doomed() {
        return api.count("select count(*) from removed_objects where object_key like '" + team.id()
                + "/%' and remove_after <= now() + interval '10 minutes'");
    }

    private long used() {
        return api.count("select current_storage_bytes from organizations where id = '" + team.id() + "'");
    }

    private static String hash(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
