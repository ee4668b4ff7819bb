package io.arketic.ingest.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.ingest.Deadline;
import io.arketic.ingest.EmbeddingEndpoint;
import io.arketic.ingest.LossyStore;
import io.arketic.ingest.Testbed;
import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.event.ObjectEvent.Kind;
import io.arketic.ingest.flow.ParkedObjectException;
import io.arketic.ingest.flow.Retry;
import io.arketic.ingest.listing.OverdueObjects;
import io.arketic.ingest.object.IngestOutcome.End;
import io.arketic.ingest.settings.IngestSettings;
import io.arketic.ingest.settings.Topics;
import io.arketic.schema.ledger.ObjectVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** Tests one object at a time, on a real database and broker, with a store that loses its objects. */
@TestInstance(Lifecycle.PER_CLASS)
class ObjectIngestIT {

    private static final Instant WRITTEN = Instant.parse("2026-11-29T10:00:00Z");
    private static final String OLD_TEXT = "The pumps of the north plant are greased every spring.";
    private static final String OLD_ETAG = "0b6963f7d28e17f72900150983cd24fb";
    private static final String NEW_TEXT = "The valves of the south plant are greased every autumn.";
    private static final String NEW_ETAG = "7d28e17f72900150983cd24fb0b6963f";

    private Testbed bed;
    private LossyStore store;
    private EmbeddingEndpoint endpoint;
    private IngestSettings settings;
    private IngestServices services;

    @BeforeAll
    void start() throws Exception {
        bed = new Testbed();
        store = new LossyStore();
        bed.environment().put("ARKETIC_STORE_ENDPOINT", store.endpoint());
        endpoint = new EmbeddingEndpoint();
        endpoint.configure(bed.environment());
        settings = bed.settings();
        Topics.create(settings.kafka());
        services = IngestServices.acquire(settings);
    }

    @AfterAll
    void stop() throws Exception {
        services.release();
        store.close();
        endpoint.close();
        bed.close();
    }

    @Test
    @Timeout(60)
    void whatTheStoreNamesAndDoesNotGiveIsDeadAfterAFewLooks() throws Exception {
        String key = bed.key("lost.txt");
        store.refuse(404, "NoSuchKey");

        IngestOutcome outcome = look(key);

        assertThat(outcome.end()).isEqualTo(End.DEAD);
        assertThat(bed.states(key)).containsExactly("dead");
        assertThat(bed.reason(key)).isEqualTo("UNREADABLE_OBJECT");
        assertThat(store.gets()).isEqualTo(6);
        assertThat(look(key).end()).isEqualTo(End.REPEATED);
    }

    @Test
    @Timeout(60)
    void aBucketThatNoTextOfTheDatabaseCanNameIsDeadAndStopsNoOtherFile() throws Exception {
        ObjectEvent forged = new ObjectEvent("kn\0wledge", bed.key("a.txt"), Kind.CREATED, null, 3, Instant.now());
        assertThat(services.ingest().look(forged).end()).isEqualTo(End.DEAD);
    }

    @Test
    @Timeout(60)
    void whatTheStoreKeepsInAnArchiveIsParkedAndStopsNoOtherFile() throws Exception {
        String key = bed.key("archived.txt");
        store.refuse(403, "InvalidObjectState");

        assertThat(look(key).end()).isEqualTo(End.PARKED);

        assertThat(bed.reason(key)).isEqualTo("OBJECT_ARCHIVED");
        assertThat(bed.states(key)).isEqualTo(List.of("received"));
    }

    @Test
    @Timeout(60)
    void whatTheStoreRefusesAloneIsParkedAndStopsNoOtherFile() throws Exception {
        String unread = bed.key("unread.txt");
        store.refuse(403, "AccessDenied");
        assertThat(look(unread).end()).isEqualTo(End.PARKED);
        assertThat(bed.reason(unread)).isEqualTo("ACCESS_DENIED");
        assertThat(bed.states(unread)).containsExactly("received");

        String unseen = bed.key("unseen.txt");
        store.deny(true, false);
        assertThat(look(unseen).end()).isEqualTo(End.DEAD);
        assertThat(bed.reason(unseen)).isEqualTo("ACCESS_DENIED");
        assertThat(bed.states(unseen)).containsExactly("dead");
    }

