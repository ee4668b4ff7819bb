package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests messages between users: replies, edits, deletions, read marks, and search. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MessagesIT {

    private RunningApi api;
    private Team team;
    private Person ada;
    private Person grace;
    private String group;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
    }

    @BeforeEach
    void aGroup() {
        team = new Team(api);
        ada = team.owner();
        grace = team.member("member");
        group = team.chat(
                ada,
                Map.of(
                        "title",
                        "All of us",
                        "chat_type",
                        "group",
                        "participant_ids",
                        List.of(grace.id()),
                        "enable_ai_responses",
                        false));
    }

    @Test
    void aMessageWithoutAQuestionIsKeptAndNotAnswered() {
        ApiClient.Reply said = ada.api().post(group + "/messages", Map.of("content", " Good morning "));
        assertThat(said.status()).isEqualTo(201);
        assertThat(said.text("content")).isEqualTo("Good morning");
        assertThat(said.text("sender_id")).isEqualTo(ada.id());
        ApiClient.Reply streamed =
                ada.api().post(group + "/messages", Map.of("content", "Again"), "Accept", "text/event-stream");
        assertThat(streamed.text()).contains("event:done").doesNotContain("event:retrieval");
        assertThat(list(grace)).hasSize(2);
        ApiClient.Reply answered = ada.api().post(group + "/messages", Map.of("content", "Why?", "ask", true));
        assertThat(answered.status()).isEqualTo(200);
        assertThat(answered.text("message_type")).isEqualTo("ai");
        assertThat(list(grace)).hasSize(4);
        assertThat(ada.api()
                        .get(team.path() + "/usage")
                        .body()
                        .path("ai_requests")
                        .path("used")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void aReplyIsToAMessageOfTheSameChat() {
        String first = say(ada, "Who is there?");
        assertThat(grace.api()
                        .post(group + "/messages", Map.of("content", "Me", "reply_to_id", first))
                        .text("reply_to_id"))
                .isEqualTo(first);
        String elsewhere = team.chat(ada, Map.of("title", "Mine"));
        for (Object wrong : List.of(UUID.randomUUID(), first)) {
            ada.api()
                    .post(
                            (wrong == first ? elsewhere : group) + "/messages",
                            Map.of("content", "Me", "reply_to_id", wrong, "ask", false))
                    .assertProblem(422, "invalid-input", "reply_to_id");
        }
    }

    @Test
    void onlyTheAuthorEditsAMessage() {
        String message = say(ada, "The filter is changed every ninty days");
        grace.api().patch("/messages/" + message, Map.of("content", "Never")).assertProblem(403, "forbidden", null);
        String read = ada.api().get("/messages/" + message).header("ETag");
        assertThat(ada.api()
                        .patch("/messages/" + message, Map.of("content", "Never"))
                        .status())
                .isEqualTo(428);
        JsonNode edited = ada.api()
                .patch("/messages/" + message, Map.of("content", "Every ninety days"), "If-Match", read)
                .body();
        ada.api()
                .patch("/messages/" + message, Map.of("content", "Never"), "If-Match", read)
                .assertProblem(412, "stale-version", null);
        assertThat(edited.path("is_edited").asBoolean()).isTrue();
        assertThat(grace.api().get("/messages/" + message).text("content")).isEqualTo("Every ninety days");
        ada.api().patch("/messages/" + message, Map.of("content", " ")).assertProblem(422, "invalid-input", "content");
        String answer = ada.api()
                .post(group + "/messages", Map.of("content", "Why?", "ask", true))
                .text("id");
        ada.api().patch("/messages/" + answer, Map.of("content", "Because")).assertProblem(403, "forbidden", null);
        Person stranger = new Team(api).owner();
        stranger.api().get("/messages/" + message).assertProblem(404, "not-found", null);
        stranger.api().patch("/messages/" + message, Map.of("content", "x")).assertProblem(404, "not-found", null);
    }

    @Test
    void aDeletedMessageLosesWhatItSaidAndKeepsItsPlace() {
        String message = say(grace, "A secret about turbines");
        String reply = ada.api()
                .post(group + "/messages", Map.of("content", "Oh", "reply_to_id", message))
                .text("id");
        assertThat(ada.api().delete("/messages/" + reply).status()).isEqualTo(204);
        Person edsger = team.member("member");
        ada.api().post(group + "/participants", Map.of("user_id", edsger.id()));
        edsger.api().delete("/messages/" + message).assertProblem(403, "forbidden", null);
        assertThat(ada.api().delete("/messages/" + message).status())
                .as("by an admin of the chat")
                .isEqualTo(204);
        JsonNode left = grace.api().get("/messages/" + message).body();
        assertThat(left.path("is_deleted").asBoolean()).isTrue();
        assertThat(left.path("content").stringValue()).isEmpty();
        assertThat(list(grace)).isEmpty();
        assertThat(found(grace, "turbines")).isEmpty();
        grace.api().delete("/messages/" + message).assertProblem(404, "not-found", null);
        grace.api().patch("/messages/" + message, Map.of("content", "x")).assertProblem(404, "not-found", null);
        assertThat(ada.api().get(group).body().path("message_count").asInt()).isZero();
    }

    @Test
    void whatIsUnreadIsCountedForEachAndReadingGoesForward() {
        String first = say(ada, "one");
        String second = say(ada, "two");
        say(ada, "three");
        assertThat(unread(grace)).isEqualTo(3);
        assertThat(unread(ada)).as("one's own are read").isZero();
        assertThat(read(grace, second).body().path("unread_count").asInt()).isEqualTo(1);
        assertThat(read(grace, first).body().path("unread_count").asInt())
                .as("the read mark has not moved back")
                .isEqualTo(1);
        assertThat(read(grace, first).text("last_read_message_id")).isEqualTo(second);
        JsonNode listed =
                grace.api().get(team.path() + "/chats").body().path("items").get(0);
        assertThat(listed.path("participation").path("unread_count").asInt()).isEqualTo(1);
        assertThat(ada.api()
                        .get(group + "/participants")
                        .body()
                        .path("items")
                        .findValuesAsString("last_read_message_id"))
                .contains(second);
        read(grace, UUID.randomUUID().toString()).assertProblem(422, "invalid-input", "last_read_message_id");
        Person edsger = team.member("member");
        ada.api().post(group + "/participants", Map.of("user_id", edsger.id()));
        assertThat(unread(edsger))
                .as("what was before one joined is not unread")
                .isZero();
    }

    @Test
    void aMessageSaysWhetherSomeOrAllOfTheOthersHaveReadIt() {
        Person edsger = team.member("member");
        ada.api().post(group + "/participants", Map.of("user_id", edsger.id()));
        String said = say(ada, "one");
        assertThat(status(said)).isEqualTo("sent");
        read(grace, said);
        assertThat(status(said)).isEqualTo("delivered");
        read(edsger, said);
        assertThat(status(said)).isEqualTo("read");
        assertThat(status(say(ada, "two"))).isEqualTo("sent");
        Person late = team.member("member");
        ada.api().post(group + "/participants", Map.of("user_id", late.id()));
        assertThat(status(said)).as("a later participant was not asked to").isEqualTo("read");
    }

    private String status(String message) {
        return grace.api().get("/messages/" + message).text("status");
    }

    @Test
    void messagesAreFoundByTheirWordsPageByPageByTheirReaders() {
        List<String> said = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            said.add(0, say(ada, "Turbine number " + i));
        }
        say(ada, "Nothing of the kind");
        assertThat(found(grace, "turbine")).isEqualTo(said);
        assertThat(found(grace, "turbine -4")).isEqualTo(said.subList(1, 5));
        List<String> paged = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = grace.api()
                    .get(team.path() + "/messages/search?q=turbine&limit=2" + cursor)
                    .body();
            page.path("items").forEach(item -> paged.add(item.path("id").stringValue()));
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").stringValue();
        } while (!cursor.isEmpty());
        assertThat(paged).isEqualTo(said);
        assertThat(found(team.member("member"), "turbine")).isEmpty();
        new Team(api)
                .owner()
                .api()
                .get(team.path() + "/messages/search?q=turbine")
                .assertProblem(404, "not-found", null);
        grace.api().get(team.path() + "/messages/search").assertProblem(422, "invalid-input", "q");
    }

    @Test
    void whatIsDeletedIsUnreadNoLongerAlsoWhereReadingStopped() {
        String first = say(ada, "one");
        String second = say(ada, "two");
        String third = say(ada, "three");
        read(grace, first);
        assertThat(unread(grace)).isEqualTo(2);
        ada.api().delete("/messages/" + second);
        assertThat(unread(grace)).isEqualTo(1);
        ada.api().delete("/messages/" + first);
        assertThat(unread(grace)).as("the one that was read last is gone").isEqualTo(1);
        assertThat(read(grace, second).body().path("unread_count").asInt())
                .as("one that was just deleted counts, too")
                .isEqualTo(1);
        assertThat(read(grace, third).body().path("unread_count").asInt()).isZero();
        ada.api().delete("/messages/" + third);
        assertThat(unread(grace)).isZero();
        say(ada, "four");
        assertThat(unread(grace)).isEqualTo(1);
    }

    @Test
    void messagesAreFoundInTheirPresentTextAndNoLongerByFormerParticipants() {
        String message = say(ada, "The turbine of Zürich stands still");
        assertThat(found(grace, "turbine")).containsExactly(message);
        ada.api().patch("/messages/" + message, Map.of("content", "The pump of Zürich runs"), "If-Match", "*");
        assertThat(found(grace, "turbine")).as("what it no longer says").isEmpty();
        assertThat(found(grace, "pump")).containsExactly(message);
        assertThat(found(ada, "pump")).containsExactly(message);
        String place =
                grace.api().get(group).body().path("participation").path("id").stringValue();
        assertThat(grace.api().delete(group + "/participants/" + place).status())
                .isEqualTo(204);
        assertThat(found(grace, "pump")).isEmpty();
        assertThat(found(ada, "pump")).containsExactly(message);
    }

    @Test
    void anEditIsHeldToWhatAMessageMayBe() {
        String message = say(ada, "As it was");
        Map<String, Integer> refused = new LinkedHashMap<>();
        refused.put("", 422);
        refused.put(" \t\n ", 422);
        refused.put("x".repeat(4001), 422);
        refused.put("x".repeat(999_000), 422);
        refused.put("x".repeat(1 << 20), 413);
        refused.put("a\u0000b", 422);
        refused.forEach((content, status) -> {
            ApiClient.Reply reply =
                    ada.api().patch("/messages/" + message, Map.of("content", content), "If-Match", "*");
            assertThat(reply.status())
                    .as(content.length() + ": " + reply.text())
                    .isEqualTo(status);
            assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
        });
        assertThat(ada.api().get("/messages/" + message).text("content")).isEqualTo("As it was");
        String odd = "a\u0001\u001b[31m\u007f\u202eb\u2028c\ud83d\ude80 \u0130stanbul \u05e9\u05dc\u05d5\u05dd";
        assertThat(ada.api()
                        .patch("/messages/" + message, Map.of("content", odd), "If-Match", "*")
                        .text("content"))
                .isEqualTo(odd);
        assertThat(grace.api().get("/messages/" + message).text("content")).isEqualTo(odd);
    }

    private String say(Person person, String text) {
        Map<String, Object> message = new HashMap<>(Map.of("content", text));
        return person.api().post(group + "/messages", message).text("id");
    }

    private ApiClient.Reply read(Person person, String message) {
        return person.api().put(group + "/read", Map.of("last_read_message_id", message));
    }

    private int unread(Person person) {
        return person.api()
                .get(group)
                .body()
                .path("participation")
                .path("unread_count")
                .asInt();
    }

    private List<String> list(Person person) {
        return person.api().get(group + "/messages").body().path("items").findValuesAsString("id");
    }

    private List<String> found(Person person, String words) {
        return person.api()
                .get(team.path() + "/messages/search?q=" + words.replace(" ", "+"))
                .body()
                .path("items")
                .findValuesAsString("id");
    }
}
