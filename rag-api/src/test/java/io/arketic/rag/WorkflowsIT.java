package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Workflows from their definition to the end of their runs. */
class WorkflowsIT {

    private static final JsonMapper JSON = new JsonMapper();

    private final RunningApi api = RunningApi.shared();
    private Team team;
    private Person ada;

    @BeforeEach
    void people() {
        team = new Team(api);
        ada = team.owner();
    }

    @Test
    void aGraphOfStepsRunsToItsEndAndEachStepShowsWhatItDid() {
        String chat = team.chat(ada, Map.of("title", "Reports", "chat_type", "group"));
        String workflow = create(ada, """
                {"input": {"numbers": [1, 2, 3]}, "steps": [
                  {"id": "sum", "type": "transform", "config": {"output": {"first": "{{ input.numbers[0] }}"}}},
                  {"id": "many", "type": "condition", "depends_on": ["sum"],
                   "config": {"expression": "size(input.numbers) > 2"}},
                  {"id": "few", "type": "transform", "depends_on": ["sum"], "condition": "size(input.numbers) < 2",
                   "config": {"output": "few"}},
                  {"id": "each", "type": "for_each", "depends_on": ["many"],
                   "config": {"items": "input.numbers", "parallel": 2,
                     "step": {"type": "transform", "config": {"output": {"twice": "{{ item * 2 }}", "at": "{{ index }}"}}}}},
                  {"id": "pause", "type": "delay", "depends_on": ["sum"], "config": {"seconds": 1}},
                  {"id": "tell", "type": "send_message", "depends_on": ["each", "few", "pause"],
                   "config": {"chat_id": "%s", "content": "Sum of {{ steps.each.output.outputs.map(o, o.twice) }}"}}]}
                """.formatted(chat.substring("/chats/".length())));
        String run = start(ada, workflow, Map.of());
        JsonNode ended = end(ada, run);
        assertThat(ended.path("status").stringValue()).as(ended.toString()).isEqualTo("completed");
        assertThat(ended.path("execution_number").intValue()).isEqualTo(1);
        assertThat(ended.path("completed_steps").intValue()).isEqualTo(6);
        assertThat(ada.api()
                        .get(chat + "/messages")
                        .body()
                        .path("items")
                        .get(0)
                        .path("content")
                        .stringValue())
                .isEqualTo("Sum of [2,4,6]");
        JsonNode steps = ada.api().get(run + "/steps").body().path("items");
        assertThat(steps.findValuesAsString("status")).containsOnly("completed", "skipped");
        assertThat(step(steps, "few").path("status").stringValue()).isEqualTo("skipped");
        assertThat(step(steps, "tell").path("attempts").intValue()).isEqualTo(1);
        JsonNode counted = ada.api().get(workflow).body();
        assertThat(counted.path("execution_count").intValue()).isEqualTo(1);
        assertThat(counted.path("success_count").intValue()).isEqualTo(1);
    }

