package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests workflows from their definition to their versions, and the definitions that are refused. */
class WorkflowDefinitionsIT extends WorkflowTeam {

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
}
