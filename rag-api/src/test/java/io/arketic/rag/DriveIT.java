package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.ApiClient.Reply;
import io.arketic.rag.Team.Person;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests the tree of the drive: folders and files, their places and names. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DriveIT {

    private RunningApi api;
    private Team team;
    private Person ada;
    private Person grace;
    private String drive;

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
    }

    @AfterEach
    void everyPathIsTrueAndEveryCounterCounts() {
        assertThat(api.count("""
                with recursive down as (
                    select id, name, '/' as path from documents where parent_id is null and version_of_id is null
                    union all
                    select d.id, d.name, p.path || case p.path when '/' then '' else '/' end || p.name
                    from documents d join down p on d.parent_id = p.id)
                select count(*) from documents d left join down p on p.id = d.id
                where d.version_of_id is null and d.folder_path is distinct from p.path"""))
                .as("paths that are not true, and rows in a circle")
                .isZero();
        assertThat(api.count("""
                select count(*) from documents d join documents p on p.id = d.parent_id
                where d.share_level <> p.share_level or d.place_id <> d.parent_id"""))
                .as("documents that are not seen as their folder is")
                .isZero();
        assertThat(api.count(
                        "select count(*) from counter_drift() where table_name in ('organizations', 'document_blobs')"
                                + " and row_id in (select '" + team.id()
                                + "'::uuid union select id from document_blobs)"))
                .isZero();
    }

    @Test
    void aFolderIsMadeFilledMovedRenamedTrashedRestoredAndDeleted() {
        String manuals = folder(ada, "Manuals", null);
        String pumps = folder(ada, "Pumps", manuals);
        JsonNode file = upload(ada, pumps, "pump.txt", "Forty litres");
        assertThat(file.path("folder_path").stringValue()).isEqualTo("/Manuals/Pumps");
        assertThat(file.path("file_size").asInt()).isEqualTo(12);
        assertThat(file.path("document_type").stringValue()).isEqualTo("text");
        assertThat(names(ada, manuals)).containsExactly("Pumps");

        expect(change(ada, pumps, Map.of("name", "Pumps & valves")), 200);
        assertThat(path(ada, id(file))).isEqualTo("/Manuals/Pumps & valves");
        Map<String, Object> top = new HashMap<>();
        top.put("parent_id", null);
        expect(change(ada, pumps, top), 200);
        assertThat(path(ada, id(file))).isEqualTo("/Pumps & valves");

        assertThat(ada.api().delete("/documents/" + pumps).status()).isEqualTo(204);
        assertThat(names(ada, null)).containsExactly("Manuals");
        assertThat(ada.api().get(drive + "/trash").body().path("items").findValuesAsString("id"))
                .containsExactly(pumps);
        assertThat(ada.api()
                        .get("/documents/" + id(file))
                        .body()
                        .path("trashed_at")
                        .isNull())
                .isFalse();
        ada.api().post("/documents/" + id(file) + "/restore", Map.of()).assertProblem(409, "in-trash", null);
        ada.api().delete("/documents/" + manuals + "?permanently=true").assertProblem(409, "not-in-trash", null);
        assertThat(ada.api()
                        .post("/documents/" + pumps + "/restore", Map.of("parent_id", manuals))
                        .status())
                .isEqualTo(200);
        assertThat(path(ada, id(file))).isEqualTo("/Manuals/Pumps & valves");

        ada.api().delete("/documents/" + manuals);
        assertThat(ada.api()
                        .delete("/documents/" + manuals + "?permanently=true")
                        .status())
                .isEqualTo(204);
        for (String gone : List.of(manuals, pumps, id(file))) {
            ada.api().get("/documents/" + gone).assertProblem(404, "not-found", null);
        }
        assertThat(rows()).isZero();
        assertThat(ada.api()
                        .get(team.path() + "/usage")
                        .body()
                        .path("storage_bytes")
                        .path("used")
                        .asLong())
                .isZero();
    }

    @Test
    void equalNamesMeetAndAFreeOneIsOffered() {
        String folder = folder(ada, "Caf\u00e9", null);
        Reply again = make(ada, Map.of("name", "Cafe\u0301"));
        again.assertProblem(409, "name-taken", "name");
        assertThat(again.text()).contains("Caf\u00e9 (2)");
        String other = folder(ada, "Cafe\u0301 2", null);
        assertThat(ada.api().get("/documents/" + other).text("name"))
                .as("kept as it was given")
                .isEqualTo("Cafe\u0301 2");
        Reply renamed = change(ada, other, Map.of("name", "Caf\u00e9"));
        renamed.assertProblem(409, "name-taken", "name");
        ada.api().upload(drive, Map.of("Caf\u00e9", "a file")).assertProblem(409, "name-taken", "name");
        ada.api().delete("/documents/" + folder);
        expect(change(ada, other, Map.of("name", "Caf\u00e9")), 200);
        ada.api().post("/documents/" + folder + "/restore", Map.of()).assertProblem(409, "name-taken", "name");
        assertThat(ada.api()
                        .post("/documents/" + folder + "/restore", Map.of("name", "Tea"))
                        .status())
                .isEqualTo(200);
        upload(ada, null, "report.final.txt", "1");
        assertThat(make(ada, Map.of("name", "report.final.txt")).text()).contains("report.final (2).txt");
    }

    @Test
    void namesThatLeaveTheirFolderAreRefused() {
        for (String name :
                List.of("..", ".", "../a", "a/b", "a\\b", "a\u0000b", "a\u0007", "a\u202etxt", "a\u2028b", " ")) {
            Reply refused = make(ada, Map.of("name", name));
            assertThat(refused.status()).as(name).isEqualTo(422);
        }
        make(ada, Map.of("name", "x".repeat(256))).assertProblem(422, "invalid-input", "name");
        ada.api().upload(drive, Map.of("../../etc/passwd", "a")).assertProblem(422, "invalid-filename", "files");
        String parent = null;
        String first = "";
        Reply deeper = null;
        for (int level = 0; level < 500; level++) {
            Map<String, Object> folder = new HashMap<>(Map.of("name", "f" + level));
            if (parent != null) {
                folder.put("parent_id", parent);
            }
            deeper = make(ada, folder);
            if (deeper.status() != 201) {
                break;
            }
            parent = deeper.text("id");
            first = level == 0 ? parent : first;
        }
        assertThat(deeper).isNotNull();
        deeper.assertProblem(422, "folder-too-deep", null);
        String top = folder(ada, "Top", null);
        String deepest = parent;
        expect(change(ada, first, Map.of("parent_id", top)), 422);
        expect(ada.api().upload(drive + "?parent_id=" + deepest, Map.of("a.txt", "deep")), 422);
    }

    @Test
    void aPrivateDocumentIsItsOwnersAndDeletingIsNotSharedWithTheOthers() {
        String own = folder(ada, "Diary", null);
        JsonNode note = upload(ada, own, "note.txt", "private");
        for (String path : List.of("", "/content", "/versions")) {
            grace.api().get("/documents/" + id(note) + path).assertProblem(404, "not-found", null);
        }
        assertThat(names(grace, null)).isEmpty();
        grace.api().get(drive + "?parent_id=" + own).assertProblem(404, "not-found", null);
        make(grace, Map.of("name", "In there", "parent_id", own)).assertProblem(404, "not-found", null);
        grace.api().upload(drive + "?parent_id=" + own, Map.of("a", "a")).assertProblem(404, "not-found", null);
        folder(grace, "Diary", null);

        expect(change(ada, own, Map.of("share_level", "organization")), 200);
        assertThat(grace.api().get("/documents/" + id(note) + "/content").text())
                .isEqualTo("private");
        JsonNode hers = upload(grace, own, "hers.txt", "hers");
        grace.api().delete("/documents/" + id(note)).assertProblem(403, "forbidden", null);
        grace.api().delete("/documents/" + own).assertProblem(403, "forbidden", null);
        change(grace, own, Map.of("share_level", "private")).assertProblem(403, "forbidden", null);
        change(ada, own, Map.of("share_level", "private")).assertProblem(403, "forbidden", null);
        change(ada, id(note), Map.of("share_level", "private")).assertProblem(422, "invalid-input", "share_level");
        assertThat(grace.api().delete("/documents/" + id(hers)).status()).isEqualTo(204);
        Person viewer = team.member("viewer");
        assertThat(names(viewer, own)).containsExactly("note.txt");
        make(viewer, Map.of("name", "No")).assertProblem(403, "forbidden", null);
    }

    /** Moves two folders into each other, renames, and uploads into what moves. */
    @Test
    void whatHappensAtOnceLeavesATrueTree() throws Exception {
        String a = shared("A", null);
        String b = shared("B", null);
        String inner = shared("Inner", a);
        List<Callable<Integer>> work = new ArrayList<>();
        for (int round = 0; round < 6; round++) {
            int number = round;
            work.add(() -> change(ada, a, Map.of("parent_id", b)).status());
            work.add(() -> change(grace, b, Map.of("parent_id", inner)).status());
            work.add(() -> change(ada, inner, Map.of("name", "Inner " + number)).status());
            work.add(() -> grace.api()
                    .upload(drive + "?parent_id=" + inner, Map.of("file " + number, "text " + number))
                    .status());
            work.add(() -> make(ada, Map.of("name", "Same", "parent_id", inner)).status());
            work.add(() -> grace.api()
                    .upload(drive + "?parent_id=" + inner, Map.of("one.txt", "version " + number))
                    .status());
        }
        ExecutorService threads = Executors.newFixedThreadPool(6);
        List<Integer> statuses = new ArrayList<>();
        try {
            for (Future<Integer> done : threads.invokeAll(work)) {
                statuses.add(done.get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(statuses).allMatch(status -> status < 500);
        assertThat(api.count("select count(*) from documents where parent_id = '" + inner + "' and name = 'Same'"))
                .isEqualTo(1);
        assertThat(api.count("select count(*) from documents where parent_id = '" + inner + "' and name like 'file %'"))
                .isEqualTo(6);
        assertThat(api.count("select max(version_number) from documents where name = 'one.txt' and parent_id = '"
                        + inner + "'"))
                .as("each upload of the name is a version")
                .isEqualTo(6);
        change(ada, a, Map.of("parent_id", a)).assertProblem(409, "folder-in-itself", null);
    }

    @Test
    void aPageOfALargeFolderIsRead() {
        String big = shared("Big", null);
        api.execute(
                "set session_replication_role = replica; insert into documents (organization_id, owner_id, parent_id,"
                        + " place_id, name, compared_name, folder_path, document_type, filename, file_path, file_size, file_hash,"
                        + " status, share_level) select '" + team.id() + "', '" + ada.id() + "', '" + big + "', '" + big
                        + "', n, n, '/Big', 'text', 'f', 'f', 0, 'h', 'available', 'organization'"
                        + " from (select 'file ' || lpad(g::text, 6, '0') as n from generate_series(1, 20000) g) f;"
                        + " set session_replication_role = origin; analyze documents");
        String page = drive + "?limit=500&parent_id=" + big;
        JsonNode first = ada.api().get(page).body();
        JsonNode second = ada.api()
                .get(page + "&cursor=" + first.path("next_cursor").stringValue())
                .body();
        assertThat(second.path("items").get(0).path("name").stringValue()).isEqualTo("file 000501");
        ada.api()
                .get(drive + "?cursor=" + first.path("next_cursor").stringValue())
                .assertProblem(422, "invalid-cursor", "cursor");
        api.execute("set session_replication_role = replica; delete from documents where parent_id = '" + big + "'");
    }

    @Test
    void whatAnErasedAccountOwnedIsTheOwnersUnderAFreeName() {
        folder(ada, "Diary", null);
        String hers = folder(grace, "Diary", null);
        JsonNode note = upload(grace, hers, "note.txt", "one");
        upload(grace, hers, "note.txt", "two");
        expect(grace.api().delete("/users/me", Map.of("password", "a good password")), 204);
        assertThat(names(ada, null)).containsExactly("Diary", "Diary (2)");
        assertThat(path(ada, id(note))).isEqualTo("/Diary (2)");
        assertThat(ada.api()
                        .get("/documents/" + id(note) + "/versions/1/content")
                        .text())
                .isEqualTo("one");
    }

    @Test
    void aStaleChangeIsRefused() {
        String folder = folder(ada, "F" + UUID.randomUUID(), null);
        ada.api().patch("/documents/" + folder, Map.of("name", "x")).assertProblem(428, "precondition-required", null);
        ada.api()
                .patch("/documents/" + folder, Map.of("name", "x"), "If-Match", "\"1\"")
                .assertProblem(412, "stale-version", null);
    }

    private Reply make(Person by, Map<String, Object> folder) {
        return by.api().post(drive + "/folders", folder);
    }

    @Test
    void whatIsPrivateInOneOrganizationHasItsNameInAnother() {
        Team other = new Team(api);
        api.execute("insert into organization_members (organization_id, user_id, role) values ('" + other.id() + "', '"
                + ada.id() + "', 'member')");
        upload(ada, null, "Diary.txt", "here");
        for (String text : List.of("there", "there again")) {
            Reply stored = ada.api().upload(other.path() + "/documents", Map.of("Diary.txt", text));
            assertThat(stored.status()).as(stored.text()).isEqualTo(201);
        }
        assertThat(ada.api()
                        .get(other.path() + "/documents")
                        .body()
                        .path("items")
                        .findValuesAsString("version_number"))
                .containsExactly("2");
        assertThat(ada.api().get(drive).body().path("items").findValuesAsString("version_number"))
                .containsExactly("1");
    }

    @Test
    void formerVersionsAreSharedAndHiddenWithTheFolder() {
        String folder = folder(ada, "Plans", null);
        String within = folder(ada, "Drafts", folder);
        String document = "/documents/" + id(upload(ada, within, "plan.txt", "one"));
        upload(ada, within, "plan.txt", "two");
        String former = document + "/versions/1/content";
        grace.api().get(former).assertProblem(404, "not-found", null);
        expect(change(ada, folder, Map.of("share_level", "organization")), 200);
        assertThat(grace.api().get(former).text()).isEqualTo("one");
        expect(change(ada, folder, Map.of("share_level", "private")), 200);
        assertThat(api.count("select count(*) from documents where organization_id = '" + team.id()
                        + "' and share_level <> 'private'"))
                .isZero();
    }

    private String folder(Person by, String name, String parent) {
        Reply made = make(by, parent == null ? Map.of("name", name) : Map.of("name", name, "parent_id", parent));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.text("id");
    }

    private String shared(String name, String parent) {
        Map<String, Object> folder = new HashMap<>(Map.of("name", name, "share_level", "organization"));
        if (parent != null) {
            folder.put("parent_id", parent);
        }
        Reply made = make(ada, folder);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.text("id");
    }

    private JsonNode upload(Person by, String parent, String name, String text) {
        Reply stored = by.api().upload(drive + (parent == null ? "" : "?parent_id=" + parent), Map.of(name, text));
        assertThat(stored.status()).as(stored.text()).isEqualTo(201);
        return stored.body().path("items").get(0);
    }

    private Reply change(Person by, String document, Map<String, Object> change) {
        return by.api().patch("/documents/" + document, change, "If-Match", "*");
    }

    private static void expect(Reply reply, int status) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    }

    private List<String> names(Person by, String parent) {
        return by.api()
                .get(drive + (parent == null ? "" : "?parent_id=" + parent))
                .body()
                .path("items")
                .findValuesAsString("name");
    }

    private String path(Person by, String document) {
        return by.api().get("/documents/" + document).text("folder_path");
    }

    private long rows() {
        return api.count("select count(*) from documents where organization_id = '" + team.id() + "'");
    }

    private static String id(JsonNode document) {
        return document.path("id").stringValue();
    }
}
