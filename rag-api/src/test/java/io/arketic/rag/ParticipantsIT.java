package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests the participants of chats and their rights. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ParticipantsIT {

    private static final Map<String, Object> HELLO = Map.of("content", "Hello?");

    private RunningApi api;
    private Team team;
    private Person ada;
    private Person grace;
    private Person edsger;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
    }

    @BeforeEach
    void people() {
        team = new Team(api);
        ada = team.owner();
        grace = team.member("member");
        edsger = team.member("member");
    }

    @Test
    void aGroupIsItsParticipantsOnlyAndARemovedOneLosesItAtOnce() {
        String group = team.chat(ada, group(grace));
        assertThat(ask(grace, group)).isEqualTo(200);
        assertThat(edsger.api().get(group).status()).isEqualTo(404);
        assertThat(ask(edsger, group)).isEqualTo(404);
        assertThat(edsger.api().post(group + "/participants", Map.of()).status())
                .isEqualTo(404);

        assertThat(invite(grace, group, edsger).status()).isEqualTo(403);
        assertThat(invite(ada, group, edsger).status()).isEqualTo(201);
        invite(ada, group, edsger).assertProblem(409, "already-member", null);
        assertThat(ask(edsger, group)).isEqualTo(200);

        String place = group + "/participants/" + participant(ada, group, edsger);
        grace.api().delete(place).assertProblem(403, "forbidden", null);
        assertThat(ada.api().delete(place).status()).isEqualTo(204);
        assertThat(edsger.api().get(group).status()).isEqualTo(404);
        assertThat(edsger.api().get(group + "/messages").status()).isEqualTo(404);
        assertThat(ask(edsger, group)).isEqualTo(404);
        assertThat(titles(edsger)).isEmpty();
        assertThat(invite(ada, group, edsger).status()).isEqualTo(201);
        assertThat(edsger.api().get(group).status()).isEqualTo(200);
    }

    @Test
    void theCreatorLeavesAChatLikeOthersAndTheLastOwnerStays() {
        String group = team.chat(ada, group(grace));
        ada.api().post(group + "/leave", Map.of()).assertProblem(409, "last-owner", null);
        ada.api()
                .delete(group + "/participants/" + participant(ada, group, ada))
                .assertProblem(409, "last-owner", null);
        change(ada, group, ada, Map.of("role", "member")).assertProblem(409, "last-owner", null);
        change(grace, group, grace, Map.of("role", "owner")).assertProblem(403, "forbidden", null);
        change(ada, group, grace, Map.of("role", "admin"));
        change(grace, group, ada, Map.of("role", "viewer")).assertProblem(403, "forbidden", null);
        change(grace, group, grace, Map.of("role", "owner")).assertProblem(403, "forbidden", null);
        assertThat(change(ada, group, grace, Map.of("role", "owner")).text("role"))
                .isEqualTo("owner");
        assertThat(ada.api().post(group + "/leave", Map.of()).status()).isEqualTo(204);
        assertThat(ada.api().get(group).status()).isEqualTo(404);
        assertThat(grace.api().get(group).status()).isEqualTo(200);
    }

    @Test
    void aParticipantWithoutTheRightToSendReadsAndEachMutesForItself() {
        String group = team.chat(ada, group(grace));
        assertThat(change(ada, group, grace, Map.of("can_send_messages", false)).status())
                .isEqualTo(200);
        grace.api().post(group + "/messages", HELLO).assertProblem(403, "forbidden", null);
        assertThat(grace.api().get(group + "/messages").status()).isEqualTo(200);
        change(ada, group, grace, Map.of("can_send_messages", true, "role", "viewer"));
        grace.api().post(group + "/messages", HELLO).assertProblem(403, "forbidden", null);
        change(ada, group, grace, Map.of("is_muted", true)).assertProblem(422, "invalid-input", "is_muted");
        assertThat(change(grace, group, grace, Map.of("is_muted", true)).status())
                .isEqualTo(200);
        assertThat(grace.api()
                        .get(group)
                        .body()
                        .path("participation")
                        .path("is_muted")
                        .asBoolean())
                .isTrue();
        assertThat(ada.api()
                        .get(group)
                        .body()
                        .path("participation")
                        .path("is_muted")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void twoUsersHaveOneDirectChatWithFixedParticipants() {
        String direct = team.chat(ada, Map.of("title", "Us", "participant_ids", List.of(grace.id())));
        assertThat(team.chat(grace, Map.of("title", "You and me", "participant_ids", List.of(ada.id()))))
                .isEqualTo(direct);
        assertThat(ada.api().get(direct).body().path("enable_ai_responses").asBoolean())
                .isFalse();
        invite(ada, direct, edsger).assertProblem(409, "conflict", null);
        grace.api().post(direct + "/leave", Map.of()).assertProblem(409, "conflict", null);
        ada.api()
                .post(team.path() + "/chats", Map.of("title", "x", "participant_ids", List.of(grace.id(), edsger.id())))
                .assertProblem(422, "invalid-input", "participant_ids");
        Person stranger = new Team(api).owner();
        ada.api()
                .post(team.path() + "/chats", Map.of("title", "x", "participant_ids", List.of(stranger.id())))
                .assertProblem(422, "invalid-input", "participant_ids");
    }

    @Test
    void everyMemberReadsAChannelAndAllowedMembersWrite() {
        String channel = team.chat(ada, Map.of("title", "News", "chat_type", "channel"));
        Person viewer = team.member("viewer");
        Person stranger = new Team(api).owner();
        assertThat(stranger.api().get(channel).status()).isEqualTo(404);
        assertThat(viewer.api().get(channel).body().path("participation").isNull())
                .isTrue();
        assertThat(viewer.api().get(channel + "/messages").status()).isEqualTo(200);
        grace.api().post(channel + "/messages", HELLO).assertProblem(403, "forbidden", null);
        assertThat(grace.api().post(channel + "/participants", Map.of()).status())
                .isEqualTo(201);
        grace.api().post(channel + "/messages", HELLO).assertProblem(403, "forbidden", null);
        assertThat(change(ada, channel, grace, Map.of("can_send_messages", true))
                        .status())
                .isEqualTo(200);
        assertThat(ask(grace, channel)).isEqualTo(200);
        assertThat(grace.api()
                        .post(channel + "/participants", Map.of())
                        .body()
                        .path("can_send_messages")
                        .asBoolean())
                .as("joining again changes nothing")
                .isTrue();
        assertThat(titles(edsger)).containsExactly("News");
    }

    @Test
    void aChatIsChangedArchivedAndDeletedByItsAdmins() {
        String group = team.chat(ada, group(grace));
        ApiClient.Reply read = ada.api().get(group);
        grace.api().patch(group, Map.of("title", "Ours"), "If-Match", "*").assertProblem(403, "forbidden", null);
        assertThat(ada.api().patch(group, Map.of("title", "Ours")).status()).isEqualTo(428);
        ApiClient.Reply changed = ada.api()
                .patch(
                        group,
                        Map.of("title", "Ours", "system_prompt", "Be short.", "temperature", 0.1),
                        "If-Match",
                        read.header("ETag"));
        assertThat(changed.text("title")).isEqualTo("Ours");
        ada.api()
                .patch(group, Map.of("title", "Mine"), "If-Match", read.header("ETag"))
                .assertProblem(412, "stale-version", null);
        JsonNode cleared = ada.api()
                .patch(group, Map.of("system_prompt", ""), "If-Match", changed.header("ETag"))
                .body();
        assertThat(cleared.path("system_prompt").isNull()).isTrue();
        assertThat(cleared.path("temperature").asDouble()).isEqualTo(0.1);

        ada.api().patch(group, Map.of("is_archived", true), "If-Match", "*");
        ada.api().post(group + "/messages", HELLO).assertProblem(409, "chat-archived", null);
        assertThat(titles(ada)).isEmpty();
        assertThat(ada.api().get(team.path() + "/chats?archived=true").body().path("items"))
                .hasSize(1);
        ada.api().patch(group, Map.of("is_archived", false), "If-Match", "*");
        assertThat(ask(ada, group)).isEqualTo(200);

        grace.api().delete(group).assertProblem(403, "forbidden", null);
        assertThat(ada.api().delete(group).status()).isEqualTo(204);
        assertThat(ada.api().get(group).status()).isEqualTo(404);
    }

    @Test
    void aMemberThatLeavesTheOrganizationLosesItsChats() {
        String group = team.chat(ada, group(grace));
        team.dismiss(grace);
        assertThat(grace.api().get(group).status()).isEqualTo(404);
        assertThat(ask(grace, group)).isEqualTo(404);
    }

    @Test
    void aPlaceIsChangedFromTheVersionThatWasRead() {
        String chat = team.chat(ada, group(grace));
        String place = chat + "/participants/" + participant(ada, chat, grace);
        ApiClient.Reply read = ada.api().get(place);
        assertThat(ada.api().patch(place, Map.of("can_upload_files", false)).status())
                .isEqualTo(428);
        ApiClient.Reply changed =
                ada.api().patch(place, Map.of("can_upload_files", false), "If-Match", read.header("ETag"));
        assertThat(changed.body().path("can_upload_files").asBoolean(true)).isFalse();
        ada.api()
                .patch(place, Map.of("can_send_messages", false), "If-Match", read.header("ETag"))
                .assertProblem(412, "stale-version", null);
        assertThat(ask(grace, chat))
                .as("reading and writing is no change of the place")
                .isEqualTo(200);
        assertThat(ada.api().get(place).header("ETag")).isEqualTo(changed.header("ETag"));
    }

    private static Map<String, Object> group(Person other) {
        return Map.of("title", "All of us", "chat_type", "group", "participant_ids", List.of(other.id()));
    }

    private static int ask(Person person, String chat) {
        return person.api().post(chat + "/messages", HELLO).status();
    }

    private static ApiClient.Reply invite(Person by, String chat, Person guest) {
        return by.api().post(chat + "/participants", Map.of("user_id", guest.id()));
    }

    private static ApiClient.Reply change(Person by, String chat, Person whom, Map<String, Object> change) {
        return by.api().patch(chat + "/participants/" + participant(by, chat, whom), change, "If-Match", "*");
    }

    private static String participant(Person by, String chat, Person whom) {
        return by.api()
                .get(chat + "/participants")
                .body()
                .path("items")
                .valueStream()
                .filter(item -> item.path("user_id").stringValue().equals(whom.id()))
                .findFirst()
                .orElseThrow()
                .path("id")
                .stringValue();
    }

    private List<String> titles(Person person) {
        return person.api()
                .get(team.path() + "/chats")
                .body()
                .path("items")
                .valueStream()
                .map(item -> item.path("title").stringValue())
                .toList();
    }
}
