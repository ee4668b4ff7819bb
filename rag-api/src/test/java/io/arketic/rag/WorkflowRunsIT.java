package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests runs of workflows from their start to their end, and the readers of their events. */
class WorkflowRunsIT extends WorkflowTeam {

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
}
