package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests steps of workflows that wait for the approval of members. */
class WorkflowApprovalsIT extends WorkflowTeam {

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
}
