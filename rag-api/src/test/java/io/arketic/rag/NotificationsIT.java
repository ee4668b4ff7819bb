package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.schema.migration.RetentionMaintenance;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests what users are told, once for each occasion. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NotificationsIT {

    private RunningApi api;
    private Team team;
    private Person ada;
    private Person grace;
    private String chat;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
    }

    @BeforeEach
    void twoUsersInAChat() {
        team = new Team(api);
        ada = team.owner();
        grace = team.member("member");
        api.execute("update users set username = 'g.hopper-" + grace.id().substring(24) + "' where id = '" + grace.id()
                + "'");
        chat = team.chat(
                ada,
                Map.of(
                        "title",
                        "Engines",
                        "chat_type",
                        "group",
                        "participant_ids",
                        List.of(grace.id()),
                        "enable_ai_responses",
                        false));
    }

    @Test
    void aSharedChatAReplyAndAMentionAreToldOnceToTheOthers() {
        assertThat(kinds(grace)).containsExactly("chat_shared");
        String asked = say(grace, "Who knows engines?", null);
        say(ada, "I do.", asked);
        say(ada, "See me, @G.Hopper-" + grace.id().substring(24) + ".", null);
        say(
                ada,
                "Not @g.hopper-" + grace.id().substring(24) + "x or mail@g.hopper-"
                        + grace.id().substring(24),
                null);
        assertThat(kinds(grace)).containsExactly("mention", "reply", "chat_shared");
        say(grace, "I talk to myself, @g.hopper-" + grace.id().substring(24), asked);
        assertThat(kinds(grace)).hasSize(3);
        assertThat(kinds(ada)).isEmpty();
        JsonNode reply = list(grace, "").get(1);
        assertThat(reply.path("content").path("chat_id").stringValue()).isEqualTo(chat.substring(7));
        assertThat(reply.path("organization_id").stringValue()).isEqualTo(team.id());
        assertThat(reply.toString()).doesNotContain("I do.");
    }

    @Test
    void whatIsReadIsCountedNoLongerOnAnyDevice() {
        try (EventReader stream = EventReader.at(grace.api(), "/notifications/unread")) {
            assertThat(stream.await(event -> event.name().equals("unread"))
                            .data()
                            .path("count")
                            .asInt())
                    .isEqualTo(1);
            String asked = say(grace, "Who?", null);
            say(ada, "Me.", asked);
            JsonNode two = stream.await(event -> event.data().path("count").asInt() == 2)
                    .data();
            assertThat(two.path("newest").path("kind").stringValue()).isEqualTo("reply");
            String id = two.path("newest").path("id").stringValue();
            assertThat(grace.api().post("/notifications/" + id + "/read", "").status())
                    .isEqualTo(204);
            stream.await(event -> event.data().path("count").asInt() == 1);
            assertThat(list(grace, "?unread=true")).hasSize(1);
            assertThat(grace.api().post("/notifications/" + id + "/unread", "").status())
                    .isEqualTo(204);
            stream.await(event -> event.data().path("count").asInt() == 2);
            ada.api().post("/notifications/" + id + "/read", "").assertProblem(404, "not-found", null);
            assertThat(grace.api().post("/notifications/read", "").status()).isEqualTo(204);
            stream.await(event -> event.data().path("count").asInt() == 0);
            assertThat(grace.api()
                            .get("/notifications/unread")
                            .body()
                            .path("newest")
                            .isNull())
                    .isTrue();
        }
    }

    @Test
    void aUserThatSwitchesThemOffIsToldNothing() {
        prefer(grace, Map.of("custom_settings", Map.of("notifications", Map.of("mention", "off"))));
        say(ada, "@g.hopper-" + grace.id().substring(24), null);
        assertThat(kinds(grace)).containsExactly("chat_shared");
        prefer(grace, Map.of("notifications_enabled", false));
        say(ada, "Me.", say(grace, "Who?", null));
        assertThat(kinds(grace)).containsExactly("chat_shared");
        prefer(grace, Map.of("notifications_enabled", true));
        say(ada, "Me.", say(grace, "Who?", null));
        assertThat(kinds(grace)).containsExactly("reply", "chat_shared");
        team.dismiss(grace);
        assertThat(kinds(grace)).as("a former member").isEmpty();
    }

    @Test
    void anUploaderIsToldWhetherItsDocumentWasRead() throws Exception {
        String base = ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Manuals"))
                .text("id");
        String document = IndexedText.put(api, grace.api(), base, "filter.txt", "The filter is changed.");
        JsonNode read = list(grace, "").get(0);
        assertThat(read.path("kind").stringValue()).isEqualTo("document_read");
        assertThat(read.path("content").path("document_id").stringValue()).isEqualTo(document);
        api.execute("update knowledge_documents set status = 'failed', processing_error = 'UNREADABLE' where id = '"
                + document + "'");
        api.execute("update knowledge_documents set status = 'completed' where id = '" + document + "'");
        assertThat(kinds(grace)).containsExactly("document_failed", "document_read", "chat_shared");
        assertThat(kinds(ada)).isEmpty();
    }

    @Test
    void accountsBudgetsAndKeysAreWatched() throws Exception {
        api.execute("update user_sessions set user_agent = 'old browser' where user_id = '" + grace.id() + "'");
        for (String agent : List.of("old browser", "new browser", "new browser")) {
            api.execute(
                    "insert into user_sessions (user_id, user_agent) values ('" + grace.id() + "', '" + agent + "')");
        }
        api.execute("insert into api_keys (organization_id, created_by_id, name, key_prefix, key_hash, expires_at)"
                + " values ('" + team.id() + "', '" + grace.id() + "', 'Key', 'ark_', md5(random()::text), now() +"
                + " interval '6 days')");
        RetentionMaintenance maintenance =
                new RetentionMaintenance(api.bean(MaintenanceDatabase.class).database());
        maintenance.run();
        maintenance.run();
        assertThat(kinds(grace)).containsExactly("key_expires", "sign_in", "chat_shared");
        for (int cost : new int[] {79, 81, 99}) {
            api.execute("insert into usage_periods (organization_id, period_start, ai_cost) values ('" + team.id()
                    + "', date_trunc('month', now()), " + cost
                    + ") on conflict (organization_id, period_start) do update set ai_cost = excluded.ai_cost");
        }
        assertThat(kinds(ada)).containsExactly("budget");
        for (String end : List.of("now() + interval '6 days'", "now() - interval '1 second'")) {
            api.execute("update organizations set subscription_ends_at = date_trunc('hour', " + end + ") where id = '"
                    + team.id() + "'");
            maintenance.run();
            maintenance.run();
        }
        assertThat(kinds(ada)).containsExactly("subscription_ended", "subscription_ends", "budget");
        assertThat(kinds(grace)).as("a member").doesNotContain("budget");
    }

    private String say(Person by, String content, @Nullable String replyTo) {
        Map<String, Object> message =
                replyTo == null ? Map.of("content", content) : Map.of("content", content, "reply_to_id", replyTo);
        ApiClient.Reply said = by.api().post(chat + "/messages", message);
        assertThat(said.status()).as(said.text()).isEqualTo(201);
        return said.text("id");
    }

    private static void prefer(Person person, Map<String, Object> change) {
        assertThat(person.api()
                        .patch("/users/me/preferences", change, "If-Match", "*")
                        .status())
                .isEqualTo(200);
    }

    private static List<JsonNode> list(Person person, String query) {
        return person.api()
                .get("/notifications" + query)
                .body()
                .path("items")
                .valueStream()
                .toList();
    }

    private static List<String> kinds(Person person) {
        return list(person, "").stream()
                .map(one -> one.path("kind").stringValue())
                .toList();
    }
}
