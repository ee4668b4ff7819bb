package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.EventReader.Event;
import io.arketic.rag.Team.Person;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests two processes of the API on one database: changes through one are visible through the other. */
class EventsIT extends GroupChat {

    private static final int MESSAGES = 200;

    private RunningApi there;

    @BeforeAll
    void start() {
        there = here.beside();
    }

    @AfterAll
    void stop() {
        there.close();
    }

    @Test
    void aReaderThatDropsAndReturnsMissesNothingAndSeesNothingTwice() throws InterruptedException {
        ConcurrentLinkedQueue<String> posted = new ConcurrentLinkedQueue<>();
        List<Event> received = new ArrayList<>();
        EventReader reader = EventReader.open(there(grace), group, "");
        reader.await("ready");
        List<Thread> writers = List.of(writer(ada.api(), posted), writer(there(ada), posted));
        writers.forEach(Thread::start);
        for (int drops = 0; drops < 4; drops++) {
            for (int events = 0; events < 30; events++) {
                received.add(reader.await("message"));
            }
            reader.close();
            String last = received.get(received.size() - 1).id();
            reader = EventReader.open(drops % 2 == 0 ? grace.api() : there(grace), group, last);
        }
        for (Thread writer : writers) {
            writer.join();
        }
        while (received.size() < MESSAGES) {
            received.add(reader.await("message"));
        }
        String last = say(ada, "The last one");
        assertThat(reader.await("message").data().path("message").path("id").stringValue())
                .as("nothing came twice before it")
                .isEqualTo(last);
        reader.close();
        assertThat(received.stream()
                        .map(event -> event.data().path("message").path("id").stringValue()))
                .containsExactlyInAnyOrderElementsOf(posted);
        long first = Long.parseLong(received.get(0).id());
        assertThat(received.stream().map(event -> Long.parseLong(event.id())))
                .containsExactlyElementsOf(
                        LongStream.range(first, first + MESSAGES).boxed().toList());
    }

    @Test
    void editsDeletionsReadMarksAndMomentsAreSeenThroughTheOtherProcess() {
        try (EventReader reader = EventReader.open(there(grace), group, "")) {
            assertThat(reader.await("ready").data().path("present").get(0).stringValue())
                    .isEqualTo(grace.id());
            EventReader adas = EventReader.open(ada.api(), group, "");
            assertThat(adas.await("ready").data().path("present")).hasSize(2);
            assertThat(reader.await("present").data().path("user_id").stringValue())
                    .isEqualTo(ada.id());
            String message = say(ada, "Gud morning");
            assertThat(reader.await("message")
                            .data()
                            .path("message")
                            .path("content")
                            .stringValue())
                    .isEqualTo("Gud morning");
            ada.api().patch("/messages/" + message, Map.of("content", "Good morning"), "If-Match", "*");
            assertThat(reader.await("message_edited")
                            .data()
                            .path("message")
                            .path("content")
                            .stringValue())
                    .isEqualTo("Good morning");
            assertThat(there(grace)
                            .put(group + "/read", Map.of("last_read_message_id", message))
                            .status())
                    .isEqualTo(200);
            assertThat(adas.await("read")
                            .data()
                            .path("participant")
                            .path("last_read_message_id")
                            .stringValue())
                    .isEqualTo(message);
            assertThat(there(grace).post(group + "/typing", Map.of()).status()).isEqualTo(204);
            Event typing = adas.await("typing");
            assertThat(typing.data().path("user_id").stringValue()).isEqualTo(grace.id());
            assertThat(typing.id()).isEmpty();
            ada.api().delete("/messages/" + message);
            assertThat(reader.await("message_deleted")
                            .data()
                            .path("message")
                            .path("content")
                            .stringValue())
                    .isEmpty();
            ada.api().patch(group, Map.of("title", "Us"), "If-Match", "*");
            assertThat(reader.await("chat").data().path("chat").path("title").stringValue())
                    .isEqualTo("Us");
            adas.close();
            say(grace, "Are you there?"); // a process notices a closed connection when it writes to it
            say(grace, "Ada?");
            assertThat(reader.await("absent").data().path("user_id").stringValue())
                    .isEqualTo(ada.id());
        }
    }

    @Test
    void twoDevicesOfOnePersonSeeTheSameAndAreOnePresence() {
        try (EventReader reader = EventReader.open(grace.api(), group, "")) {
            reader.await("ready"); // users who come before it are part of it and need no event after it
            EventReader laptop = EventReader.open(ada.api(), group, "");
            laptop.await("ready");
            assertThat(reader.await("present").data().path("user_id").stringValue())
                    .isEqualTo(ada.id());
            EventReader phone = EventReader.open(there(ada), group, "");
            assertThat(phone.await("ready").data().path("present"))
                    .as("two users, one of them twice")
                    .hasSize(2);
            String message = say(ada, "From one of my devices");
            for (EventReader device : List.of(laptop, phone, reader)) {
                assertThat(device.await("message")
                                .data()
                                .path("message")
                                .path("id")
                                .stringValue())
                        .isEqualTo(message);
            }
            there(ada).put(group + "/read", Map.of("last_read_message_id", message));
            assertThat(laptop.await("read")
                            .data()
                            .path("participant")
                            .path("user_id")
                            .stringValue())
                    .as("read on the other one")
                    .isEqualTo(ada.id());
            phone.close();
            say(grace, "Are you there?"); // a process notices a closed connection when it writes to it
            say(grace, "Ada?");
            awaitPresences(1);
            EventReader late = EventReader.open(grace.api(), group, "");
            assertThat(late.await("ready").data().path("present"))
                    .as("the other device is still there")
                    .hasSize(2);
            late.close();
            laptop.close();
        }
    }

