package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests chats that are shared with groups: who reads them, joins them and writes, and until when. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChatSharesIT {

    private final RunningApi api = RunningApi.shared();
    private Team team;
    private Person ada;
    private Person reader;
    private Person stranger;
    private String group;
    private String chat;

    @BeforeEach
    void start() {
        team = new Team(api);
        ada = team.owner();
        reader = team.member("member");
        stranger = team.member("member");
        group = ada.api().post(team.path() + "/groups", Map.of("name", "Works")).text("id");
        members(List.of(reader.id()));
        chat = team.chat(ada, Map.of("title", "Plans", "chat_type", "group", "enable_ai_responses", false));
        ada.api().post(chat + "/messages", Map.of("content", "The blue plan"));
    }

    private void members(List<String> users) {
        assertThat(ada.api()
                        .put("/groups/" + group + "/members", Map.of("user_ids", users), "If-Match", "*")
                        .status())
                .isEqualTo(200);
    }

    private ApiClient.Reply share(String right) {
        return ada.api()
                .put(chat + "/shares", Map.of("shares", List.of(Map.of("group_id", group, "access_right", right))));
    }

    private void assertHidden(Person person) {
        for (String below : List.of("", "/messages", "/participants", "/shares")) {
            person.api().get(chat + below).assertProblem(404, "not-found", null);
        }
        person.api().post(chat + "/participants", Map.of()).assertProblem(404, "not-found", null);
        assertThat(person.api().get(team.path() + "/chats").text()).doesNotContain("Plans");
        assertThat(person.api().get(team.path() + "/messages/search?q=blue").text())
                .doesNotContain("blue plan");
    }

    @Test
    void aGroupReadsAndJoinsAsLongAsItIsOnTheList() {
        assertHidden(reader);
        assertThat(share("view").status()).isEqualTo(200);
        assertThat(reader.api().get(chat + "/messages").text()).contains("The blue plan");
        assertThat(reader.api().get(team.path() + "/chats").text()).contains("Plans");
        assertThat(reader.api().get(team.path() + "/messages/search?q=blue").text())
                .contains("blue plan");
        assertHidden(stranger);
        reader.api().post(chat + "/messages", Map.of("content", "x")).assertProblem(403, "forbidden", null);
        assertThat(reader.api().post(chat + "/participants", Map.of()).status()).isEqualTo(201);
        reader.api().post(chat + "/messages", Map.of("content", "x")).assertProblem(403, "forbidden", null);
        reader.api().put(chat + "/shares", Map.of("shares", List.of())).assertProblem(403, "forbidden", null);
        try (EventReader events = EventReader.open(reader.api(), chat, "")) {
            members(List.of());
            events.awaitEnd();
        }
        assertHidden(reader);
    }

    @Test
    void theRightToEditAllowsWritingUntilTheListEnds() {
        share("edit");
        assertThat(reader.api().post(chat + "/participants", Map.of()).status()).isEqualTo(201);
        assertThat(reader.api()
                        .post(chat + "/messages", Map.of("content", "Mine"))
                        .status())
                .isBetween(200, 201);
        assertThat(ada.api().put(chat + "/shares", Map.of("shares", List.of())).status())
                .isEqualTo(200);
        assertHidden(reader);
        share("edit");
        assertThat(ada.api().delete("/groups/" + group).status()).isEqualTo(204);
        assertHidden(reader);
    }

    private int writes(Person person) {
        return person.api()
                .post(chat + "/messages", Map.of("content", "x", "ask", false))
                .status();
    }

    private void joins(Person person) {
        assertThat(person.api().post(chat + "/participants", Map.of()).status()).isBetween(200, 201);
    }

    private String placeOf(Person person) {
        for (JsonNode one : ada.api().get(chat + "/participants").body().path("items")) {
            if (one.path("user_id").stringValue().equals(person.id())) {
                return chat + "/participants/" + one.path("id").stringValue();
            }
        }
        throw new AssertionError("not a participant");
    }

    private void restrict(Person person, boolean sends) {
        assertThat(ada.api()
                        .patch(placeOf(person), Map.of("can_send_messages", sends), "If-Match", "*")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aNarrowedListEndsWritingAtOnce() {
        share("edit");
        joins(reader);
        assertThat(writes(reader)).isEqualTo(201);
        share("view");
        assertThat(writes(reader)).as("the list gives view only").isEqualTo(403);
        assertThat(ada.api()
                        .get(chat + "/participants")
                        .body()
                        .path("items")
                        .get(0)
                        .path("can_send_messages")
                        .booleanValue(true))
                .isFalse();
        share("edit");
        assertThat(writes(reader)).isEqualTo(201);
        String viewers = ada.api()
                .post(team.path() + "/groups", Map.of("name", "Viewers"))
                .text("id");
        ada.api().put("/groups/" + viewers + "/members", Map.of("user_ids", List.of(reader.id())), "If-Match", "*");
        ada.api()
                .put(
                        chat + "/shares",
                        Map.of(
                                "shares",
                                List.of(
                                        Map.of("group_id", group, "access_right", "edit"),
                                        Map.of("group_id", viewers, "access_right", "view"))));
        assertThat(writes(reader)).isEqualTo(201);
        members(List.of());
        assertThat(writes(reader)).as("the other group gives view only").isEqualTo(403);
        assertThat(reader.api().get(chat + "/messages").status()).isEqualTo(200);
    }

    @Test
    void theRightToWriteInAChannelEndsWithTheGroup() {
        chat = team.chat(ada, Map.of("title", "News", "chat_type", "channel", "enable_ai_responses", false));
        share("edit");
        joins(reader);
        joins(stranger);
        assertThat(writes(reader)).isEqualTo(201);
        assertThat(writes(stranger)).isEqualTo(403);
        members(List.of());
        assertThat(writes(reader)).isEqualTo(403);
        placeOf(reader);
        restrict(stranger, true);
        assertThat(writes(stranger)).as("an admin's own grant").isEqualTo(201);
        ada.api().put(chat + "/shares", Map.of("shares", List.of()));
        assertThat(writes(stranger)).isEqualTo(201);
    }

    @Test
    void aGroupBringsBackNoUserThatAnAdminRemovedAndNoRightThatAnAdminTook() {
        share("edit");
        joins(reader);
        restrict(reader, false);
        assertThat(writes(reader)).isEqualTo(403);
        assertThat(reader.api().delete(placeOf(reader)).status()).isEqualTo(204);
        joins(reader);
        assertThat(writes(reader)).as("the restriction stays").isEqualTo(403);
        restrict(reader, true);
        assertThat(writes(reader)).isEqualTo(201);

        assertThat(ada.api().delete(placeOf(reader)).status()).isEqualTo(204);
        assertHidden(reader);
        assertThat(ada.api()
                        .post(chat + "/participants", Map.of("user_id", reader.id()))
                        .status())
                .isEqualTo(201);
        assertThat(writes(reader)).isEqualTo(201);
        members(List.of());
        assertThat(writes(reader)).as("invited").isEqualTo(201);
    }

    @Test
    void anEntryThatOvertookTheEndOfTheGroupGivesNothing() {
        share("edit");
        joins(reader);
        members(List.of());
        // As if the entry was written after the group's end had looked for it.
        api.execute("update chat_participants set is_active = true where chat_id = '" + chat.substring(7)
                + "' and user_id = '" + reader.id() + "'");
        assertHidden(reader);
    }

    @Test
    void onlyGroupsOfTheOrganizationAreNamedAndADirectChatIsNotShared() {
        Team others = new Team(api);
        String theirs = others.owner()
                .api()
                .post(others.path() + "/groups", Map.of("name", "Theirs"))
                .text("id");
        ada.api()
                .put(chat + "/shares", Map.of("shares", List.of(Map.of("group_id", theirs, "access_right", "view"))))
                .assertProblem(422, "invalid-input", "shares");
        chat = team.chat(ada, Map.of("title", "Two", "participant_ids", List.of(stranger.id())));
        share("view").assertProblem(409, "conflict", null);
        chat = team.chat(ada, Map.of("title", "One"));
        share("view").assertProblem(409, "conflict", null);
    }
}
