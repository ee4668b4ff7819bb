package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What starts workflows, and what does not. */
class TriggersIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String STEPS = """
            "steps": [{"id": "a", "type": "transform", "config": {"output": {"trigger": "{{ trigger }}"}}}]""";

    private final RunningApi api = RunningApi.shared();
    private Team team;
    private Person ada;

    @BeforeEach
    void people() {
        team = new Team(api);
        ada = team.owner();
    }

    @Test
    void aScheduleStartsOneRunForWhatWasMissedAndGoesOn() {
        String workflow = active(ada, """
                {"trigger": {"type": "schedule", "cron": "0 2 * * *", "timezone": "Europe/Berlin"}, %s}""".formatted(STEPS));
        assertThat(ada.api().get(workflow).text("next_run_at")).isNotEmpty();
        due(workflow, "now() - interval '3 days'");
        Awaiting.await("the missed run", () -> runs(workflow) == 1);
        Instant next = Instant.parse(ada.api().get(workflow).text("next_run_at"));
        assertThat(next).isAfter(Instant.now());

        String skipping = active(ada, """
                {"trigger": {"type": "schedule", "cron": "0 2 * * *", "misfire": "skip"}, %s}""".formatted(STEPS));
        due(skipping, "now() - interval '3 days'");
        Awaiting.await(
                "its next time",
                () -> Instant.parse(ada.api().get(skipping).text("next_run_at")).isAfter(Instant.now()));
        assertThat(runs(skipping)).isZero();
        due(skipping, "now() - interval '1 second'");
        Awaiting.await("the run that is due", () -> runs(skipping) == 1);

        ada.api().post(workflow + "/pause", Map.of());
        assertThat(ada.api().get(workflow).body().path("next_run_at").isNull()).isTrue();
    }

    @Test
    void aScheduleEndsWithTheMembershipThatActivatedIt() {
        Person grace = team.member("member");
        String workflow = active(grace, """
                {"trigger": {"type": "schedule", "cron": "0 2 * * *"}, %s}""".formatted(STEPS));
        team.dismiss(grace);
        due(workflow, "now() - interval '1 second'");
        Awaiting.await("the pause", () -> ada.api().get(workflow).text("status").equals("paused"));
        assertThat(runs(workflow)).isZero();
    }

    @Test
    void aMessageStartsWhatWaitsForItWhereItIsSeenAndAWorkflowsOwnStartsNone() {
        Person grace = team.member("member");
        String open = team.chat(ada, Map.of("title", "All", "chat_type", "channel"));
        String hidden = team.chat(ada, Map.of("title", "Owner's", "chat_type", "group"));
        String id = open.substring("/chats/".length());
        String echo = active(ada, """
                {"trigger": {"type": "event", "event": "message.posted", "filter": "trigger.content.contains('pump')"},
                 "steps": [{"id": "a", "type": "send_message",
                   "config": {"chat_id": "%s", "content": "A pump: {{ trigger.content }}"}}]}""".formatted(id));
        String hers = active(grace, """
                {"trigger": {"type": "event", "event": "message.posted"}, %s}""".formatted(STEPS));
        say(hidden, "A hidden pump");
        say(open, "No fan");
        say(open, "The pump is loud");
        Awaiting.await("both echoes", () -> runs(echo) == 2);
        Awaiting.await("hers", () -> runs(hers) == 2);
        Awaiting.await(
                "that all is delivered",
                () -> api.count("select count(*) from workflow_signals where organization_id = '" + team.id() + "'")
                        == 0);
        assertThat(ada.api().get(hers + "/executions").text()).doesNotContain("hidden", "A pump:");
    }

    @Test
    void aRepeatedSignalStartsOnlyWhatWasActiveBeforeIt() {
        String chat =
                team.chat(ada, Map.of("title", "All", "chat_type", "channel")).substring("/chats/".length());
        String definition = """
                {"trigger": {"type": "event", "event": "message.posted"}, %s}""".formatted(STEPS);
        String before = active(ada, definition);
        api.execute("update workflows set activated_at = now() - interval '2 hours' where id = '"
                + before.substring("/workflows/".length()) + "'");
        assertThat(ada.api().post(before + "/activate", Map.of()).status()).isEqualTo(200);
        String after = active(ada, definition);
        api.execute("with signal as (insert into workflow_signals (organization_id, event_type, subject_id, content,"
                + " created_at) values ('" + team.id() + "', 'message.posted', '" + chat + "', '{}',"
                + " now() - interval '1 hour') returning id) insert into scheduled_tasks (task_name, task_instance,"
                + " task_data, execution_time, picked, version, priority) select 'workflow-event', id::text,"
                + " convert_to('" + team.id() + "/' || id, 'UTF8'), now(), false, 1, 0 from signal");
        Awaiting.await("its run", () -> runs(before) == 1);
        Awaiting.await(
                "that all is delivered",
                () -> api.count("select count(*) from workflow_signals where organization_id = '" + team.id() + "'")
                        == 0);
        assertThat(runs(after)).isZero();
    }

    @Test
    void aBrokenWorkflowDelaysNoOtherOfItsEventAndRunsOnceItIsMended() {
        String chat = team.chat(ada, Map.of("title", "All", "chat_type", "channel"));
        String definition = """
                {"trigger": {"type": "event", "event": "message.posted"}, %s}""".formatted(STEPS);
        String broken = active(ada, definition);
        String sound = active(ada, definition);
        String version = "workflow_versions where workflow_id = '" + broken.substring("/workflows/".length()) + "'";
        String kept = api.text("select definition from " + version);
        String mended = version.replace("where", "set definition = '" + kept + "' where");
        api.execute("update " + version.replace("where", "set definition = '{\"steps\": 5}' where"));
        say(chat, "The pump is loud");
        Awaiting.await("the sound one's run", () -> runs(sound) == 1);
        String failing = "scheduled_tasks where task_name = 'workflow-event' and consecutive_failures > 0"
                + " and convert_from(task_data, 'UTF8') like '" + team.id() + "/%'";
        Awaiting.await("the failure", () -> api.count("select count(*) from " + failing) == 1);
        assertThat(runs(broken)).isZero();

        api.execute("update " + mended);
        api.execute("update " + failing.replace("where", "set execution_time = now() where not picked and"));
        Awaiting.await("the mended one's run", () -> runs(broken) == 1);
        Awaiting.await(
                "that all is delivered",
                () -> api.count("select count(*) from workflow_signals where organization_id = '" + team.id() + "'")
                        == 0);
        assertThat(runs(sound)).as("after the repetition").isEqualTo(1);
    }

    @Test
    void aWebhookIsSignedAndItsDeliveriesStartOneRunEach() throws Exception {
        String workflow = active(ada, """
                {"trigger": {"type": "webhook"}, %s}""".formatted(STEPS));
        JsonNode made = ada.api().post(workflow + "/webhook", Map.of()).body();
        String path = made.path("path").stringValue().substring("/api/v1".length());
        String secret = made.path("secret").stringValue();
        String body = "{\"number\": 7}";
        long now = Instant.now().getEpochSecond();
        ApiClient nobody = api.client();

        ApiClient.Reply first = nobody.post(
                path, body, "X-Arketic-Signature", signature(secret, now, "one", body), "X-Arketic-Delivery", "one");
        assertThat(first.status()).as(first.text()).isEqualTo(202);
        assertThat(nobody.post(
                                path,
                                body,
                                "X-Arketic-Signature",
                                signature(secret, now, "one", body),
                                "X-Arketic-Delivery",
                                "one")
                        .text("execution_id"))
                .isEqualTo(first.text("execution_id"));
        nobody.post(
                        path,
                        body,
                        "X-Arketic-Signature",
                        signature("other", now, "two", body),
                        "X-Arketic-Delivery",
                        "two")
                .assertProblem(401, "unauthenticated", null);
        nobody.post(
                        path,
                        body,
                        "X-Arketic-Signature",
                        signature(secret, now - 600, "two", body),
                        "X-Arketic-Delivery",
                        "two")
                .assertProblem(401, "unauthenticated", null);
        nobody.post(path, body, "X-Arketic-Signature", signature(secret, now, "one", body), "X-Arketic-Delivery", "two")
                .assertProblem(401, "unauthenticated", null);
        nobody.post(path, "{}", "X-Arketic-Signature", signature(secret, now, "two", body), "X-Arketic-Delivery", "two")
                .assertProblem(401, "unauthenticated", null);
        nobody.post(
                        "/hooks/unknown",
                        body,
                        "X-Arketic-Signature",
                        signature(secret, now, "two", body),
                        "X-Arketic-Delivery",
                        "two")
                .assertProblem(404, "not-found", null);
        assertThat(runs(workflow)).isEqualTo(1);
        String run = "/executions/" + first.text("execution_id");
        Awaiting.await("its end", () -> ada.api().get(run).text("status").equals("completed"));
        assertThat(ada.api().get(run).body().at("/trigger_data/body/number").intValue())
                .isEqualTo(7);
    }

    private static String signature(String secret, long time, String delivery, String body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] hmac = mac.doFinal((time + "." + delivery + "." + body).getBytes(StandardCharsets.UTF_8));
        return "t=" + time + ",v1=" + HexFormat.of().formatHex(hmac);
    }

    private void due(String workflow, String time) {
        String id = workflow.substring("/workflows/".length());
        api.execute("update workflows set next_run_at = " + time + " where id = '" + id + "'");
        api.execute("update scheduled_tasks set execution_time = now() where task_name = 'workflow-schedule'"
                + " and convert_from(task_data, 'UTF8') like '%/" + id + "'");
    }

    private long runs(String workflow) {
        return api.count("select count(*) from workflow_executions where workflow_id = '"
                + workflow.substring("/workflows/".length()) + "'");
    }

    private void say(String chat, String content) {
        assertThat(ada.api()
                        .post(chat + "/messages", Map.of("content", content, "ask", false))
                        .status())
                .isEqualTo(201);
    }

    private String active(Person by, String definition) {
        ApiClient.Reply made =
                by.api().post(team.path() + "/workflows", Map.of("name", "W", "definition", JSON.readTree(definition)));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        String workflow = "/workflows/" + made.text("id");
        assertThat(by.api().post(workflow + "/activate", Map.of()).status()).isEqualTo(200);
        return workflow;
    }
}