    @Test
    @Timeout(120)
    void whatIsIndexedAndDeniedLaterKeepsItsText() throws Exception {
        String key = bed.key("rights.txt");
        store.hold(OLD_TEXT, OLD_ETAG, WRITTEN);
        index(key);
        long chunks = bed.chunks(key);
        assertThat(chunks).isPositive();

        store.deny(true, false);
        assertThat(look(key, null).end()).isEqualTo(End.REPEATED);
        bed.reextract(key);
        IngestOutcome reextract = look(key, OLD_ETAG);

        assertThat(reextract.end()).isEqualTo(End.UNCHANGED);
        assertThat(reextract.reason()).isEqualTo("ACCESS_DENIED");
        assertThat(bed.states(key)).containsExactly("indexed");
        assertThat(bed.reason(key)).isEqualTo("ACCESS_DENIED");
        assertThat(bed.chunks(key)).isEqualTo(chunks);
        assertThat(bed.text(key)).contains("pumps");
    }

    @Test
    @Timeout(120)
    void whatWasDeniedIsTakenUpByItselfOnceItMayBeRead() throws Exception {
        String key = bed.key("corrected.txt");
        store.hold(OLD_TEXT, OLD_ETAG, WRITTEN);
        index(key);

        store.hold(NEW_TEXT, NEW_ETAG, WRITTEN.plusSeconds(60));
        store.deny(true, false);
        assertThat(look(key, NEW_ETAG).end()).isEqualTo(End.PARKED);
        assertThat(bed.states(key)).containsExactly("superseded", "received");
        assertThat(bed.reason(key)).isEqualTo("ACCESS_DENIED");
        assertThat(bed.chunks(key))
                .as("its object no longer holds the older text")
                .isZero();
        List<ObjectEvent> told = new ArrayList<>();
        OverdueObjects overdue = new OverdueObjects(bed.bucket(), services.parked(), told::add);

        store.deny(false, false);
        ObjectEvent event = Deadline.standard()
                .await(
                        "told again",
                        () -> {
                            overdue.tell();
                            return told.stream()
                                    .filter(one -> one.key().equals(key))
                                    .toList();
                        },
                        events -> !events.isEmpty())
                .get(0);
        assertThat(services.ingest().look(event).end()).isEqualTo(End.INDEXED);
        assertThat(bed.states(key)).containsExactly("superseded", "indexed");
        assertThat(bed.text(key)).contains("valves");
    }

