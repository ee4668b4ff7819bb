package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/** Tests what ends with a membership that the directory ends, and what goes on with others. */
class ScimDeactivationIT extends ScriptedModelUser {

    private static final String OFF = "[{\"op\":\"Replace\",\"path\":\"active\",\"value\":\"False\"}]";
    private static final String ON = "[{\"op\":\"Replace\",\"path\":\"active\",\"value\":\"True\"}]";

    private String owner(String table, String column, String id) {
        return api.text("select " + column + " from " + table + " where id = '" + id + "'");
    }

    @Test
    @Timeout(120)
    void answersStreamsAndKeysEndAndWhatTheUserOwnsIsHandedOver() throws Exception {
        Team team = new Team(api);
        ScimClient.domain(api, team.id());
        ScimClient scim = ScimClient.of(api, team.owner().api(), team.path());
        ApiClient ada = team.owner().api();
        ada.patch(
                team.path() + "/settings",
                Map.of("default_ai_model", "silent", "enable_api_access", true),
                "If-Match",
                "*");
        Team.Person grace = team.member("admin");
        ApiClient hers = grace.api();
        String pumps = hers.post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        IndexedText.put(api, hers, pumps, "filter.txt", TEXT);
        String alone = team.chat(grace, Map.of("title", "Alone"));
        String group = team.chat(
                grace,
                Map.of(
                        "title",
                        "Asking",
                        "chat_type",
                        "group",
                        "ai_model",
                        "silent",
                        "knowledge_base_ids",
                        List.of(pumps),
                        "participant_ids",
                        List.of(team.owner().id())));
        String workflow = hers.post(
                        team.path() + "/workflows",
                        Map.of("name", "Hers", "definition", new JsonMapper().readTree("""
                                        {"steps": [{"id": "a", "type": "transform", "config": {"output": {"is": "x"}}}]}""")))
                .text("id");
        ApiClient.Reply uploaded = hers.upload(team.path() + "/documents", Map.of("plan.txt", "Secret"));
        String document = uploaded.body().path("items").get(0).path("id").stringValue();
        String key = hers.post(team.path() + "/api-keys", Map.of("name", "K", "scopes", List.of("read", "chat")))
                .text("key");
        ApiClient program = hers.as(key);
        assertThat(program.get(team.path()).status()).isEqualTo(200);

        silent.forgetCalls();
        try (EventReader events = EventReader.open(hers, group, "")) {
            CompletableFuture<ApiClient.Reply> streamed = CompletableFuture.supplyAsync(
                    () -> hers.post(group + "/messages", Map.of("content", QUESTION), "Accept", "text/event-stream"),
                    callers);
            silent.awaitCall();
            assertThat(scim.patch("/Users/" + grace.id(), OFF).status()).isEqualTo(200);
            events.awaitEnd();
            assertThat(streamed.join().text()).contains("event:error").doesNotContain("event:done");
            silent.awaitClosed();
        }
        program.get(team.path()).assertProblem(401, "unauthenticated", null);
        hers.get(team.path()).assertProblem(404, "not-found", null);
        hers.get(group).assertProblem(404, "not-found", null);

        String heir = team.owner().id();
        Awaiting.await("the handover", () -> api.count("select count(*) from member_handovers") == 0);
        assertThat(owner("knowledge_bases", "owner_id", pumps)).isEqualTo(heir);
        assertThat(owner("workflows", "creator_id", workflow)).isEqualTo(heir);
        assertThat(owner("documents", "owner_id", document)).isEqualTo(heir);
        assertThat(owner("chats", "creator_id", group.substring(7))).isEqualTo(heir);
        assertThat(ada.get(alone).status()).as("not lost").isEqualTo(200);
        assertThat(ada.get("/documents/" + document).status()).isEqualTo(200);

        assertThat(scim.patch("/Users/" + grace.id(), ON).status()).isEqualTo(200);
        assertThat(hers.get(team.path()).status()).isEqualTo(200);
        program.get(team.path()).assertProblem(401, "unauthenticated", null);
        hers.get("/documents/" + document).assertProblem(404, "not-found", null);

        ApiClient another =
                hers.as(hers.post(team.path() + "/api-keys", Map.of("name", "K", "scopes", List.of("read", "chat")))
                        .text("key"));
        CompletableFuture<ApiClient.Reply> completed = CompletableFuture.supplyAsync(
                () -> another.post(
                        "http://127.0.0.1:" + api.port() + "/v1/chat/completions",
                        Map.of(
                                "model",
                                "kb:" + pumps,
                                "stream",
                                true,
                                "messages",
                                List.of(Map.of("role", "user", "content", QUESTION)))),
                callers);
        silent.awaitCall();
        scim.patch("/Users/" + grace.id(), OFF);
        assertThat(completed.join().text()).contains("\"error\"").doesNotContain("\"stop\"");
        silent.awaitClosed();
    }

    @Test
    void aMembershipThatIsGivenBackAtOnceKeepsWhatItOwns() {
        Team team = new Team(api);
        ScimClient.domain(api, team.id());
        ScimClient scim = ScimClient.of(api, team.owner().api(), team.path());
        Team.Person grace = team.member("member");
        String pumps = grace.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        // As if the background's turn came after both.
        api.execute("insert into member_handovers (organization_id, user_id) values ('" + team.id() + "', '"
                + grace.id() + "')");
        scim.patch("/Users/" + grace.id(), ON);
        Awaiting.await("the handover", () -> api.count("select count(*) from member_handovers") == 0);
        assertThat(owner("knowledge_bases", "owner_id", pumps)).isEqualTo(grace.id());
    }
}
