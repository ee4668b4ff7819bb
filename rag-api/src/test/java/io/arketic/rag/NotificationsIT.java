package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.schema.migration.RetentionMaintenance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests what users are told, once for each occasion. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NotificationsIT {

    private static final Pattern LINK =
            Pattern.compile("List-Unsubscribe:\\s*<\\S*/api/v1(/notification-mails/[A-Za-z0-9_-]+)>");

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

    @Test
    void whatIsNotUnderstoodIsRefusedWithItsName() {
        refused(Map.of("mail", "weekly"), "custom_settings.notifications.mail");
        refused(Map.of("mails", "daily"), "custom_settings.notifications.mails");
        refused(Map.of("quiet", Map.of("from", "22:00")), "custom_settings.notifications.quiet.until");
        refused(
                Map.of("quiet", Map.of("from", "8 o'clock", "until", "07:00")),
                "custom_settings.notifications.quiet.from");
        refused(Map.of("mention", "never"), "custom_settings.notifications.mention");
        refused(Map.of("mention", Map.of("sms", "on")), "custom_settings.notifications.mention.sms");
        refused(List.of(), "custom_settings.notifications");
        grace.api()
                .patch(
                        "/users/me/preferences",
                        Map.of("custom_settings", Map.of("sidebar", "x".repeat(1_000_000 - 100))),
                        "If-Match",
                        "*")
                .assertProblem(422, "invalid-input", "custom_settings");
        Map<String, @Nullable Object> quiet = new HashMap<>();
        prefer(
                grace,
                Map.of(
                        "custom_settings",
                        Map.of("notifications", Map.of("quiet", Map.of("from", "22:00", "until", "07:00")))));
        quiet.put("quiet", null);
        prefer(grace, Map.of("custom_settings", Map.of("notifications", quiet, "sidebar", "left")));
        assertThat(grace.api()
                        .get("/users/me/preferences")
                        .body()
                        .path("custom_settings")
                        .toString())
                .isEqualTo("{\"sidebar\":\"left\",\"notifications\":{}}");
        api.execute("update user_preferences set custom_settings = '{\"notifications\": {\"mail\": \"weekly\"}}'"
                + " where user_id = '" + grace.id() + "'");
        prefer(grace, Map.of("theme", "dark"));
    }

    @Test
    void theSchemaIsPublishedAndNamesEachKind() {
        JsonNode kinds =
                grace.api().get("/custom-settings-schema/user").body().at("/properties/notifications/properties");
        List<String> named = new ArrayList<>(kinds.propertyNames());
        named.removeAll(List.of("mail", "push", "quiet"));
        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(api.client()
                        .get("/openapi")
                        .body()
                        .at("/components/schemas/Notification/properties/kind/enum")
                        .valueStream()
                        .map(JsonNode::stringValue)
                        .toList());
        assertThat(grace.api()
                        .get("/custom-settings-schema/organization")
                        .body()
                        .at("/properties/public_knowledge")
                        .isObject())
                .isTrue();
        api.client().get("/custom-settings-schema/user").assertProblem(401, "unauthenticated", null);
    }

    @Test
    void eachMailEndsTheMailsWithOneClick() throws Exception {
        api.execute("update users set is_verified = true where id = '" + grace.id() + "'");
        prefer(
                grace,
                Map.of(
                        "custom_settings",
                        Map.of("notifications", Map.of("mail", "now", "mention", Map.of("mail", "off")))));
        say(ada, "Me.", say(grace, "Who?", null));
        say(ada, "@g.hopper-" + grace.id().substring(24), null);
        Awaiting.await("the mail", () -> !mails(grace).isEmpty());
        String mail = mails(grace).get(0);
        assertThat(mail)
                .contains("A message of yours has a reply", "List-Unsubscribe: <http:")
                .as("a mailbox provider may post to https only")
                .doesNotContain("mentioned", "List-Unsubscribe-Post");
        Matcher link = LINK.matcher(mail);
        assertThat(link.find()).as(mail).isTrue();
        String path = link.group(1);
        assertThat(mail.substring(mail.indexOf("\r\n\r\n")))
                .as("in the text, too")
                .contains(path);
        HttpResponse<String> page = browse(path, null);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<form method=\"post\">");
        assertThat(mailWish()).as("after it was opened").isEqualTo("now");
        HttpResponse<String> forged =
                browse(path.substring(0, path.length() - 4) + "AAAA", "List-Unsubscribe=One-Click");
        assertThat(forged.statusCode()).isEqualTo(404);
        api.client().post("/notification-mails/unknown", "").assertProblem(404, "not-found", null);
        assertThat(mailWish()).isEqualTo("now");
        assertThat(browse(path, "List-Unsubscribe=One-Click").statusCode()).isEqualTo(200);
        assertThat(mailWish()).isEqualTo("off");
        assertThat(api.client().post(path, "").status()).as("repeated").isEqualTo(204);
        assertThat(grace.api()
                        .get("/users/me/preferences")
                        .body()
                        .at("/custom_settings/notifications/mention/mail")
                        .stringValue())
                .as("what else is wished")
                .isEqualTo("off");
    }

    private String mailWish() {
        return grace.api()
                .get("/users/me/preferences")
                .body()
                .at("/custom_settings/notifications/mail")
                .stringValue();
    }

    private List<String> mails(Person person) {
        Path directory = Path.of(api.context().getEnvironment().getRequiredProperty("arketic.mail.directory"));
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".eml"))
                    .map(NotificationsIT::content)
                    .filter(mail -> mail.contains("To: p" + person.id() + "@example.org"))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).replace("=\r\n", "");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private HttpResponse<String> browse(String path, @Nullable String form) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + api.port() + "/api/v1" + path))
                .header("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
        if (form != null) {
            request.header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form));
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void refused(Object notifications, String field) {
        grace.api()
                .patch(
                        "/users/me/preferences",
                        Map.of("custom_settings", Map.of("notifications", notifications)),
                        "If-Match",
                        "*")
                .assertProblem(422, "invalid-input", field);
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