    /** Waits until Ada is present through this many processes. */
    private void awaitPresences(int processes) {
        Instant deadline = Instant.now().plusSeconds(30);
        String rows = "select count(*) from chat_presence where user_id = '" + ada.id() + "' and present_until > now()";
        while (here.count(rows) != processes) {
            assertThat(Instant.now()).as("presence of a closed stream").isBefore(deadline);
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }

    @Test
    void aRemovedParticipantLosesTheOpenStreamAtOnce() {
        EventReader reader = EventReader.open(there(grace), group, "");
        reader.await("ready");
        String place =
                grace.api().get(group).body().path("participation").path("id").stringValue();
        ada.api().delete(group + "/participants/" + place);
        assertThat(reader.await("error").data().path("type").stringValue()).isEqualTo("urn:arketic:problem:not-found");
        reader.awaitEnd();
        say(ada, "Among ourselves");
        assertThat(reader.seen()).extracting(Event::name).doesNotContain("message");
        assertThat(grace.api().get(group + "/events").status()).isEqualTo(404);

        EventReader own = EventReader.open(ada.api(), group, "");
        own.await("ready");
        team.dismiss(ada);
        own.await("error");
        own.awaitEnd();
    }

    @Test
    void aStreamEndsWithItsSessionOrKey() {
        ApiClient again = here.client().as(logIn(grace));
        EventReader session = EventReader.open(there.client().as(again.token()), group, "");
        EventReader other = EventReader.open(grace.api(), group, "");
        session.await("ready");
        other.await("ready");
        assertThat(again.post("/auth/logout", "").status()).isEqualTo(204);
        assertThat(session.await("error").data().path("type").stringValue())
                .isEqualTo("urn:arketic:problem:unauthenticated");
        session.awaitEnd();
        String message = say(ada, "Who is still there?");
        assertThat(other.await("message").data().path("message").path("id").stringValue())
                .as("the other session goes on")
                .isEqualTo(message);
        other.close();

        String settings = team.path() + "/settings";
        ada.api().patch(settings, Map.of("enable_api_access", true), "If-Match", "*");
        JsonNode key = ada.api()
                .post(team.path() + "/api-keys", Map.of("name", "reader", "scopes", List.of("read", "chat")))
                .body();
        EventReader program = EventReader.open(here.client().as(key.path("key").stringValue()), group, "");
        program.await("ready");
        ada.api().delete(team.path() + "/api-keys/" + key.path("id").stringValue());
        program.await("error");
        program.awaitEnd();
    }

    @Test
    void aStreamThatCannotBeReadForEndsInsteadOfStayingSilent() {
        here.execute("alter type organization_role add value if not exists 'of a newer version'");
        try (EventReader reader = EventReader.open(there(grace), group, "")) {
            reader.await("ready");
            team.give(grace, "of a newer version");
            say(ada, "Still there?");
            reader.awaitEnd();
        }
    }

    @Test
    void attachingAndLosingAKnowledgeBaseIsTold() {
        String base = ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        try (EventReader reader = EventReader.open(there(grace), group, "")) {
            reader.await("ready");
            ada.api().patch(group, Map.of("knowledge_base_ids", List.of(base)), "If-Match", "*");
            assertThat(reader.await("chat").data().path("chat").path("knowledge_base_ids"))
                    .hasSize(1);
            ada.api().patch(group, Map.of("knowledge_base_ids", List.of()), "If-Match", "*");
            assertThat(reader.await("chat").data().path("chat").path("knowledge_base_ids"))
                    .isEmpty();
            ada.api().patch(group, Map.of("knowledge_base_ids", List.of(base)), "If-Match", "*");
            reader.await("chat");
            here.execute("delete from knowledge_bases where id = '" + base + "'");
            assertThat(reader.await("chat").data().path("chat").path("knowledge_base_ids"))
                    .isEmpty();
            String message = say(ada, "Done");
            assertThat(reader.await(event -> !event.name().isEmpty())
                            .data()
                            .path("message")
                            .path("id")
                            .stringValue())
                    .as("each was told once")
                    .isEqualTo(message);
        }
    }

    @Test
    void eventsWithoutAListenerAreDeliveredToTheNextOne() {
        try (EventReader reader = EventReader.open(there(grace), group, "")) {
            reader.await("ready");
            here.execute("select pg_terminate_backend(pid) from pg_stat_activity "
                    + "where application_name = 'arketic-listener' and datname = current_database()");
            String message = say(ada, "Does anybody hear me?");
            assertThat(reader.await("message").data().path("message").path("id").stringValue())
                    .isEqualTo(message);
        }
    }

    private Thread writer(ApiClient client, ConcurrentLinkedQueue<String> posted) {
        return new Thread(() -> {
            for (int i = 0; i < MESSAGES / 2; i++) {
                posted.add(client.post(group + "/messages", Map.of("content", "Message " + i))
                        .text("id"));
            }
        });
    }

    /** Returns the same user through the other process. */
    private ApiClient there(Person person) {
        return there.client().as(person.api().token());
    }
}
