package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.ApiClient.Reply;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectVersion;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests the columns of the seed that say when, by whom and how far, and the switch of an account. */
class SeedColumnsIT extends WorkflowTeam {

    @Test
    void anAccountTellsItsTimesAndEndsWithItsSwitch() {
        JsonNode me = ada.api().get("/auth/me").body();
        Instant created = time(me, "created_at");
        assertThat(time(me, "last_login_at")).isAfterOrEqualTo(created);
        assertThat(me.path("email_verified_at").isNull()).isTrue();
        Instant password = time(me, "password_changed_at");
        Reply changed = ada.api()
                .post(
                        "/auth/password",
                        Map.of("current_password", "a good password", "new_password", "quite another one"));
        ApiClient again = ada.api().as(changed.text("access_token"));
        assertThat(time(again.get("/auth/me").body(), "password_changed_at")).isAfter(password);

        api.execute("update users set is_active = false where id = '" + ada.id() + "'");
        again.get("/auth/me").assertProblem(401, "unauthenticated", null);
    }

    @Test
    void anOrganizationAndItsMembersTellWhenTheyCame() {
        Instant before = Instant.now().minus(1, ChronoUnit.HOURS);
        assertThat(time(ada.api().get(team.path()).body(), "created_at")).isAfter(before);
        JsonNode owner =
                ada.api().get(team.path() + "/members").body().path("items").get(0);
        assertThat(time(owner, "joined_at")).isAfter(before);
        assertThat(owner.path("invited_by_id").isNull()).isTrue();
        String export = ada.api().get(team.path() + "/export").text();
        assertThat(export)
                .contains(api.text("select id from organization_settings where organization_id = '" + team.id() + "'"));
    }

    @Test
    void aChatTellsItsLastActivityAndWhenItsParticipantsCame() {
        String chat = team.chat(ada, Map.of("title", "Pumps"));
        Instant quiet = time(ada.api().get(chat).body(), "last_activity_at");
        Reply answer = ada.api().post(chat + "/messages", Map.of("content", "How loud is the pump?"));
        assertThat(answer.body().path("processing_time_ms").intValue()).isNotNegative();
        assertThat(time(ada.api().get(chat).body(), "last_activity_at")).isAfter(quiet);
        JsonNode participant =
                ada.api().get(chat + "/participants").body().path("items").get(0);
        assertThat(time(participant, "joined_at")).isBeforeOrEqualTo(Instant.now());
        assertThat(participant.path("user_id").stringValue()).isEqualTo(ada.id());
    }

    @Test
    void aKnowledgeBaseIsBeingIndexedUntilItsFilesAreRead() throws Exception {
        String base = ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        String path = "/knowledge-bases/" + base;
        assertThat(isIndexing(path)).isFalse();
        String key = ada.api()
                .upload(path + "/documents", Map.of("pump.txt", "A pump."))
                .body()
                .at("/items/0/file_path")
                .stringValue();
        IngestLedger ledger = new IngestLedger(api.ingest());
        ledger.admit(
                ledger.resolve(ObjectKey.parse(key)).orElseThrow(),
                new ObjectVersion(RunningApi.BUCKET, key, "e", Instant.now().truncatedTo(ChronoUnit.SECONDS), 7));
        assertThat(isIndexing(path)).as("a file is under way").isTrue();
        assertThat(ada.api()
                        .get(team.path() + "/knowledge-bases")
                        .body()
                        .at("/items/0/is_indexing")
                        .booleanValue())
                .isTrue();
        IndexedText.index(api, key, "pump.txt", "A pump.", "%064x".formatted(1));
        assertThat(isIndexing(path)).isFalse();
        assertThat(ada.api().post(path + "/reindex", Map.of("chunk_size", 500)).status())
                .isLessThan(300);
        assertThat(isIndexing(path)).as("a generation is built").isTrue();
    }

    @Test
    void aWorkflowTellsItsStepsAndARunWhereItIs() {
        String workflow = create(ada, """
                {"retry_attempts": 4, "steps": [
                  {"id": "say", "name": "Say it", "type": "transform", "config": {"output": {"text": "{{ input.x }}"}}},
                  {"id": "ask", "type": "approval", "depends_on": ["say"], "condition": "input.x == 'y'",
                   "timeout_seconds": 600, "retry": {"attempts": 2}, "config": {"message": "Go?"}}]}""");
        JsonNode seen = ada.api().get(workflow).body();
        assertThat(seen.path("creator_id").stringValue()).isEqualTo(ada.id());
        assertThat(seen.path("retry_attempts").intValue()).isEqualTo(4);
        assertThat(seen.at("/definition/steps/0/name").stringValue()).isEqualTo("Say it");

        JsonNode steps = ada.api().get(workflow + "/steps").body().path("items");
        assertThat(steps.findValuesAsString("step")).containsExactly("say", "ask");
        assertThat(steps.findValuesAsString("name")).containsExactly("Say it", "ask");
        assertThat(steps.findValuesAsString("step_type")).containsExactly("transform", "approval");
        assertThat(steps.findValuesAsString("step_order")).containsExactly("1", "2");
        assertThat(steps.findValuesAsString("retry_attempts")).containsExactly("4", "1");
        assertThat(steps.findValuesAsString("timeout_seconds")).containsExactly("300", "600");
        assertThat(steps.at("/0/configuration/output/text").stringValue()).isEqualTo("{{ input.x }}");
        assertThat(steps.at("/1/condition").stringValue()).isEqualTo("input.x == 'y'");
        assertThat(steps.at("/1/depends_on/0").stringValue()).isEqualTo("say");

        String run = start(ada, workflow, Map.of("x", "y"));
        Awaiting.await("the question", () -> ada.api().get(run).text("status").equals("waiting"));
        JsonNode waiting = ada.api().get(run).body();
        assertThat(waiting.path("triggered_by_id").stringValue()).isEqualTo(ada.id());
        assertThat(waiting.path("total_steps").intValue()).isEqualTo(2);
        assertThat(waiting.path("completed_steps").intValue()).isEqualTo(1);
        assertThat(waiting.path("current_step_id").stringValue())
                .isEqualTo(steps.at("/1/id").stringValue());
        assertThat(waiting.path("completed_at").isNull()).isTrue();
        ada.api().post(run + "/steps/ask/decision", Map.of("decision", "approve"));
        JsonNode ended = end(ada, run);
        assertThat(time(ended, "completed_at")).isAfterOrEqualTo(time(ended, "started_at"));
        assertThat(ended.path("current_step_id").isNull()).isTrue();
    }

    private boolean isIndexing(String knowledgeBase) {
        return ada.api().get(knowledgeBase).body().path("is_indexing").booleanValue();
    }

    private static Instant time(JsonNode body, String field) {
        return Instant.parse(body.path(field).stringValue());
    }
}
