package io.arketic.rag;

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

/** Tests the users and groups that the drive's documents are shared with. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DriveSharesIT {

    private RunningApi api;
    private Team team;
    private Person ada;
    private Person grace;
    private Person hedy;
    private Person admin;
    private String drive;
    private String maintenance;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
    }

    @BeforeEach
    void aTeamWithAGroup() {
        team = new Team(api);
        admin = team.owner();
        ada = team.member("member");
        grace = team.member("member");
        hedy = team.member("member");
        drive = team.path() + "/documents";
        maintenance = admin.api()
                .post(team.path() + "/groups", Map.of("name", "Maintenance"))
                .text("id");
        expect(members(admin, hedy.id()), 200);
    }

    @AfterEach
    void everyAccessFollowsTheTree() {
        assertThat(api.count("""
                with recursive down as (
                    select d.id, case when d.narrowed then array[d.id] else '{}' end as access, d.share_level as level
                    from documents d where d.parent_id is null and d.version_of_id is null
                    union all
                    select d.id,
                        p.access || case when d.narrowed and p.level <> 'private' then array[d.id] else '{}' end,
                        case when d.narrowed and p.level <> 'private' then 'restricted' else p.level end
                    from documents d join down p on d.parent_id = p.id)
                select count(*) from documents d
                join down p on p.id = coalesce(d.version_of_id, d.id)
                where d.organization_id = '%s' and (d.access_ids <> p.access or d.share_level <> p.level)""".formatted(team.id())))
                .as("rights that do not follow from the lists above")
                .isZero();
        assertThat(api.count("select count(*) from document_shares s join documents d on d.id = s.document_id"
                        + " where not d.narrowed"))
                .isZero();
    }

    @Test
    void aFolderIsShownToTheUsersAndGroupsOnItsListAsTheirRightSays() {
        String board = folder(ada, "Board", null);
        String file = upload(ada, board, "budget.txt", "one");
        upload(ada, board, "budget.txt", "two");
        for (Person stranger : List.of(grace, hedy, admin)) {
            expect(stranger.api().get("/documents/" + file), 404);
        }
        expect(share(ada, board, user(grace, "view"), group("edit")), 200);

        assertThat(names(grace, null)).containsExactly("Board");
        assertThat(names(hedy, board)).containsExactly("budget.txt");
        assertThat(grace.api().get("/documents/" + file + "/versions/1/content").text())
                .isEqualTo("one");
        assertThat(found(grace)).containsExactly("budget.txt");
        assertThat(found(admin)).isEmpty();
        assertThat(names(admin, null)).isEmpty();
        expect(admin.api().get("/documents/" + file + "/versions"), 404);
        assertThat(grace.api().get("/documents/" + file + "/shares").text("access_right"))
                .isEqualTo("view");
        assertThat(hedy.api().get("/documents/" + file + "/shares").text("access_right"))
                .isEqualTo("edit");

        forbidden(grace.api().upload(drive + "?parent_id=" + board, Map.of("more.txt", "more")));
        forbidden(grace.api().upload("/documents/" + file + "/versions", Map.of("a.txt", "three")));
        forbidden(grace.api().post("/documents/" + file + "/versions/1/restore", Map.of()));
        forbidden(change(grace, file, Map.of("name", "mine.txt")));
        forbidden(share(grace, file, user(grace, "share")));
        forbidden(grace.api().delete("/documents/" + file + "/shares"));
        forbidden(grace.api().delete("/documents/" + file));

        expect(hedy.api().upload("/documents/" + file + "/versions", Map.of("a.txt", "three")), 201);
        expect(change(hedy, file, Map.of("name", "plan.txt")), 200);
        String hers = upload(hedy, board, "hers.txt", "hers");
        forbidden(hedy.api().delete("/documents/" + file));
        forbidden(share(hedy, board, user(hedy, "share")));
        String open = organizationFolder("Open");
        forbidden(change(hedy, file, Map.of("parent_id", open)));
        Map<String, Object> top = new HashMap<>();
        top.put("parent_id", null);
        forbidden(change(hedy, file, top));
        expect(grace.api().get("/documents/" + hers), 200);

        expect(members(admin), 200);
        expect(hedy.api().get("/documents/" + file), 404);
        expect(hedy.api().get("/documents/" + hers), 200);
        expect(share(ada, board), 200);
        expect(grace.api().get("/documents/" + file + "/content"), 404);
        forbidden(ada.api().delete("/documents/" + board + "/shares"));
        expect(hedy.api().delete("/documents/" + hers), 204);
        expect(hedy.api().delete("/documents/" + hers + "?permanently=true"), 204);
        expect(ada.api().delete("/documents/" + board + "/shares"), 204);
        assertThat(ada.api().get("/documents/" + file).text("share_level")).isEqualTo("private");
    }

    @Test
    void documentsNeverComeUnderAListOfAnotherUser() {
        String open = organizationFolder("Open");
        String plan = upload(ada, open, "plan.txt", "plan");
        String own = folder(grace, "Own", null);
        expect(share(grace, own), 200);
        forbidden(change(grace, plan, Map.of("parent_id", own)));
        forbidden(change(grace, open, Map.of("parent_id", own)));

        String shared = folder(grace, "Shared", open);
        expect(change(grace, plan, Map.of("parent_id", shared)), 200);
        forbidden(share(grace, shared));
        forbidden(grace.api().post("/documents/" + plan + "/public-links", Map.of()));
        expect(hedy.api().get("/documents/" + plan), 200);
    }

    @Test
    void aListBelowNarrowsAndNeverWidens() {
        String board = folder(ada, "Board", null);
        expect(share(ada, board, user(grace, "view"), user(hedy, "share")), 200);
        String inner = folder(ada, "Inner", board);
        String file = upload(ada, inner, "salaries.txt", "secret");
        expect(share(ada, inner, user(hedy, "view"), user(admin, "share")), 200);
        expect(grace.api().get("/documents/" + file), 404);
        expect(admin.api().get("/documents/" + file), 404);
        expect(hedy.api().get("/documents/" + file), 200);
        assertThat(hedy.api().get("/documents/" + file + "/shares").text("access_right"))
                .as("the least of the lists")
                .isEqualTo("view");
        forbidden(share(hedy, file, user(hedy, "share")));
        share(hedy, board, user(grace, "share")).assertProblem(409, "conflict", null);
        expect(share(hedy, board, user(grace, "view"), user(hedy, "share"), user(admin, "view")), 200);
        expect(admin.api().get("/documents/" + file), 200);

        String open = organizationFolder("Open");
        expect(change(ada, inner, Map.of("parent_id", open)), 200);
        expect(grace.api().get("/documents/" + file), 404);
        expect(admin.api().upload("/documents/" + file + "/versions", Map.of("a.txt", "two")), 201);
        expect(ada.api().delete("/documents/" + inner + "/shares"), 204);
        expect(grace.api().get("/documents/" + file + "/versions/1/content"), 200);
        change(ada, inner, Map.of("share_level", "private")).assertProblem(422, "invalid-input", "share_level");
    }

    @Test
    void alistNamesMembersAndGroupsOfTheOrganizationOnce() {
        String file = upload(ada, null, "a.txt", "a");
        Team other = new Team(api);
        String foreign = other.owner()
                .api()
                .post(other.path() + "/groups", Map.of("name", "Maintenance"))
                .text("id");
        for (Map<String, Object> share : List.<Map<String, Object>>of(
                user(other.owner(), "view"),
                Map.of("group_id", foreign, "access_right", "view"),
                Map.of("user_id", UUID.randomUUID(), "access_right", "view"),
                Map.of("access_right", "view"),
                Map.of("user_id", grace.id(), "group_id", maintenance, "access_right", "view"))) {
            share(ada, file, share).assertProblem(422, "invalid-input", "shares");
        }
        share(ada, file, user(grace, "view"), user(grace, "edit")).assertProblem(422, "invalid-input", "shares");
        expect(share(ada, file, user(grace, "delete")), 422);
        expect(share(grace, file, user(grace, "view")), 404);
        assertThat(ada.api().get("/documents/" + file).text("share_level")).isEqualTo("private");
        String folder = folder(ada, "Diary", null);
        String within = upload(ada, folder, "b.txt", "b");
        share(ada, within, user(grace, "view")).assertProblem(409, "conflict", null);
        expect(share(ada, file, user(grace, "share")), 200);
        team.dismiss(grace);
        expect(grace.api().get("/documents/" + file), 404);
    }

    @Test
    void groupsAreMadeRenamedAndDeletedByAdmins() {
        String groups = team.path() + "/groups";
        forbidden(grace.api().post(groups, Map.of("name", "Mine")));
        forbidden(members(grace, grace.id()));
        admin.api().post(groups, Map.of("name", "MAINTENANCE")).assertProblem(409, "conflict", "name");
        members(admin, hedy.id(), UUID.randomUUID().toString()).assertProblem(422, "invalid-input", "user_ids");
        expect(admin.api().patch("/groups/" + maintenance, Map.of("name", "Works"), "If-Match", "*"), 200);
        assertThat(grace.api().get("/groups/" + maintenance + "/members").text())
                .contains(hedy.id());
        assertThat(grace.api().get(groups).body().path("items").findValuesAsString("name"))
                .containsExactly("Works");
        expect(new Team(api).owner().api().get("/groups/" + maintenance), 404);
        String file = upload(ada, null, "a.txt", "a");
        expect(share(ada, file, group("view")), 200);
        expect(hedy.api().get("/documents/" + file), 200);
        expect(admin.api().delete("/groups/" + maintenance), 204);
        expect(hedy.api().get("/documents/" + file), 404);
        expect(ada.api().get("/documents/" + file), 200);
    }

    @Test
    void aPublicLinkOpensAFileUntilItEnds() {
        String file = upload(ada, null, "leaflet.txt", "one");
        String links = "/documents/" + file + "/public-links";
        String url = link(ada, file, Map.of());
        ApiClient anonymous = api.client();
        assertThat(anonymous.get(url).text()).isEqualTo("one");
        assertThat(anonymous.get(url).header("Content-Disposition")).contains("attachment", "leaflet.txt");
        assertThat(anonymous.get(url.replace("/content", "")).text("name")).isEqualTo("leaflet.txt");
        upload(ada, null, "leaflet.txt", "two");
        assertThat(anonymous.get(url).text()).isEqualTo("two");
        assertThat(ada.api().get(links).text()).doesNotContain(url.split("/")[6]);

        String once = link(ada, file, Map.of("max_downloads", 1));
        expect(anonymous.get(once), 200);
        expect(anonymous.get(once), 404);
        String locked = link(ada, file, Map.of("password", "purple anchors drift"));
        anonymous.get(locked).assertProblem(403, "wrong-password", null);
        anonymous.get(locked, "X-Link-Password", "purple anchors sink").assertProblem(403, "wrong-password", null);
        assertThat(anonymous
                        .get(locked, "X-Link-Password", "purple anchors drift")
                        .text())
                .isEqualTo("two");
        String brief = link(ada, file, Map.of("expires_at", "2099-01-01T00:00:00Z"));
        expect(anonymous.get(brief), 200);
        api.execute("update document_public_links set expires_at = now() where expires_at is not null");
        expect(anonymous.get(brief), 404);

        expect(ada.api().delete("/documents/" + file), 204);
        expect(anonymous.get(url), 404);
        expect(ada.api().post("/documents/" + file + "/restore", Map.of()), 200);
        expect(anonymous.get(url), 200);
        assertThat(ada.api().get(links).body().path("items").findValuesAsString("download_count"))
                .containsExactly("1", "1", "1", "4");
        String id = ada.api().get(links).body().path("items").get(3).path("id").stringValue();
        expect(ada.api().delete(links + "/" + id), 204);
        expect(anonymous.get(url), 404);
        api.execute("delete from attempts");
    }

    @Test
    void aPublicLinkIsWorthNoMoreThanItsMaker() {
        String board = folder(ada, "Board", null);
        String file = upload(ada, board, "a.txt", "a");
        expect(share(ada, board, user(grace, "share"), user(hedy, "edit")), 200);
        String url = link(grace, file, Map.of());
        ApiClient anonymous = api.client();
        expect(anonymous.get(url), 200);
        forbidden(hedy.api().post("/documents/" + file + "/public-links", Map.of()));
        expect(admin.api().post("/documents/" + file + "/public-links", Map.of()), 404);
        expect(ada.api().post("/documents/" + board + "/public-links", Map.of()), 201);
        expect(share(ada, board, user(grace, "view")), 200);
        expect(anonymous.get(url), 404);
        expect(share(ada, board, user(grace, "share")), 200);
        expect(anonymous.get(url), 200);
        team.dismiss(grace);
        expect(anonymous.get(url), 404);
        api.execute("delete from attempts");
    }

    @Test
    void guessesOfPublicLinksEnd() {
        String file = upload(ada, null, "a.txt", "a");
        String url = link(ada, file, Map.of("password", "purple anchors drift"));
        ApiClient anonymous = api.client();
        int refused = 0;
        for (int i = 0; i < 12; i++) {
            refused +=
                    anonymous.get(url, "X-Link-Password", "guess number " + i).status() == 429 ? 1 : 0;
        }
        assertThat(refused).as("wrong passwords of one link").isPositive();
        anonymous.get(url, "X-Link-Password", "purple anchors drift").assertProblem(429, "too-many-requests", null);
        Reply guess = anonymous.get("/public-links/guess-0");
        for (int i = 1; i < 40 && guess.status() == 404; i++) {
            guess = anonymous.get("/public-links/guess-" + i + "/content");
        }
        guess.assertProblem(429, "too-many-requests", null);
        api.execute("delete from attempts");
    }

    private static String link(Person by, String file, Map<String, Object> terms) {
        Reply made = by.api().post("/documents/" + file + "/public-links", terms);
        expect(made, 201);
        return made.text("url");
    }

    private String organizationFolder(String name) {
        Reply made = ada.api().post(drive + "/folders", Map.of("name", name, "share_level", "organization"));
        expect(made, 201);
        return made.text("id");
    }

    @SafeVarargs
    private static Reply share(Person by, String document, Map<String, Object>... shares) {
        return by.api().put("/documents/" + document + "/shares", Map.of("shares", List.of(shares)));
    }

    private static Map<String, Object> user(Person person, String right) {
        return Map.of("user_id", person.id(), "access_right", right);
    }

    private Reply members(Person by, String... users) {
        return by.api().put("/groups/" + maintenance + "/members", Map.of("user_ids", List.of(users)), "If-Match", "*");
    }

    private Map<String, Object> group(String right) {
        return Map.of("group_id", maintenance, "access_right", right);
    }

    private List<String> found(Person by) {
        List<String> names = new ArrayList<>();
        by.api()
                .post(drive + "/search", Map.of("query", "budget"))
                .body()
                .path("items")
                .forEach(item -> names.add(item.path("name").stringValue()));
        return names;
    }

    private String folder(Person by, String name, String parent) {
        Reply made = by.api()
                .post(
                        drive + "/folders",
                        parent == null ? Map.of("name", name) : Map.of("name", name, "parent_id", parent));
        expect(made, 201);
        return made.text("id");
    }

    private String upload(Person by, String parent, String name, String text) {
        Reply stored = by.api().upload(drive + (parent == null ? "" : "?parent_id=" + parent), Map.of(name, text));
        expect(stored, 201);
        return stored.body().path("items").get(0).path("id").stringValue();
    }

    private List<String> names(Person by, String parent) {
        return by.api()
                .get(drive + (parent == null ? "" : "?parent_id=" + parent))
                .body()
                .path("items")
                .findValuesAsString("name");
    }

    private static Reply change(Person by, String document, Map<String, Object> change) {
        return by.api().patch("/documents/" + document, change, "If-Match", "*");
    }

    private static void forbidden(Reply reply) {
        reply.assertProblem(403, "forbidden", null);
    }

    private static void expect(Reply reply, int status) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    }
}
