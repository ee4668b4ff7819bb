package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.rag.EventReader.Event;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;

/** Tests many, slow, late and repeated readers of the events of a chat, and a database that only reads. */
class EventReadersIT extends GroupChat {

    /** Sets a size beyond what a connection and the server together keep for a reader. */
    private static final int LONG_MESSAGES = 200;

    private static final int IDLE = 1000;
    private static final int OPENED_AT_ONCE = 50;

    @Test
    void aDatabaseThatOnlyReadsFailsAsADatabaseDoes() {
        Transactions transactions = here.bean(Transactions.class);
        assertThatExceptionOfType(DataAccessException.class)
                .isThrownBy(() -> transactions.execute(TenantContext.NONE, sql -> {
                    sql.sql("SET TRANSACTION READ ONLY").update();
                    sql.sql("DELETE FROM chat_presence").update();
                }))
                .matches(Transactions::isTransient);
    }

    @Test
    void readersThatTakeNothingDelayNoOtherAndMissNothing() throws Exception {
        // more of them than there are threads that deliver
        List<StalledReader> stalled = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            stalled.add(new StalledReader(here.port(), ada.api().token(), group));
        }
        StalledReader dead = new StalledReader(here.port(), grace.api().token(), group);
        try (EventReader quick = EventReader.open(ada.api(), group, "")) {
            quick.await("ready");
            dead.awaitReady();
            for (StalledReader reader : stalled) {
                reader.awaitReady();
            }
            String content = "€".repeat(4000);
            for (int i = 0; i < LONG_MESSAGES; i++) {
                String id = say(ada, content);
                quick.await(event ->
                        event.data().path("message").path("id").asString("").equals(id));
            }
            long number =
                    Long.parseLong(quick.seen().get(quick.seen().size() - 1).id());
            for (StalledReader reader : stalled) {
                long last = reader.readMessages(LONG_MESSAGES);
                if (last < number) {
                    // on a machine so slow that it has been cut off meanwhile
                    try (EventReader back = EventReader.open(ada.api(), group, Long.toString(last))) {
                        for (long next = last + 1; next <= number; next++) {
                            assertThat(back.await("message").id()).isEqualTo(Long.toString(next));
                        }
                    }
                }
            }
            if (quick.seen().stream().noneMatch(event -> event.name().equals("absent"))) {
                quick.await("absent");
            }
            assertThat(quick.seen().stream()
                            .filter(event -> event.name().equals("absent"))
                            .map(event -> event.data().path("user_id").stringValue()))
                    .as("a reader that never takes anything is disconnected")
                    .containsExactly(grace.id());
        }
        for (StalledReader reader : stalled) {
            reader.close();
        }
        dead.close();
    }

    @Test
    void aReaderThatComesBackTooLateIsToldToReadTheChatAgain() {
        EventReader reader = EventReader.open(ada.api(), group, "");
        String ready = reader.await("ready").id();
        reader.close();
        say(ada, "one");
        say(ada, "two");
        here.execute("update chat_events set occurred_at = now() - interval '8 days'");
        here.execute("select purge_chat_events(100000)");
        for (String tooLate : List.of(ready, "999999", "nonsense")) {
            EventReader late = EventReader.open(ada.api(), group, tooLate);
            Event resync = late.await("resync");
            assertThat(Long.parseLong(resync.id())).isEqualTo(Long.parseLong(ready) + 2);
            String next = say(ada, "three");
            assertThat(late.await("message").data().path("message").path("id").stringValue())
                    .isEqualTo(next);
            late.close();
            ada.api().delete("/messages/" + next);
            here.execute("delete from chat_events where number > " + resync.id());
        }
        assertThat(ada.api()
                        .get(group + "/events?after=0")
                        .body()
                        .path("resync")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void eventsAreReadOnceToo() {
        String message = say(ada, "Hello");
        var events = grace.api().get(group + "/events?after=0&limit=500").body();
        assertThat(events.path("resync").asBoolean()).isFalse();
        assertThat(events.path("items").findValuesAsString("type")).contains("participant", "message");
        assertThat(events.path("items").findValuesAsString("content")).containsExactly("Hello");
        assertThat(grace.api()
                        .get(group + "/events?after=" + events.path("last").asLong())
                        .body()
                        .path("items"))
                .isEmpty();
        assertThat(message).isNotEmpty();
    }

    @Test
    void aThousandIdleStreamsTakeNoThreads() throws InterruptedException {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        CountDownLatch told = new CountDownLatch(IDLE);
        int before = ManagementFactory.getThreadMXBean().getThreadCount();
        List<CompletableFuture<?>> streams = new ArrayList<>();
        // In groups: opening a thousand at once takes threads for a moment, which is not what is asked here.
        while (streams.size() < IDLE) {
            CountDownLatch ready = new CountDownLatch(OPENED_AT_ONCE);
            for (int i = 0; i < OPENED_AT_ONCE; i++) {
                streams.add(http.sendAsync(
                        HttpRequest.newBuilder(URI.create(ada.api().address() + "/api/v1" + group + "/events"))
                                .header("Authorization", "Bearer " + ada.api().token())
                                .header("Accept", "text/event-stream")
                                .build(),
                        HttpResponse.BodyHandlers.fromLineSubscriber(new LineCounter(ready, told))));
            }
            assertThat(ready.await(120, TimeUnit.SECONDS))
                    .as(ready.getCount() + " streams are not open")
                    .isTrue();
        }
        assertThat(ManagementFactory.getThreadMXBean().getThreadCount() - before)
                .as("threads of both sides")
                .isLessThan(200);
        say(ada, "Good morning, everybody");
        assertThat(told.await(120, TimeUnit.SECONDS))
                .as(told.getCount() + " were not told")
                .isTrue();
        streams.forEach(stream -> stream.cancel(true));
    }
}