    @Test
    void whatIsWrongWithADefinitionIsSaidWithItsPlace() {
        ApiClient.Reply refused =
                ada.api().post(team.path() + "/workflows", Map.of("name", "Wrong", "definition", JSON.readTree("""
                        {"trigger": {"type": "schedule", "cron": "61 * * * *", "timezone": "Mars/Olympus"},
                         "steps": [
                          {"id": "a", "type": "transform", "depends_on": ["b"], "config": {"output": "{{ steps.c.output }}"}},
                          {"id": "b", "type": "transform", "depends_on": ["a"], "config": {"output": "x"}},
                          {"id": "c", "type": "nonsense"},
                          {"id": "d", "type": "send_message", "config": {"content": 5, "more": 1}},
                          {"id": "e", "type": "condition", "depends_on": ["zz"], "config": {"expression": "1 +"}},
                          {"id": "e", "type": "condition", "config": {"expression": "'text'"}},
                          {"id": "f", "type": "for_each", "config": {"items": "[1]",
                            "step": {"type": "approval", "config": {"message": "Go?"}}}}]}""")));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body().path("errors").findValuesAsString("field"))
                .contains(
                        "definition.trigger.timezone",
                        "definition.steps[0].depends_on",
                        "definition.steps[0].config.output",
                        "definition.steps[2].type",
                        "definition.steps[3].config.content",
                        "definition.steps[3].config.more",
                        "definition.steps[3].config.chat_id",
                        "definition.steps[4].depends_on[0]",
                        "definition.steps[4].config.expression",
                        "definition.steps[5].id",
                        "definition.steps[5].config.expression",
                        "definition.steps[6].config.step.type");
    }

    @Test
    void versionsStayAndWhatIsActiveChangesWithAnActivation() {
        String workflow = create(ada, """
                {"steps": [{"id": "a", "type": "transform", "config": {"output": {"is": "first"}}}]}""");
        assertThat(ada.api().post(workflow + "/activate", Map.of()).text("active_version"))
                .isEqualTo("1.0.0");
        JsonNode changed = ada.api()
                .patch(workflow, Map.of("definition", JSON.readTree("""
                                {"steps": [{"id": "a", "type": "transform", "config": {"output": {"is": "second"}}}]}""")), "If-Match", "*")
                .body();
        assertThat(changed.path("version").stringValue()).isEqualTo("1.1.0");
        assertThat(changed.path("active_version").stringValue()).isEqualTo("1.0.0");
        assertThat(end(ada, start(ada, workflow, Map.of()))
                        .at("/output_data/a/is")
                        .stringValue())
                .isEqualTo("first");
        ada.api().post(workflow + "/activate", Map.of());
        assertThat(end(ada, start(ada, workflow, Map.of()))
                        .at("/output_data/a/is")
                        .stringValue())
                .isEqualTo("second");
        assertThat(ada.api()
                        .get(workflow + "/differences?from=1.0.0&to=1.1.0")
                        .body()
                        .at("/differences/0/place")
                        .stringValue())
                .isEqualTo("steps.a.config.output.is");
        String yaml = ada.api().get(workflow + "/export?version=1.0.0").text("yaml");
        assertThat(ada.api()
                        .post(team.path() + "/workflows/import", Map.of("yaml", yaml))
                        .body()
                        .at("/definition/steps/0/config/output/is")
                        .stringValue())
                .isEqualTo("first");
        ada.api().post(workflow + "/pause", Map.of());
        ada.api().post(workflow + "/executions", Map.of("input", Map.of())).assertProblem(409, "conflict", null);
        assertThat(ada.api().delete(workflow).status()).isEqualTo(204);
        ada.api().post(workflow + "/activate", Map.of()).assertProblem(409, "conflict", null);
    }

    @Test
    void aStepIsTriedAgainARunIsRepeatedFromAStepAndAFailureIsUndone() {
        String chat = team.chat(ada, Map.of("title", "Undo", "chat_type", "group"));
        String workflow = create(ada, """
                {"steps": [
                  {"id": "tell", "type": "send_message", "config": {"chat_id": "%1$s", "content": "Done"},
                   "compensate": {"type": "send_message", "config": {"chat_id": "%1$s",
                     "content": "Undone {{ steps.tell.output.message_id }}"}}},
                  {"id": "fail", "type": "send_message", "depends_on": ["tell"], "retry": {"attempts": 2, "backoff_seconds": 0,
                   "on": ["refused"]}, "config": {"chat_id": "{{ input.chat }}", "content": "Never"}}]}
                """.formatted(chat.substring("/chats/".length())));
        String run = start(ada, workflow, Map.of("chat", "00000000-0000-0000-0000-000000000000"));
        JsonNode ended = end(ada, run);
        assertThat(ended.path("status").stringValue()).isEqualTo("failed");
        JsonNode steps = ada.api().get(run + "/steps").body().path("items");
        assertThat(step(steps, "fail").path("attempts").intValue()).isEqualTo(2);
        assertThat(ada.api().get(chat + "/messages").body().path("items").findValuesAsString("content"))
                .hasSize(2)
                .anyMatch(content -> content.startsWith("Undone "));
        JsonNode again =
                ada.api().post(run + "/reruns", Map.of("from_step", "fail")).body();
        end(ada, "/executions/" + again.path("id").stringValue());
        assertThat(api.count("select count(*) from workflow_step_runs where step = 'tell' and purpose = 'step'"
                        + " and execution_id = '" + again.path("id").stringValue() + "' and attempts = 1"))
                .isEqualTo(1);
        assertThat(again.path("execution_number").intValue()).isEqualTo(2);
    }

    @Test
    void aCompensationIsTriedAgainAsItsStepIs() {
        String chat = team.chat(ada, Map.of("title", "Undo", "chat_type", "group"));
        String workflow = create(ada, """
                {"steps": [
                  {"id": "tell", "type": "send_message", "retry": {"attempts": 2, "backoff_seconds": 0, "on": ["refused"]},
                   "config": {"chat_id": "%s", "content": "Done"},
                   "compensate": {"type": "send_message", "config": {"chat_id": "{{ input.chat }}", "content": "Undone"}}},
                  {"id": "fail", "type": "send_message", "depends_on": ["tell"], "retry": {"attempts": 1},
                   "config": {"chat_id": "{{ input.chat }}", "content": "Never"}}]}
                """.formatted(chat.substring("/chats/".length())));
        String run = start(ada, workflow, Map.of("chat", "00000000-0000-0000-0000-000000000000"));
        assertThat(end(ada, run).path("status").stringValue()).isEqualTo("failed");
        JsonNode undone = ada.api().get(run + "/steps").body().path("items").get(2);
        assertThat(undone.path("purpose").stringValue()).isEqualTo("compensation");
        assertThat(undone.path("status").stringValue()).isEqualTo("failed");
        assertThat(undone.path("attempts").intValue()).isEqualTo(2);
    }

    @Test
    void theStepOfAnItemMayWaitAndEachItemCountsAmongTheStepsOfTheDay() {
        String workflow = create(ada, """
                {"steps": [{"id": "each", "type": "for_each", "config": {"items": "[1, 0]",
                  "step": {"type": "delay", "config": {"seconds": "{{ item }}"}}}}], "output": "steps.each.output"}""");
        JsonNode ended = end(ada, start(ada, workflow, Map.of()));
        assertThat(ended.at("/output_data/result/outputs").size())
                .as(ended.toString())
                .isEqualTo(2);
        assertThat(ended.at("/output_data/result/failed").intValue()).isZero();
        assertThat(api.count("select sum(steps) from workflow_usage where organization_id = '" + team.id() + "'"))
                .isEqualTo(3);
    }

    @Test
    void whatStandsBeforeASecretIsNoPartOfAnotherHeader() {
        String workflow = create(ada, """
                {"steps": [{"id": "call", "type": "http_request", "retry": {"attempts": 1}, "config": {
                  "url": "https://tracker.example.org/", "secret": "tracker", "secret_header": "X-Key",
                  "secret_prefix": "{{ input.prefix }}"}}]}""");
        assertThat(ada.api()
                        .post(
                                team.path() + "/workflow-secrets",
                                Map.of(
                                        "name",
                                        "tracker",
                                        "value",
                                        "kept from logs",
                                        "allowed_hosts",
                                        List.of("tracker.example.org")))
                        .status())
                .isEqualTo(201);
        assertThat(end(ada, start(ada, workflow, Map.of("prefix", "a\nb")))
                        .path("error_message")
                        .stringValue())
                .contains("secret_prefix may not be set so");
    }

    @Test
    void anApprovalIsOfThoseItAsksAndFourEyesAreTwoMembers() {
        Person grace = team.member("member");
        Person viewer = team.member("viewer");
        String workflow = create(ada, """
                {"steps": [{"id": "ok", "type": "approval", "config": {"message": "Go?", "role": "member", "four_eyes": true}},
                  {"id": "after", "type": "transform", "depends_on": ["ok"],
                   "config": {"output": {"by": "{{ steps.ok.output.decisions[0].user_id }}"}}}]}""");
        String run = start(ada, workflow, Map.of());
        Awaiting.await("the run", () -> ada.api().get(run).text("status").equals("waiting"));
        String decision = run + "/steps/ok/decision";
        assertThat(waiting(ada)).isEmpty();
        assertThat(waiting(viewer)).isEmpty();
        assertThat(new Team(api)
                        .owner()
                        .api()
                        .get(team.path() + "/workflow-approvals")
                        .status())
                .isEqualTo(404);
        JsonNode asked = waiting(grace).get(0);
        assertThat(asked.path("message").stringValue()).isEqualTo("Go?");
        assertThat(run).endsWith(asked.path("execution_id").stringValue());
        ada.api().post(decision, Map.of("decision", "approve")).assertProblem(403, "forbidden", null);
        viewer.api().post(decision, Map.of("decision", "approve")).assertProblem(403, "forbidden", null);
        assertThat(grace.api().post(decision, Map.of("decision", "approve")).status())
                .isEqualTo(200);
        assertThat(waiting(grace)).isEmpty();
        assertThat(end(ada, run).at("/output_data/after/by").stringValue()).isEqualTo(grace.id());
        assertThat(grace.api().get(run).body().path("output_data").isNull()).isTrue();
        grace.api().post(run + "/reruns", Map.of("from_step", "after")).assertProblem(403, "forbidden", null);
    }

    @Test
    void anApprovalWaitsForTheUsersThatItNamesAlone() {
        Person grace = team.member("member");
        Person linus = team.member("admin");
        String workflow = create(ada, """
                {"steps": [{"id": "ok", "type": "approval", "config": {"message": "Go?", "users": ["%s"]}}]}""".formatted(grace.id()));
        String run = start(ada, workflow, Map.of());
        Awaiting.await("the run", () -> ada.api().get(run).text("status").equals("waiting"));
        assertThat(waiting(grace)).hasSize(1);
        assertThat(waiting(linus)).isEmpty();
        ada.api().post(run + "/cancel", Map.of());
        assertThat(waiting(grace)).isEmpty();
    }

    private JsonNode waiting(Person person) {
        return person.api().get(team.path() + "/workflow-approvals").body().path("items");
    }

    @Test
    void aRunEndsWithTheMembershipWithTheSwitchAndByHand() {
        Person grace = team.member("member");
        String waits = """
                {"steps": [{"id": "wait", "type": "delay", "config": {"seconds": 2}},
                  {"id": "after", "type": "transform", "depends_on": ["wait"], "config": {"output": "x"}}]}""";
        String workflow = create(grace, waits);
        String leaving = start(grace, workflow, Map.of());
        Awaiting.await("the run", () -> ada.api().get(leaving).text("status").equals("waiting"));
        team.dismiss(grace);
        assertThat(end(ada, leaving).path("error_message").stringValue()).contains("has left");

        String cancelled = start(ada, workflow, Map.of());
        assertThat(ada.api().post(cancelled + "/cancel", Map.of()).text("status"))
                .isEqualTo("cancelled");
        ada.api().post(cancelled + "/resume", Map.of()).assertProblem(409, "conflict", null);

        String paused = start(ada, workflow, Map.of());
        assertThat(ada.api()
                        .post(paused + "/pause", Map.of())
                        .body()
                        .path("is_paused")
                        .booleanValue())
                .isTrue();
        ada.api().post(paused + "/resume", Map.of());
        assertThat(end(ada, paused).path("status").stringValue()).isEqualTo("completed");

        String off = start(ada, workflow, Map.of());
        ada.api().patch(team.path() + "/settings", Map.of("enable_workflows", false), "If-Match", "*");
        assertThat(end(ada, off).path("error_message").stringValue()).contains("switched workflows off");
        ada.api().post(workflow + "/executions", Map.of("input", Map.of())).assertProblem(403, "workflows-off", null);
    }

    @Test
    void aWorkflowCallsAnother() {
        String inner = create(ada, """
                {"steps": [{"id": "a", "type": "transform", "config": {"output": {"said": "Hello {{ input.name }}"}}}]}""");
        ada.api().post(inner + "/activate", Map.of());
        String outer = create(ada, """
                {"steps": [{"id": "call", "type": "workflow",
                  "config": {"workflow_id": "%s", "input": {"name": "Grace"}}}], "output": "steps.call.output.output.a.said"}
                """.formatted(inner.substring("/workflows/".length())));
        assertThat(end(ada, start(ada, outer, Map.of()))
                        .at("/output_data/result")
                        .stringValue())
                .isEqualTo("Hello Grace");
    }

    @Test
    void aStepIsTriedByItselfAndOneWithAnEffectIsNot() {
        String workflow = create(ada, """
                {"steps": [{"id": "a", "type": "transform", "config": {"output": {"n": "{{ input.n }}"}}},
                  {"id": "b", "type": "transform", "depends_on": ["a"],
                   "config": {"output": {"twice": "{{ steps.a.output.n * 2 }}"}}},
                  {"id": "c", "type": "send_message", "config": {"chat_id": "{{ input.chat }}", "content": "x"}}]}""");
        JsonNode tried = ada.api()
                .post(workflow + "/steps/b/trial", Map.of("input", Map.of(), "outputs", Map.of("a", Map.of("n", 21))))
                .body();
        assertThat(tried.at("/output/twice").intValue()).as(tried.toString()).isEqualTo(42);
        assertThat(ada.api()
                        .post(workflow + "/steps/b/trial", Map.of("input", Map.of()))
                        .text("outcome"))
                .isEqualTo("failed");
        assertThat(ada.api()
                        .post(workflow + "/steps/c/trial", Map.of("input", Map.of("chat", team.id())))
                        .text("error_kind"))
                .isEqualTo("refused");
    }

    @Test
    void aReaderOfARunMissesNoEventAndGoesOnWhereItWas() throws Exception {
        String workflow = create(ada, """
                {"steps": [{"id": "a", "type": "transform", "config": {"output": "x"}},
                  {"id": "b", "type": "delay", "depends_on": ["a"], "config": {"seconds": 1}}]}""");
        String run = start(ada, workflow, Map.of());
        String seen =
                ada.api().get(run + "/events", "Accept", "text/event-stream").text();
        assertThat(seen).contains("\"status\":\"waiting\"").contains("\"status\":\"completed\"");
        JsonNode all = ada.api().get(run + "/events").body().path("items");
        assertThat(seen.split("\nid:|^id:")).hasSize(all.size() + 1);
        for (int at = 0; at < all.size(); at++) {
            assertThat(all.get(at).path("number").intValue()).isEqualTo(at + 1);
        }
        String rest = ada.api()
                .get(run + "/events", "Accept", "text/event-stream", "Last-Event-ID", String.valueOf(all.size() - 1))
                .text();
        assertThat(rest.split("\nid:|^id:")).hasSize(2);
    }

    @Test
    void stepsAnswerFromKnowledgeAndWriteIntoTheDriveWithTheRightsOfTheirMember() throws Exception {
        String base = ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        IndexedText.put(api, ada.api(), base, "pump.txt", "The filter of the pump must be changed every ninety days.");
        String workflow = create(ada, """
                {"steps": [
                  {"id": "find", "type": "knowledge_search", "config": {"query": "filter", "knowledge_base_ids": ["%1$s"]}},
                  {"id": "ask", "type": "ai_prompt", "config": {"prompt": "How often must the filter be changed?",
                    "knowledge_base_ids": ["%1$s"], "model": "extractive"}},
                  {"id": "write", "type": "document", "depends_on": ["find", "ask"], "config": {"operation": "write",
                    "name": "answer.txt", "content": "{{ steps.ask.output.content }} ({{ size(steps.find.output.hits) }})"}},
                  {"id": "read", "type": "document", "depends_on": ["write"], "config": {"operation": "read",
                    "document_id": "{{ steps.write.output.document_id }}"}}]}
                """.formatted(base));
        JsonNode ended = end(ada, start(ada, workflow, Map.of()));
        assertThat(ended.at("/output_data/read/content").stringValue())
                .as(ended.toString())
                .contains("ninety days")
                .endsWith("(1)");
        Person grace = team.member("member");
        String hers = create(grace, """
                {"steps": [{"id": "read", "type": "document", "retry": {"attempts": 1},
                  "config": {"operation": "read", "document_id": "{{ input.id }}"}}]}""");
        String document = ended.at("/output_data/read/document_id").stringValue();
        assertThat(end(grace, start(grace, hers, Map.of("id", document)))
                        .path("status")
                        .stringValue())
                .as("a private file of another member")
                .isEqualTo("failed");
    }

    @Test
    void everyReadyWorkflowIsValid() {
        for (JsonNode ready : ada.api().get("/workflow-templates").body().path("items")) {
            JsonNode problems = ada.api()
                    .post(team.path() + "/workflow-checks", Map.of("definition", ready.path("definition")))
                    .body()
                    .path("problems");
            assertThat(problems).as(ready.path("key").stringValue() + problems).isEmpty();
        }
        assertThat(ada.api().get("/workflow-schema").text()).contains("send_message", "http_request");
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

    private static JsonNode step(JsonNode steps, String key) {
        for (JsonNode step : steps) {
            if (step.path("step").stringValue().equals(key)
                    && step.path("purpose").stringValue().equals("step")) {
                return step;
            }
        }
        throw new AssertionError(key + " is not in " + steps);
    }
}
