package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Tests that each question has an end under every failure of its answering. */
class LostAnswersIT {

    private static final String QUESTION = "How often must the filter be changed?";

    private final RunningApi api = RunningApi.shared();
    private Team team;
    private Person ada;
    private String chat;
    private String marker;

    @BeforeEach
    void aChatAboutADocument() throws Exception {
        team = new Team(api);
        ada = team.owner();
        marker = "M" + UUID.randomUUID().toString().replace("-", "");
        String base = ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        IndexedText.put(
                api, ada.api(), base, "pump.txt", "The filter of " + marker + " must be changed every ninety days.");
        chat = team.chat(ada, Map.of("title", "Pumps"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/event-stream"})
    void anAnswerThatCannotBeStoredIsKeptAsFailed(String accept) {
        refuse("23514");
        assertThat(ask(ada.api(), accept).text()).contains("urn:arketic:problem:internal");
        JsonNode failed = latest();
        assertThat(failed.path("status").stringValue()).isEqualTo("failed");
        assertThat(failed.path("failure_reason").stringValue()).isEqualTo("internal");
        assertThat(open()).isZero();
    }

    @Test
    @Timeout(60)
    void anAnswerThatTheDatabaseCouldNotTakeIsKeptLater() {
        refuse("25006");
        ask(ada.api(), "application/json").assertProblem(503, "database-unavailable", null);
        assertThat(open()).isEqualTo(1);
        assertThat(latest().path("message_type").stringValue()).isEqualTo("user");
        accept();
        Instant deadline = Instant.now().plus(Duration.ofSeconds(40));
        while (open() > 0 && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        assertThat(latest().path("content").stringValue()).contains("ninety days");
        assertThat(latest().path("status").stringValue()).isNotEqualTo("failed");
    }

    @Test
    void aQuestionWhoseProcessIsGoneEndsAsFailed() {
        String question = ada.api()
                .post(chat + "/messages", Map.of("content", "Who knows?", "ask", false))
                .text("id");
        String id = chat.substring("/chats/".length());
        api.execute("insert into open_questions (organization_id, chat_id, message_id, open_until) values ('"
                + team.id() + "', '" + id + "', '" + question + "', now() - interval '1 second')");
        Instant deadline = Instant.now().plus(Duration.ofSeconds(40));
        while (open() > 0 && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        JsonNode failed = latest();
        assertThat(failed.path("reply_to_id").stringValue()).isEqualTo(question);
        assertThat(failed.path("status").stringValue()).isEqualTo("failed");
        assertThat(failed.path("failure_reason").stringValue()).isEqualTo("answer-lost");
    }

    /** As where a process stands still for longer than its questions stay open. */
    @Test
    @Timeout(120)
    void anAnswerThatComesAfterItsQuestionWasGivenUpIsNotAdded() throws Exception {
        try (PacedModel model = new PacedModel("Every ninety ", "days [1].");
                RunningApi slow = api.beside(Map.of("arketic.chat.base-url", model.address()))) {
            ApiClient there = slow.client().as(ada.api().token());
            CompletableFuture<ApiClient.Reply> asked =
                    CompletableFuture.supplyAsync(() -> ask(there, "application/json"));
            model.awaitCall();
            Awaiting.await("the question is given up", () -> {
                api.execute("update open_questions set open_until = now() - interval '1 second'");
                return open() == 0;
            });
            model.end();
            asked.join().assertProblem(500, "answer-lost", null);
        }
        JsonNode usage = ada.api().get(team.path() + "/usage").body();
        assertThat(usage.path("months").path(0).path("ai_tokens").asInt(0))
                .as("the model was asked, and is paid for")
                .isPositive();
        assertThat(latest().path("failure_reason").stringValue()).isEqualTo("answer-lost");
        assertThat(api.count("select count(*) from chat_messages where message_type = 'ai' and chat_id = '"
                        + chat.substring("/chats/".length()) + "'"))
                .isEqualTo(1);
    }

    @Test
    @Timeout(60)
    void anAnswerThatIsStoredLaterIsNotAskedForAgainUnderItsKey() {
        refuse("25006");
        String[] key = {"Idempotency-Key", "later-" + marker};
        Map<String, Object> question = Map.of("content", QUESTION);
        ada.api().post(chat + "/messages", question, key).assertProblem(503, "database-unavailable", null);
        ada.api().post(chat + "/messages", question, key).assertProblem(409, "idempotency-key-under-way", null);
        accept();
        Awaiting.await("the answer", () -> open() == 0);
        assertThat(api.count("select count(*) from chat_messages where chat_id = '" + chat.substring("/chats/".length())
                        + "'"))
                .isEqualTo(2);
        JsonNode usage = ada.api().get(team.path() + "/usage").body();
        assertThat(usage.path("ai_requests").path("used").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/event-stream"})
    @Timeout(120)
    void aChatThatIsDeletedWhileItIsAskedIsNotFoundAndOnlyChargedForWhatWasRead(String accept) throws Exception {
        boolean read;
        try (PacedModel model = new PacedModel("Every ninety ", "days [1].");
                RunningApi slow = api.beside(Map.of("arketic.chat.base-url", model.address()))) {
            ApiClient there = slow.client().as(ada.api().token());
            CompletableFuture<ApiClient.Reply> asked = CompletableFuture.supplyAsync(() -> ask(there, accept));
            model.awaitCall();
            assertThat(ada.api().delete(chat).status()).isEqualTo(204);
            model.end();
            ApiClient.Reply reply = asked.join();
            read = reply.text().contains("event:token");
            if (accept.equals("application/json")) {
                reply.assertProblem(404, "not-found", null);
            } else {
                assertThat(reply.text()).contains("event:error", "urn:arketic:problem:not-found");
            }
        }
        JsonNode usage = ada.api().get(team.path() + "/usage").body();
        // A stream may have given a part of it before the chat was lost: that is paid for.
        assertThat(usage.path("ai_requests").path("used").asInt()).isEqualTo(read ? 1 : 0);
        assertThat(usage.path("months").path(0).path("ai_tokens").asInt(0) > 0).isEqualTo(read);
        assertThat(api.text("select string_agg(d::text, chr(10)) from counter_drift() d"))
                .isNull();
    }

    @Test
    @Timeout(120)
    void theRequestOfADeletedChatIsGivenBackOnceWhereTheAcknowledgementWasLost() throws Exception {
        assertThat(ask(ada.api(), "application/json").status()).isEqualTo(200);
        String deleted = team.chat(ada, Map.of("title", "Deleted"));
        try (PacedModel model = new PacedModel("Every ninety ", "days [1].");
                ForgetfulDatabase database =
                        new ForgetfulDatabase(api.database().url(), "cancel_ai", "pg_xact_status");
                RunningApi slow = api.beside(
                        Map.of("arketic.chat.base-url", model.address(), "arketic.database.url", database.url()))) {
            ApiClient there = slow.client().as(ada.api().token());
            CompletableFuture<ApiClient.Reply> asked =
                    CompletableFuture.supplyAsync(() -> ask(there, "application/json", deleted));
            model.awaitCall();
            assertThat(ada.api().delete(deleted).status()).isEqualTo(204);
            model.end();
            assertThat(asked.join().status()).isEqualTo(503);
            Awaiting.await("the next try", () -> database.laters() > 0);
        }
        JsonNode usage = ada.api().get(team.path() + "/usage").body();
        assertThat(usage.path("ai_requests").path("used").asInt()).isEqualTo(1);
        assertThat(api.text("select string_agg(d::text, chr(10)) from counter_drift() d"))
                .isNull();
    }

    @Test
    @Timeout(120)
    void whatWasReadOfAnAnswerIsChargedAlsoWhereItsChatIsDeleted() throws Exception {
        String beginning = "The filter of the pump is changed every ninety days, and never later. ";
        try (PacedModel model = new PacedModel(beginning, "That is all [1].");
                RunningApi slow = api.beside(Map.of("arketic.chat.base-url", model.address()))) {
            ApiClient there = slow.client().as(ada.api().token());
            try (EventReader events = EventReader.asking(there, chat, QUESTION)) {
                events.await(event -> event.name().equals("token"));
                assertThat(ada.api().delete(chat).status()).isEqualTo(204);
                model.end();
                // Sent after its end was kept.
                events.await(event -> event.name().equals("error"));
            }
        }
        JsonNode usage = ada.api().get(team.path() + "/usage").body();
        assertThat(usage.path("ai_requests").path("used").asInt()).isEqualTo(1);
        assertThat(usage.path("months").path(0).path("ai_tokens").asInt(0)).isPositive();
        assertThat(api.text("select string_agg(d::text, chr(10)) from counter_drift() d"))
                .isNull();
    }

    @Test
    @Timeout(120)
    void anAnswerWhoseQuestionIsDeletedMeanwhilePointsAtWhatIsLeftOfIt() throws Exception {
        try (PacedModel model = new PacedModel("Every ninety ", "days [1].");
                RunningApi slow = api.beside(Map.of("arketic.chat.base-url", model.address()))) {
            ApiClient there = slow.client().as(ada.api().token());
            CompletableFuture<ApiClient.Reply> asked =
                    CompletableFuture.supplyAsync(() -> ask(there, "application/json"));
            model.awaitCall();
            String question = latest().path("id").stringValue();
            assertThat(ada.api().delete("/messages/" + question).status()).isEqualTo(204);
            model.end();
            assertThat(asked.join().text("reply_to_id")).isEqualTo(question);
            JsonNode left = ada.api().get("/messages/" + question).body();
            assertThat(left.path("is_deleted").asBoolean()).isTrue();
            assertThat(left.path("content").stringValue()).isEmpty();
        }
    }

    @Test
    void readingUpToAMessageThatWasJustDeletedCounts() {
        Person grace = team.member("member");
        String group = team.chat(
                ada,
                Map.of(
                        "title",
                        "Us",
                        "chat_type",
                        "group",
                        "participant_ids",
                        java.util.List.of(grace.id()),
                        "enable_ai_responses",
                        false));
        ada.api().post(group + "/messages", Map.of("content", "One"));
        String last =
                ada.api().post(group + "/messages", Map.of("content", "Two")).text("id");
        ada.api().delete("/messages/" + last);
        ApiClient.Reply read = grace.api().put(group + "/read", Map.of("last_read_message_id", last));
        assertThat(read.status()).as(read.text()).isEqualTo(200);
        assertThat(read.body().path("unread_count").asInt()).isZero();
        grace.api()
                .put(
                        group + "/read",
                        Map.of("last_read_message_id", UUID.randomUUID().toString()))
                .assertProblem(422, "invalid-input", "last_read_message_id");
    }

    private static ApiClient.Reply ask(ApiClient by, String accept, String chat) {
        return by.post(chat + "/messages", Map.of("content", QUESTION), "Accept", accept);
    }

    private ApiClient.Reply ask(ApiClient by, String accept) {
        return ask(by, accept, chat);
    }

    /** Makes the database refuse answers that contain this test's word. */
    private void refuse(String state) {
        api.execute("create or replace function refuse_" + marker + "() returns trigger language plpgsql as $$ begin"
                + " raise exception using errcode = '" + state + "', message = 'not now'; end $$");
        api.execute("create trigger refuse_" + marker + " before insert on chat_messages for each row when"
                + " (new.message_type = 'ai' and new.content like '%" + marker + "%') execute function refuse_" + marker
                + "()");
    }

    private void accept() {
        api.execute("drop trigger refuse_" + marker + " on chat_messages");
    }

    private long open() {
        return api.count(
                "select count(*) from open_questions where chat_id = '" + chat.substring("/chats/".length()) + "'");
    }

    private JsonNode latest() {
        return ada.api().get(chat + "/messages").body().path("items").get(0);
    }
}
