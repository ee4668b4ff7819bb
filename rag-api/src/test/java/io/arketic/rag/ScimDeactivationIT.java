package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests what ends with a membership that the directory ends, and what goes on with others. */
class ScimDeactivationIT extends ScriptedModelUser {

    private static final String OFF = "[{\"op\":\"Replace\",\"path\":\"active\",\"value\":\"False\"}]";
    private static final String ON = "[{\"op\":\"Replace\",\"path\":\"active\",\"value\":\"True\"}]";

    private String owner(String table, String column, String id) {
        return api.text("select " + column + " from " + table + " where id = '" + id + "'");
    }

    private void passADay(Team team) {
        api.execute("update member_handovers set ended_at = ended_at - interval '25 hours' where organization_id = '"
                + team.id() + "'");
    }

    private void awaitHandover(Team team) {
        Awaiting.await(
                "the handover",
                () -> api.count("select count(*) from member_handovers where organization_id = '" + team.id() + "'")
                        == 0);
    }

    @Test
    void groupsOfTheDirectoryOutliveItsDeactivationAndNoRemovalByHand() {
        Team team = new Team(api);
        ScimClient.domain(api, team.id());
        ApiClient ada = team.owner().api();
        ScimClient scim = ScimClient.of(api, ada, team.path());
        Team.Person grace = team.member("member");
        String group = scim.post(
                        "/Groups", "{\"displayName\":\"Works\",\"members\":[{\"value\":\"" + grace.id() + "\"}]}")
                .id();
        String inGroup = "select count(*) from group_members where group_id = '" + group + "'";
        scim.patch("/Users/" + grace.id(), OFF);
        assertThat(api.count(inGroup)).as("deactivated by the directory").isEqualTo(1);
        scim.patch("/Users/" + grace.id(), ON);
        team.dismiss(grace);
        assertThat(api.count(inGroup)).as("removed by hand").isZero();

        Team.Person linus = team.member("member");
        scim.patch(
                "/Groups/" + group,
                "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"" + linus.id() + "\"}]}]");
        scim.patch("/Users/" + linus.id(), OFF);
        assertThat(api.count(inGroup)).isEqualTo(1);
        for (JsonNode token : ada.get(team.path() + "/scim-tokens").body().path("items")) {
            assertThat(token.path("creator_is_owner").booleanValue()).isTrue();
            ada.delete(team.path() + "/scim-tokens/" + token.path("id").stringValue());
        }
        assertThat(api.count(inGroup)).as("no directory says it any more").isZero();
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
        assertThat(owner("knowledge_bases", "owner_id", pumps))
                .as("within the delay")
                .isEqualTo(grace.id());
        assertThat(ada.get(alone).status()).isEqualTo(404);
        passADay(team);
        awaitHandover(team);
        assertThat(owner("knowledge_bases", "owner_id", pumps)).isEqualTo(heir);
        assertThat(owner("workflows", "creator_id", workflow)).isEqualTo(heir);
        assertThat(owner("documents", "owner_id", document)).isEqualTo(heir);
        assertThat(owner("chats", "creator_id", group.substring(7))).isEqualTo(heir);
        assertThat(ada.get(alone).status()).as("private").isEqualTo(404);
        assertThat(owner("chats", "is_archived || ' ' || creator_id", alone.substring(7)))
                .isEqualTo("true " + grace.id());
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
    void aMembershipThatIsGivenBackWithinTheDelayKeepsWhatItOwns() {
        Team team = new Team(api);
        ScimClient.domain(api, team.id());
        ScimClient scim = ScimClient.of(api, team.owner().api(), team.path());
        Team.Person grace = team.member("member");
        String pumps = grace.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        scim.patch("/Users/" + grace.id(), OFF);
        assertThat(scim.patch("/Users/" + grace.id(), ON).status()).isEqualTo(200);
        passADay(team);
        awaitHandover(team);
        assertThat(owner("knowledge_bases", "owner_id", pumps)).isEqualTo(grace.id());
    }
}