    @Test
    @Timeout(120)
    void aBucketThatIsClosedToTheJobBuriesNothing() {
        String key = bed.key("waiting.txt");
        store.deny(true, true);
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> look(key));
    }

    @Test
    @Timeout(120)
    void whatTheStoreDoesNotDeliverAloneIsParkedAndStopsNoOtherFile() throws Exception {
        String key = bed.key("broken.txt");
        store.refuse(500, "InternalError");

        assertThat(look(key).end()).isEqualTo(End.PARKED);

        assertThat(bed.reason(key)).isEqualTo("OBJECT_UNAVAILABLE");
        assertThat(bed.states(key)).containsExactly("received");
        String other = bed.key("whole.txt");
        store.hold(OLD_TEXT, OLD_ETAG, WRITTEN);
        index(other);
    }

    @Test
    @Timeout(120)
    void aStoreThatFailsAmidADownloadParksItsFile() throws Exception {
        String key = bed.key("amid.txt");
        store.refuse(500, "InternalError");
        store.deny(false, true);

        assertThat(look(key).end()).isEqualTo(End.PARKED);

        assertThat(bed.reason(key)).isEqualTo("STORE_UNAVAILABLE");
        assertThat(bed.states(key)).containsExactly("received");
        store.hold(OLD_TEXT, LossyStore.ETAG, WRITTEN);
        assertThat(look(key).end()).isEqualTo(End.INDEXED);
        assertThat(bed.reason(key)).isNull();
    }

    @Test
    @Timeout(120)
    void aStoreThatIsDownIsSoonNoLongerAskedAndRemovesNothing() throws Exception {
        String key = bed.key("kept-meanwhile.txt");
        store.hold(OLD_TEXT, OLD_ETAG, WRITTEN);
        index(key);
        store.fail(true);
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> look(key, null));
        }
        int asked = store.requests();

        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> look(key, null))
                .withMessageContaining("not answered lately");

        assertThat(store.requests()).isEqualTo(asked);
        assertThat(bed.states(key)).containsExactly("indexed");
        store.fail(false);
        Deadline.standard().await("asked again", () -> end(key), End.REPEATED::equals);
    }

    @Test
    @Timeout(120)
    void aTextAtWhichItsModelAlwaysFailsIsDeadAtLastAndTheModelServesOthers() throws Exception {
        UUID base = bed.knowledgeBase(EmbeddingEndpoint.MODEL);
        String poisoned = bed.key(base, "poisoned.txt");
        store.hold("A text with the word quicksilver in it.", NEW_ETAG, WRITTEN);
        endpoint.failAt("quicksilver");
        for (int tries = 1; tries < 10; tries++) {
            assertThat(look(poisoned, NEW_ETAG).end()).isEqualTo(End.PARKED);
            assertThat(bed.reason(poisoned)).isEqualTo("EMBEDDING_FAILED");
        }

        String other = bed.key(base, "other.txt");
        store.hold(OLD_TEXT, OLD_ETAG, WRITTEN);
        index(other);
        store.hold("A text with the word quicksilver in it.", NEW_ETAG, WRITTEN);
        assertThat(look(poisoned, NEW_ETAG).end()).isEqualTo(End.DEAD);

        assertThat(bed.states(poisoned)).containsExactly("dead");
        assertThat(bed.reason(poisoned)).isEqualTo("EMBEDDING_FAILED");
        bed.reopen(poisoned);
        assertThat(look(poisoned, NEW_ETAG).end()).as("a retry begins at 0").isEqualTo(End.PARKED);
    }

    @Test
    @Timeout(120)
    void anOverloadedModelEndsNoDocumentHoweverOftenItFails() throws Exception {
        UUID base = bed.knowledgeBase(EmbeddingEndpoint.MODEL);
        String key = bed.key(base, "overload.txt");
        store.hold(sentences(400), NEW_ETAG, WRITTEN);
        endpoint.overload(0);
        try {
            for (int tries = 1; tries <= 12; tries++) {
                assertThat(look(key, NEW_ETAG).end()).as("try %d", tries).isEqualTo(End.PARKED);
                assertThat(bed.reason(key)).isEqualTo("EMBEDDING_UNAVAILABLE");
            }
            endpoint.overload(5);
            assertThat(look(key, NEW_ETAG).end()).isEqualTo(End.INDEXED);
        } finally {
            endpoint.recover();
        }
    }

    private static String sentences(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("Sentence number ")
                    .append(i)
                    .append(" speaks of pumps, valves and pipes in hall ")
                    .append(i)
                    .append(". ");
            text.append(i % 8 == 7 ? "\n\n" : "");
        }
        return text.toString();
    }

    @Test
    @Timeout(120)
    void aLargeDocumentContinuesWhereItsModelFailed() throws Exception {
        UUID base = bed.knowledgeBase(EmbeddingEndpoint.MODEL);
        String key = bed.key(base, "large.txt");
        store.hold(sentences(3_000) + "The last word is cinnabar.", NEW_ETAG, WRITTEN);
        endpoint.failAt("cinnabar");
        assertThat(look(key, NEW_ETAG).end()).isEqualTo(End.PARKED);

        endpoint.recover();
        IngestOutcome outcome = look(key, NEW_ETAG);

        assertThat(outcome.end()).isEqualTo(End.INDEXED);
        assertThat(outcome.chunks()).as("enough for this test").isGreaterThan(256);
        assertThat(outcome.known()).as("embedded before").isGreaterThanOrEqualTo(outcome.chunks() - 1);
    }

    @Test
    @Timeout(120)
    void vectorsOfAnotherLengthUnderTheNameOfTheModelAreNotTaken() throws Exception {
        UUID base = bed.knowledgeBase(EmbeddingEndpoint.MODEL);
        String key = bed.key(base, "model-changed.txt");
        store.hold(sentences(64) + "The last word is vermilion.", NEW_ETAG, WRITTEN);
        endpoint.failAt("vermilion");
        assertThat(look(key, NEW_ETAG).end()).isEqualTo(End.PARKED);
        endpoint.recover();
        bed.execute("update embedding_cache set embedding = '[0,1]'");

        IngestOutcome outcome = look(key, NEW_ETAG);

        assertThat(outcome.end()).isEqualTo(End.INDEXED);
        assertThat(outcome.known()).isZero();
    }

    @Test
    @Timeout(120)
    void whatTheDatabaseRefusesThoughNotForItsContentIsTriedTenTimes() throws Exception {
        String key = bed.key("refused.txt");
        store.hold(OLD_TEXT, OLD_ETAG, WRITTEN);
        bed.execute("revoke insert on knowledge_chunks from arketic_ingest");
        try {
            for (int tries = 1; tries < 10; tries++) {
                assertThat(look(key, OLD_ETAG).end()).as("try %d", tries).isEqualTo(End.PARKED);
                assertThat(bed.reason(key)).isEqualTo("DATABASE_FAILED");
            }
            assertThat(look(key, OLD_ETAG).end()).isEqualTo(End.DEAD);
        } finally {
            bed.execute("grant insert on knowledge_chunks to arketic_ingest");
        }
        assertThat(bed.states(key)).containsExactly("dead");
        assertThat(bed.reason(key)).isEqualTo("DATABASE_FAILED");
        bed.reopen(key);
        assertThat(look(key, OLD_ETAG).end()).isEqualTo(End.INDEXED);
    }

    @Test
    @Timeout(120)
    void anObjectWhoseRowTheDatabaseRefusesForSomeMinutesIsNotLost() throws Exception {
        String key = bed.key("unwritable.txt");
        store.hold(OLD_TEXT, OLD_ETAG, WRITTEN);
        bed.execute("revoke insert on ingest_ledger from arketic_ingest");
        try {
            for (int looks = 0; looks < 25; looks++) {
                assertThatExceptionOfType(SQLException.class).isThrownBy(() -> look(key, OLD_ETAG));
            }
        } finally {
            bed.execute("grant insert on ingest_ledger to arketic_ingest");
        }
        assertThat(look(key, OLD_ETAG).end()).isEqualTo(End.INDEXED);
    }

    @Test
    @Timeout(120)
    void aRemovalThatTheDatabaseRefusesWaits() throws Exception {
        String key = bed.key("unremovable.txt");
        store.hold(OLD_TEXT, OLD_ETAG, WRITTEN);
        index(key);
        store.remove();
        ObjectEvent removed = new ObjectEvent(bed.bucket(), key, Kind.REMOVED, null, 0, Instant.now());
        bed.execute("revoke update on ingest_ledger from arketic_ingest");
        try {
            for (int looks = 0; looks < 25; looks++) {
                assertThatExceptionOfType(SQLException.class)
                        .isThrownBy(() -> services.ingest().look(removed));
            }
        } finally {
            bed.execute("grant update on ingest_ledger to arketic_ingest");
        }
        assertThat(services.ingest().look(removed).end()).isEqualTo(End.DELETED);
        assertThat(bed.chunks(key)).isZero();
    }

    @Test
    @Timeout(60)
    void aFileWithoutRoomOnThisMachineIsNoFaultOfTheStore() throws Exception {
        store.hold(OLD_TEXT, OLD_ETAG, WRITTEN);
        ObjectVersion version =
                new ObjectVersion(bed.bucket(), bed.key("room.txt"), OLD_ETAG, WRITTEN, OLD_TEXT.length());
        try (ObjectStore direct = new ObjectStore(settings.store())) {
            assertThatExceptionOfType(ParkedObjectException.class)
                    .isThrownBy(() -> direct.download(version, Path.of("/dev/full")))
                    .matches(parked -> parked.reason() == ParkedObjectException.Reason.MACHINE_FAILED);
        }
    }

    @Test
    @Timeout(120)
    void aLargeDownloadFromAStoreThatWasDownKeepsNoOtherQuestionWaiting() throws Exception {
        String key = bed.key("large-trial.txt");
        ObjectVersion version = new ObjectVersion(bed.bucket(), key, OLD_ETAG, WRITTEN, OLD_TEXT.length());
        Path file = Files.createTempFile("download-", "");
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (ObjectStore direct = new ObjectStore(settings.store())) {
            GuardedStore guarded = new GuardedStore(direct, bed.bucket(), new Retry(1, Duration.ZERO));
            store.hold(OLD_TEXT, OLD_ETAG, WRITTEN);
            store.fail(true);
            for (int i = 0; i < 3; i++) {
                assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> guarded.look(key));
            }
            store.fail(false);
            LossyStore.Stall stall = store.stallNext("GET");
            Future<Download> download = threads.submit(() -> Deadline.standard()
                    .await("downloads", () -> attempt(guarded, version, file), Optional::isPresent)
                    .orElseThrow());
            try {
                stall.await();
                assertThat(guarded.look(key).held()).isPresent();
            } finally {
                stall.release();
            }
            assertThat(download.get(60, TimeUnit.SECONDS)).isInstanceOf(Download.Complete.class);
        } finally {
            store.fail(false);
            threads.shutdownNow();
            Files.delete(file);
        }
    }

    private static Optional<Download> attempt(GuardedStore guarded, ObjectVersion version, Path file) throws Exception {
        try {
            return Optional.of(guarded.download(version, file));
        } catch (StoreUnavailableException notYet) {
            return Optional.empty();
        }
    }

    private End end(String key) throws Exception {
        try {
            return look(key, null).end();
        } catch (StoreUnavailableException e) {
            return End.PARKED; // not yet
        }
    }

    private void index(String key) throws Exception {
        IngestOutcome outcome = look(key, OLD_ETAG);
        assertThat(outcome.end()).as("%s", outcome).isEqualTo(End.INDEXED);
    }

    private IngestOutcome look(String key) throws Exception {
        return look(key, LossyStore.ETAG);
    }

    /** Looks by an event that comes long after the object was written. */
    private IngestOutcome look(String key, @Nullable String etag) throws Exception {
        return services.ingest().look(new ObjectEvent(bed.bucket(), key, Kind.CREATED, etag, 3, Instant.now()));
    }
}
