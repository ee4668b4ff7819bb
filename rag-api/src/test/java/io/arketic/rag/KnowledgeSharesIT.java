package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests knowledge bases that are shared with groups: who finds, asks, cites and changes them, and until when. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KnowledgeSharesIT {

    private static final String ANSWER = "The vault opens with the blue key.";
    private static final String FILE = "vault.txt";
    private static final Map<String, Object> QUESTION = Map.of("query", "What opens the vault?");

    private final RunningApi api = RunningApi.shared();
    private Team team;
    private Person boss;
    private Person owner;
    private Person reader;
    private Person stranger;
    private String group;
    private String base;
    private String path;

    @BeforeEach
    void start() throws Exception {
        team = new Team(api);
        boss = team.owner();
        owner = team.member("member");
        reader = team.member("admin");
        stranger = team.member("member");
        group = boss.api()
                .post(team.path() + "/groups", Map.of("name", "Works"))
                .text("id");
        members(List.of(reader.id()));
        base = owner.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Vault", "knowledge_base_type", "personal"))
                .text("id");
        path = "/knowledge-bases/" + base;
        IndexedText.put(api, owner.api(), base, FILE, ANSWER);
    }

    private void members(List<String> users) {
        assertThat(boss.api()
                        .put("/groups/" + group + "/members", Map.of("user_ids", users), "If-Match", "*")
                        .status())
                .isEqualTo(200);
    }

    private void share(String right) {
        ApiClient.Reply shared = owner.api()
                .put(path + "/shares", Map.of("shares", List.of(Map.of("group_id", group, "access_right", right))));
        assertThat(shared.status()).as(shared.text()).isEqualTo(200);
        assertThat(shared.text("access_right")).isEqualTo("share");
    }

    private void assertFound(Person person) {
        assertThat(person.api().get(path).status()).isEqualTo(200);
        assertThat(person.api().get(team.path() + "/knowledge-bases").text()).contains(base);
        assertThat(person.api().post(path + "/search", QUESTION).text()).contains(FILE);
        assertThat(person.api().post(team.path() + "/search", QUESTION).text()).contains(FILE);
        assertThat(person.api().get(path + "/documents?q=vault").text()).contains(FILE);
    }

    private void assertHidden(Person person) {
        for (String below : List.of("", "/documents", "/ingestion", "/reindex", "/shares")) {
            person.api().get(path + below).assertProblem(404, "not-found", null);
        }
        person.api().post(path + "/search", QUESTION).assertProblem(404, "not-found", null);
        assertThat(person.api().get(team.path() + "/knowledge-bases").text()).doesNotContain(base);
        assertThat(person.api().post(team.path() + "/search", QUESTION).text()).doesNotContain(FILE);
        assertThat(person.api()
                        .get("http://127.0.0.1:" + api.port() + "/v1/models")
                        .text())
                .doesNotContain(base);
    }

    @Test
    void aGroupReadsAsksAndCitesAndChangesNothing() {
        assertHidden(reader);
        share("view");
        assertFound(reader);
        assertHidden(stranger);
        assertHidden(boss);
        assertThat(reader.api()
                        .get("http://127.0.0.1:" + api.port() + "/v1/models")
                        .text())
                .contains(base);

        String chat = team.chat(
                reader,
                Map.of(
                        "title",
                        "Us",
                        "chat_type",
                        "group",
                        "participant_ids",
                        List.of(stranger.id()),
                        "knowledge_base_ids",
                        List.of(base)));
        ApiClient.Reply asked = reader.api().post(chat + "/messages", Map.of("content", "What opens the vault?"));
        assertThat(asked.status()).as(asked.text()).isEqualTo(200);
        String citations = "/messages/" + asked.text("id") + "/citations";
        assertThat(reader.api().get(citations).text()).contains(ANSWER, FILE);
        assertThat(stranger.api().get(citations).text()).doesNotContain(FILE);

        reader.api().upload(path + "/documents", Map.of("b.txt", "b")).assertProblem(403, "forbidden", null);
        reader.api().patch(path, Map.of("name", "Mine"), "If-Match", "*").assertProblem(403, "forbidden", null);
        reader.api().delete(path).assertProblem(403, "forbidden", null);
        reader.api().put(path + "/shares", Map.of("shares", List.of())).assertProblem(403, "forbidden", null);
        assertThat(reader.api().get(path + "/shares").text("access_right")).isEqualTo("view");

        members(List.of());
        assertHidden(reader);
        assertThat(reader.api().get(citations).text()).doesNotContain(FILE);
        assertFound(owner);
    }

    @Test
    void onlyCallersThatMayEditSearchWhatIsSwitchedOff() {
        share("view");
        assertMayNotSearchDisabled(reader);
        share("edit");
        for (String search : searches()) {
            assertThat(reader.api().post(search, disabled()).status())
                    .as(search)
                    .isEqualTo(200);
        }
        Person viewer = team.member("viewer");
        members(List.of(viewer.id()));
        assertMayNotSearchDisabled(viewer);
        boss.api().patch(team.path() + "/settings", Map.of("enable_api_access", true), "If-Match", "*");
        String key = boss.api()
                .post(team.path() + "/api-keys", Map.of("name", "searches", "scopes", List.of("search")))
                .text("key");
        api.client()
                .post(team.path() + "/search", disabled(), "X-API-Key", key)
                .assertProblem(403, "forbidden", "filter.include_disabled");
    }

    private void assertMayNotSearchDisabled(Person person) {
        for (String search : searches()) {
            person.api().post(search, disabled()).assertProblem(403, "forbidden", "filter.include_disabled");
        }
    }

    private List<String> searches() {
        return List.of(path + "/search", path + "/search/stages", team.path() + "/search");
    }

    private static Map<String, Object> disabled() {
        return Map.of("query", "vault", "filter", Map.of("include_disabled", true));
    }

    @Test
    void theRightToEditAllowsDocumentsAndNoSharing() {
        share("edit");
        assertThat(reader.api()
                        .upload(path + "/documents", Map.of("b.txt", "b"))
                        .status())
                .isEqualTo(202);
        reader.api().put(path + "/shares", Map.of("shares", List.of())).assertProblem(403, "forbidden", null);
        share("share");
        reader.api().put(path + "/shares", Map.of("shares", List.of())).assertProblem(409, "conflict", null);
        assertThat(reader.api()
                        .put(
                                path + "/shares",
                                Map.of(
                                        "shares",
                                        List.of(
                                                Map.of("group_id", group, "access_right", "share"),
                                                Map.of("user_id", stranger.id(), "access_right", "view"))))
                        .status())
                .isEqualTo(200);
        assertFound(stranger);
        assertThat(boss.api().delete("/groups/" + group).status()).isEqualTo(204);
        assertHidden(reader);
        assertFound(stranger);
        team.dismiss(stranger);
        team.give(stranger, "member");
        assertHidden(stranger);
    }

    @Test
    void aKnowledgeBaseOfTheOrganizationIsRestrictedByItsList() throws Exception {
        String shared = owner.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Everybody's"))
                .text("id");
        base = shared;
        path = "/knowledge-bases/" + shared;
        IndexedText.put(api, owner.api(), shared, FILE, ANSWER);
        assertFound(stranger);
        stranger.api().put(path + "/shares", Map.of("shares", List.of())).assertProblem(403, "forbidden", null);
        share("view");
        assertHidden(stranger);
        assertFound(reader);
    }

    @Test
    void onlyMembersAndGroupsOfTheOrganizationAreNamed() {
        Team others = new Team(api);
        String theirs = others.owner()
                .api()
                .post(others.path() + "/groups", Map.of("name", "Theirs"))
                .text("id");
        for (Map<String, String> wanted : List.of(
                Map.of("group_id", theirs, "access_right", "view"),
                Map.of("user_id", others.owner().id(), "access_right", "view"),
                Map.of("access_right", "view"),
                Map.of("user_id", reader.id(), "group_id", group, "access_right", "view"))) {
            owner.api()
                    .put(path + "/shares", Map.of("shares", List.of(wanted)))
                    .assertProblem(422, "invalid-input", "shares");
        }
        owner.api()
                .put(path + "/shares", Map.of("shares", List.of(Map.of("group_id", group, "access_right", "own"))))
                .assertProblem(422, "invalid-input", "shares[0].access_right");
        assertHidden(reader);
    }

    @Test
    void aStreamOfProgressEndsWithTheGroup() {
        share("view");
        try (EventReader events = EventReader.at(reader.api(), path + "/ingestion")) {
            events.await("progress");
            members(List.of());
            events.await("error");
        }
    }
}
