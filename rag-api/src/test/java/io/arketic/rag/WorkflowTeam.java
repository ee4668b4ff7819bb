package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds a team, whose owner makes workflows and runs them to their end. */
abstract class WorkflowTeam {

    static final JsonMapper JSON = new JsonMapper();

    final RunningApi api = RunningApi.shared();
    Team team;
    Person ada;

    @BeforeEach
    void people() {
        team = new Team(api);
        ada = team.owner();
    }

    JsonNode waiting(Person person) {
        return person.api().get(team.path() + "/workflow-approvals").body().path("items");
    }

    String create(Person by, String definition) {
        ApiClient.Reply made =
                by.api().post(team.path() + "/workflows", Map.of("name", "W", "definition", JSON.readTree(definition)));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return "/workflows/" + made.text("id");
    }

    static String start(Person by, String workflow, Map<String, ?> input) {
        ApiClient.Reply started = by.api().post(workflow + "/executions", Map.of("input", input));
        assertThat(started.status()).as(started.text()).isEqualTo(201);
        return "/executions/" + started.text("id");
    }

    static JsonNode end(Person by, String run) {
        Awaiting.await(
                "the run",
                () -> List.of("completed", "failed", "cancelled", "timed_out")
                        .contains(by.api().get(run).text("status")));
        return by.api().get(run).body();
    }

    static JsonNode step(JsonNode steps, String key) {
        for (JsonNode step : steps) {
            if (step.path("step").stringValue().equals(key)
                    && step.path("purpose").stringValue().equals("step")) {
                return step;
            }
        }
        throw new AssertionError(key + " is not in " + steps);
    }
}
