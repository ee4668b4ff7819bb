package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Workflows that write to members, ask them, and wait for what happens. */
class AskedMembersIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern LINK = Pattern.compile("Decide here: \\S*/api/v1(/approvals/\\S+)");

    private final RunningApi api = RunningApi.shared();
    private Team team;
    private Person ada;

    @BeforeEach
    void people() {
        team = new Team(api);
        ada = team.owner();
    }

    @Test
    void theLinkOfAMailShowsTheQuestionAndDecidesOnceInTheNameOfItsMember() throws Exception {
        Person grace = team.member("member");
        Person viewer = team.member("viewer");
        String run = start(ada, create(ada, """
                {"steps": [{"id": "ok", "type": "approval",
                   "config": {"message": "Publish <b>all</b>?", "role": "member", "four_eyes": true, "mail": true}},
                  {"id": "after", "type": "transform", "depends_on": ["ok"],
                   "config": {"output": {"by": "{{ steps.ok.output.decisions[0] }}"}}}]}"""), Map.of());
        String path = link(mailTo(grace));
        assertThat(mails(ada)).isEmpty();
        assertThat(mails(viewer)).isEmpty();
        ApiClient guest = api.client();
        JsonNode asked = guest.get(path).body();
        assertThat(asked.path("message").stringValue()).isEqualTo("Publish <b>all</b>?");
        assertThat(asked.path("decision").isNull()).isTrue();
        HttpResponse<String> page = browse(path, null);
        assertThat(page.body()).contains("name=\"color-scheme\" content=\"light dark\"");
        assertThat(grace.api()
                        .patch("/users/me/preferences", Map.of("theme", "dark"), "If-Match", "*")
                        .status())
                .isEqualTo(200);
        page = browse(path, null);
        assertThat(page.body())
                .contains("name=\"color-scheme\" content=\"dark\"")
                .contains("Publish &lt;b&gt;all&lt;/b&gt;?", "<form method=\"post\">")
                .doesNotContain("<b>all");
        assertThat(page.headers().allValues("Content-Security-Policy"))
                .singleElement()
                .asString()
                .contains("form-action 'self'");
        assertThat(ada.api().get(run).text("status")).as("after it was opened").isEqualTo("waiting");
        guest.post(path + "?decision=perhaps", "").assertProblem(422, "invalid-input", "decision");
        assertThat(browse(path, "comment=Looks+right&decision=approve").body()).contains("your decision is stored");
        JsonNode ended = end(ada, run);
        assertThat(ended.at("/output_data/after/by/user_id").stringValue()).isEqualTo(grace.id());
        assertThat(ended.at("/output_data/after/by/comment").stringValue()).isEqualTo("Looks right");
        guest.post(path + "?decision=reject", "").assertProblem(404, "not-found", null);
        assertThat(browse(path, null).body()).contains("decides nothing any longer");
        guest.get("/approvals/unknown").assertProblem(404, "not-found", null);
    }

    @Test
    void theMembersThatMayDecideAreToldOnce() {
        Person grace = team.member("member");
        Person admin = team.member("admin");
        Person viewer = team.member("viewer");
        String asked = create(ada, """
                {"steps": [{"id": "ok", "type": "approval",
                  "config": {"message": "Go?", "role": "member", "four_eyes": true, "approvals": 2}}]}""");
        String run = start(ada, asked, Map.of());
        Awaiting.await("that it asks", () -> !told(grace).isEmpty());
        assertThat(ada.api()
                        .post(run + "/steps/ok/decision", Map.of("decision", "approve"))
                        .status())
                .as("four eyes")
                .isEqualTo(403);
        assertThat(grace.api()
                        .post(run + "/steps/ok/decision", Map.of("decision", "approve"))
                        .status())
                .isLessThan(300);
        Awaiting.await(
                "that it waits for the second one",
                () -> ada.api().get(run).text("status").equals("waiting"));
        for (Person person : List.of(grace, admin)) {
            assertThat(told(person)).hasSize(1);
            assertThat(told(person).get(0).at("/content/name").stringValue()).isEqualTo("W");
            assertThat(told(person).get(0).at("/content/execution_id").stringValue())
                    .isEqualTo(run.substring("/executions/".length()));
            assertThat(told(person).toString()).doesNotContain("Go?");
        }
        assertThat(told(admin).get(0).path("read_at").isNull()).isTrue();
        admin.api().post(run + "/steps/ok/decision", Map.of("decision", "approve"));
        Awaiting.await(
                "that it asks no longer",
                () -> !told(admin).get(0).path("read_at").isNull()
                        && !told(grace).get(0).path("read_at").isNull());
        assertThat(told(ada)).as("the member whose rights the run has").isEmpty();
        assertThat(told(viewer)).isEmpty();
        start(ada, create(ada, """
                {"steps": [{"id": "ok", "type": "approval", "config": {"message": "Go?", "users": ["%s"]}}]}""".formatted(admin.id())), Map.of());
        Awaiting.await("that it asks", () -> told(admin).size() == 2);
        assertThat(told(grace)).hasSize(1);
    }

    private static List<JsonNode> told(Person person) {
        return person.api()
                .get("/notifications")
                .body()
                .path("items")
                .valueStream()
                .filter(one -> one.path("kind").stringValue().equals("approval"))
                .toList();
    }

    @Test
    void theLinkOfAMemberThatHasLeftDecidesNothing() {
        Person grace = team.member("admin");
        start(ada, create(ada, """
                {"steps": [{"id": "ok", "type": "approval",
                  "config": {"message": "Go?", "users": ["%s"], "mail": true}}]}""".formatted(grace.id())), Map.of());
        String path = link(mailTo(grace));
        team.dismiss(grace);
        api.client().post(path + "?decision=approve", "").assertProblem(404, "not-found", null);
    }

    @Test
    void aReplyInTheChatDecidesWhereItsSenderMay() {
        Person grace = team.member("member");
        Person viewer = team.member("viewer");
        String chat = team.chat(ada, Map.of("title", "Decisions", "chat_type", "channel"));
        grace.api().post(chat + "/participants", Map.of("user_id", grace.id()));
        String id = chat.substring("/chats/".length());
        String run = start(ada, create(ada, """
                {"steps": [{"id": "ok", "type": "approval", "config": {"message": "Go?", "role": "member",
                  "four_eyes": true, "chat_id": "%s", "on_reject": "continue"}}]}""".formatted(id)), Map.of());
        Awaiting.await("the question", () -> ada.api().get(run).text("status").equals("waiting"));
        JsonNode question = ada.api().get(chat + "/messages").body().at("/items/0");
        assertThat(question.path("content").stringValue()).contains("Go?", "approve");
        String message = question.path("id").stringValue();
        reply(ada, chat, message, "approve");
        api.execute(
                "insert into chat_messages (organization_id, chat_id, sender_id, reply_to_id, message_type, content)"
                        + " values ('" + team.id() + "', '" + id + "', '" + viewer.id() + "', '" + message
                        + "', 'user', 'approve')");
        api.execute(
                "insert into chat_messages (organization_id, chat_id, sender_id, reply_to_id, message_type, content)"
                        + " values ('" + team.id() + "', '" + id + "', '" + grace.id() + "', '" + message
                        + "', 'user', 'Perhaps')");
        api.execute(
                "insert into chat_messages (organization_id, chat_id, sender_id, reply_to_id, message_type, content)"
                        + " values ('" + team.id() + "', '" + id + "', '" + grace.id() + "', '" + message
                        + "', 'user', 'Rejected: not in winter')");
        JsonNode ended = end(ada, run);
        assertThat(ended.at("/output_data/ok/approved").booleanValue())
                .as(ended.toString())
                .isFalse();
        assertThat(ended.at("/output_data/ok/decisions")).hasSize(1);
        assertThat(ended.at("/output_data/ok/decisions/0/comment").stringValue())
                .isEqualTo("not in winter");
    }

    @Test
    void aMailThatIsSentTwiceHasTheSameLinkWhichEndsWithTheQuestion() {
        Person grace = team.member("admin");
        api.execute("create function keep_unsent() returns trigger language plpgsql as $$"
                + " begin raise exception 'the process ends'; end $$");
        try {
            api.execute("create trigger keep_unsent before update of sent_at on workflow_letters for each row"
                    + " when (new.organization_id = '" + team.id() + "') execute function keep_unsent()");
            start(ada, create(ada, """
                    {"steps": [{"id": "ok", "type": "approval",
                       "config": {"message": "Publish?", "mail": true, "timeout_seconds": 3600, "four_eyes": true}}]}"""), Map.of());
            Awaiting.await("two mails", () -> mails(grace).size() > 1);
        } finally {
            api.execute("drop function keep_unsent() cascade");
        }
        String path = link(mails(grace).get(0));
        assertThat(mails(grace)).allMatch(mail -> link(mail).equals(path));
        assertThat(api.client().get(path).status()).isEqualTo(200);
        assertThat(api.count("select count(*) from workflow_letters where organization_id = '" + team.id()
                        + "' and asks_until between now() + interval '30 minutes' and now() + interval '1 hour'"))
                .isEqualTo(1);
        api.execute("update workflow_letters set asks_until = now() where organization_id = '" + team.id() + "'");
        assertThat(api.client().get(path).status()).isEqualTo(404);
    }

    @Test
    void aMailGoesToMembersUnderItsOwnMessageIdAndToNoStranger() throws Exception {
        Person grace = team.member("viewer");
        Person stranger = new Team(api).owner();
        String workflow = create(ada, """
                {"steps": [{"id": "tell", "type": "send_message", "retry": {"attempts": 1}, "config": {
                  "mail_to": ["{{ input.to }}"], "subject": "Report\\nBcc: {{ input.to }}", "content": "All is well."}}]}""");
        JsonNode sent = end(ada, start(ada, workflow, Map.of("to", grace.id())));
        String letter = sent.at("/output_data/tell/letters/0").stringValue();
        assertThat(mailTo(grace))
                .contains("Message-ID: <" + letter + "@arketic>", "Subject: Report Bcc:", "All is well.");
        Awaiting.await(
                "that its text goes",
                () -> api.count("select count(*) from workflow_letters where id = '" + letter
                                + "' and content is null and sent_at is not null")
                        == 1);
        assertThat(end(ada, start(ada, workflow, Map.of("to", stranger.id())))
                        .path("error_message")
                        .stringValue())
                .contains("no member");
    }

    @Test
    void aStepWaitsForTheEventThatMatchesAndNoLongerThanItSays() {
        String chat = team.chat(ada, Map.of("title", "Doors", "chat_type", "group"));
        String other = team.chat(ada, Map.of("title", "Windows", "chat_type", "group"));
        String workflow = create(ada, """
                {"steps": [{"id": "wait", "type": "delay", "retry": {"attempts": 1}, "config": {"event": "message.posted",
                  "match": {"chat_id": "{{ input.chat }}"}, "timeout_seconds": "{{ input.seconds }}"}}]}""");
        String run = start(ada, workflow, Map.of("chat", chat.substring("/chats/".length()), "seconds", 600));
        Awaiting.await("the run", () -> ada.api().get(run).text("status").equals("waiting"));
        say(other, "A window is open");
        say(chat, "The door is open");
        JsonNode ended = end(ada, run);
        assertThat(ended.at("/output_data/wait/event/content").stringValue())
                .as(ended.toString())
                .isEqualTo("The door is open");
        JsonNode late = end(ada, start(ada, workflow, Map.of("chat", team.id(), "seconds", 1)));
        assertThat(late.path("error_message").stringValue()).contains("no message.posted in time");
    }

    @Test
    void whatATemplateGivesIsOfTheTypeAndTheChoicesOfItsField() {
        String base = ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        assertThat(error("knowledge_search", """
                        {"query": "x", "knowledge_base_ids": ["%s"], "mode": "{{ input.value }}"}""".formatted(base), "sideways"))
                .isEqualTo("invalid: find: mode must be one of hybrid, vector, text");
        assertThat(error("approval", """
                        {"message": "Go?", "on_reject": "{{ input.value }}"}""", "Continue"))
                .isEqualTo("invalid: find: on_reject must be one of fail, continue");
        assertThat(error("approval", """
                        {"message": "Go?", "four_eyes": "{{ input.value }}"}""", "yes")).isEqualTo("invalid: find: four_eyes must be true or false");
        assertThat(error("document", """
                        {"operation": "write", "name": "a.txt", "content": "x", "share_level": "{{ input.value }}"}""", "public"))
                .isEqualTo("invalid: find: share_level must be one of private, organization");
        assertThat(error("http_request", """
                        {"url": "http://example.org", "headers": "{{ input.value }}"}""", "Cookie: a")).isEqualTo("invalid: find: headers must be an object");
        assertThat(ada.api()
                        .post(team.path() + "/workflow-checks", Map.of("definition", JSON.readTree("""
                                        {"steps": [{"id": "a", "type": "delay"},
                                          {"id": "b", "type": "delay", "config": {"seconds": 1, "event": "member.joined"}}]}""")))
                        .body()
                        .path("problems")
                        .findValuesAsString("field"))
                .containsExactly("definition.steps[0].config.seconds", "definition.steps[1].config.seconds");
    }

    @Test
    void runsGoWhenTheirOrganizationKeepsThemNoLonger() {
        String workflow = create(ada, """
                {"steps": [{"id": "a", "type": "transform", "config": {"output": "x"}}]}""");
        String id = workflow.substring("/workflows/".length());
        end(ada, start(ada, workflow, Map.of()));
        api.execute(
                "insert into workflow_executions (id, organization_id, workflow_id, total_steps, status, completed_at)"
                        + " select uuid_v7_floor(now() - interval '40 days'), '" + team.id() + "', '" + id
                        + "', 1, 'completed', now() - interval '40 days'");
        api.execute("insert into workflow_executions (id, organization_id, workflow_id, total_steps, status)"
                + " select uuid_v7_floor(now() - interval '41 days'), '" + team.id() + "', '" + id + "', 1, 'waiting'");
        api.execute("update organization_settings set data_retention_days = 30 where organization_id = '" + team.id()
                + "'");
        api.execute("select * from purge_retention(1000)");
        assertThat(ada.api().get(workflow + "/executions").body().path("items").findValuesAsString("status"))
                .containsExactly("completed", "waiting");
        assertThat(ada.api().get(workflow).body().path("execution_count").intValue())
                .isEqualTo(2);
    }

    private String error(String type, String config, String value) {
        String workflow = create(ada, """
                {"steps": [{"id": "find", "type": "%s", "retry": {"attempts": 1}, "config": %s}]}""".formatted(type, config));
        String run = start(ada, workflow, Map.of("value", value));
        String message = end(ada, run).path("error_message").stringValue();
        JsonNode step = ada.api().get(run + "/steps").body().at("/items/0");
        return step.path("error_kind").stringValue() + ": " + message;
    }

    private void reply(Person by, String chat, String message, String content) {
        assertThat(by.api()
                        .post(chat + "/messages", Map.of("content", content, "ask", false, "reply_to_id", message))
                        .status())
                .isEqualTo(201);
    }

    private void say(String chat, String content) {
        assertThat(ada.api()
                        .post(chat + "/messages", Map.of("content", content, "ask", false))
                        .status())
                .isEqualTo(201);
    }

    private static String link(String mail) {
        Matcher link = LINK.matcher(mail);
        assertThat(link.find()).as(mail).isTrue();
        return link.group(1);
    }

    private String mailTo(Person person) {
        Awaiting.await("the mail", () -> !mails(person).isEmpty());
        return mails(person).get(0);
    }

    private List<String> mails(Person person) {
        Path directory = Path.of(api.context().getEnvironment().getRequiredProperty("arketic.mail.directory"));
        String to = "To: p" + person.id() + "@example.org";
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".eml"))
                    .map(AskedMembersIT::content)
                    .filter(mail -> mail.contains(to))
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

    private HttpResponse<String> browse(String path, String form) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + api.port() + "/api/v1" + path))
                .header("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
        if (form != null) {
            request.header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form));
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String create(Person by, String definition) {
        ApiClient.Reply made =
                by.api().post(team.path() + "/workflows", Map.of("name", "W", "definition", JSON.readTree(definition)));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return "/workflows/" + made.text("id");
    }

    private static String start(Person by, String workflow, Map<String, ?> input) {
        ApiClient.Reply started = by.api().post(workflow + "/executions", Map.of("input", input));
        assertThat(started.status()).as(started.text()).isEqualTo(201);
        return "/executions/" + started.text("id");
    }

    private static JsonNode end(Person by, String run) {
        Awaiting.await(
                "the run",
                () -> List.of("completed", "failed", "cancelled", "timed_out")
                        .contains(by.api().get(run).text("status")));
        return by.api().get(run).body();
    }
}
