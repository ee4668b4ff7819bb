package io.arketic.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.ingest.LossyStore.Stall;
import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.event.ObjectEvent.Kind;
import io.arketic.ingest.object.IngestOutcome;
import io.arketic.ingest.object.IngestOutcome.End;
import io.arketic.ingest.object.IngestServices;
import io.arketic.ingest.queue.Marks;
import io.arketic.ingest.settings.IngestSettings;
import io.arketic.ingest.settings.Topics;
import io.arketic.schema.ledger.ObjectQueue.Leased;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** Tests two executors on one object, the first of which stands still while the second one finishes the object. */
@TestInstance(Lifecycle.PER_CLASS)
class ObjectFenceIT {

    private static final Instant WRITTEN = Instant.parse("2026-11-29T10:00:00Z");
    private static final String FIRST = "The ferry to the north island leaves at seven every morning.";
    private static final String FIRST_ETAG = "0b6963f7d28e17f72900150983cd24fb";
    private static final String SECOND = "The ferry to the south island leaves at nine every evening.";
    private static final String SECOND_ETAG = "7d28e17f72900150983cd24fb0b6963f";

    private Testbed bed;
    private LossyStore store;
    private IngestServices services;

    @BeforeAll
    void start() throws Exception {
        bed = new Testbed();
        store = new LossyStore();
        bed.environment().put("ARKETIC_STORE_ENDPOINT", store.endpoint());
        IngestSettings settings = bed.settings();
        Topics.create(settings.kafka());
        services = IngestServices.acquire(settings);
    }

    @AfterAll
    void stop() throws Exception {
        services.release();
        store.close();
        bed.close();
    }

    @Test
    @Timeout(120)
    void whatWakesUpWithAnotherVersionChangesNothing() throws Exception {
        for (int seconds : new int[] {-86_400, 86_400}) { // its version may look older or newer than what came after it
            String key = bed.key("sleeper" + seconds + ".txt");
            store.hold(FIRST, FIRST_ETAG, WRITTEN.plusSeconds(seconds));
            Stall stall = store.stallNext("GET");
            CompletableFuture<IngestOutcome> sleeper = lookLater(key);
            stall.await();

            store.hold(SECOND, SECOND_ETAG, WRITTEN);
            assertThat(look(key).end()).isEqualTo(End.INDEXED);
            stall.release();

            assertThat(sleeper.get(60, TimeUnit.SECONDS).end()).isEqualTo(End.OVERTAKEN);
            assertThat(bed.text(key)).isEqualTo(SECOND);
            assertThat(bed.documentVersion(key)).isEqualTo(1);
            assertThat(bed.states(key)).containsExactly("superseded", "indexed");
        }
    }

    @Test
    @Timeout(120)
    void whatSawNoObjectDoesNotDeleteTheOneThatCameSince() throws Exception {
        String key = bed.key("absent.txt");
        store.hold(FIRST, FIRST_ETAG, WRITTEN);
        assertThat(look(key).end()).isEqualTo(End.INDEXED);
        store.remove();
        Stall stall = store.stallNext("HEAD");
        CompletableFuture<IngestOutcome> sleeper = lookLater(key);
        stall.await();

        store.hold(SECOND, SECOND_ETAG, WRITTEN.plusSeconds(1));
        assertThat(look(key).end()).isEqualTo(End.INDEXED);
        stall.release();

        assertThat(sleeper.get(60, TimeUnit.SECONDS).end()).as("looked again").isEqualTo(End.REPEATED);
        assertThat(bed.text(key)).isEqualTo(SECOND);
        assertThat(bed.states(key)).containsExactly("superseded", "indexed");
    }

    @Test
    @Timeout(120)
    void anOlderObjectThatIsPutBackIsWhatIsFound() throws Exception {
        String key = bed.key("put-back.txt");
        store.hold(FIRST, FIRST_ETAG, WRITTEN);
        assertThat(look(key).end()).isEqualTo(End.INDEXED);
        store.hold(SECOND, SECOND_ETAG, WRITTEN.minusSeconds(86_400)); // touch -d yesterday
        assertThat(look(key).end()).isEqualTo(End.INDEXED);
        assertThat(bed.text(key)).isEqualTo(SECOND);

        store.hold(FIRST, FIRST_ETAG, WRITTEN); // the newer version, put back
        assertThat(look(key).end()).isEqualTo(End.INDEXED);
        assertThat(bed.text(key)).isEqualTo(FIRST);
        store.hold(SECOND, SECOND_ETAG, WRITTEN.minusSeconds(86_400)); // and the older again
        assertThat(look(key).end()).isEqualTo(End.INDEXED);
        assertThat(bed.text(key)).isEqualTo(SECOND);
        assertThat(look(key).end()).isEqualTo(End.REPEATED);
        assertThat(bed.states(key)).containsExactly("superseded", "indexed");
    }

    @Test
    @Timeout(180)
    void whatOthersOvertakeAtEachLookGoesBackToTheQueueWithItsEvents() throws Exception {
        String key = bed.key("contested.txt");
        store.hold(FIRST, FIRST_ETAG, WRITTEN);
        ObjectEvent event = new ObjectEvent(bed.bucket(), key, Kind.CREATED, FIRST_ETAG, 3, WRITTEN);
        Marks marks = new Marks(services.marks(), true, Clock.systemUTC());
        marks.add(event);
        marks.flush();
        UUID owner = UUID.randomUUID();
        Leased leased = lease(owner, key);
        List<IngestOutcome> outcomes = new CopyOnWriteArrayList<>();
        QueuedLook queued = new QueuedLook(services, outcomes::add);

        Stall stall = store.stallNext("HEAD");
        CompletableFuture<Boolean> looks = later(() -> queued.look(leased));
        for (int i = 0; i < 6; i++) {
            stall.await();
            store.hold(SECOND + i, "%032x".formatted(i), WRITTEN.plusSeconds(i));
            assertThat(look(key).end()).as("raises the epoch").isEqualTo(End.INDEXED);
            Stall next = store.stallNext("HEAD");
            stall.release();
            stall = next;
        }

        assertThat(looks.get(60, TimeUnit.SECONDS)).as("settled").isFalse();
        stall.release();
        assertThat(outcomes).extracting(IngestOutcome::end).containsExactly(End.RETURNED);
        assertThat(bed.text(key)).isEqualTo(SECOND + 5);
        services.queue().renew(owner, List.of(), Duration.ofMinutes(1)); // as the enumerator does
        assertThat(services.queue().lease(owner, List.of(key), Duration.ofMinutes(5)))
                .as("rests")
                .isEmpty();
        assertThat(services.queue().waits(services.queue().now())).isTrue();
    }

    private Leased lease(UUID owner, String key) throws Exception {
        return services.queue()
                .lease(owner, List.of(key), Duration.ofMinutes(5))
                .get(0);
    }

    private CompletableFuture<IngestOutcome> lookLater(String key) {
        return later(() -> look(key));
    }

    private static <T> CompletableFuture<T> later(Callable<T> work) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return work.call();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
    }

    private IngestOutcome look(String key) throws Exception {
        return services.ingest().look(new ObjectEvent(bed.bucket(), key, Kind.CREATED, null, 3, Instant.now()));
    }
}
