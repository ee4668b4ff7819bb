package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests what one step of a workflow does: its retries, its compensation, its secrets and its rights. */
class WorkflowStepsIT extends WorkflowTeam {

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
}
