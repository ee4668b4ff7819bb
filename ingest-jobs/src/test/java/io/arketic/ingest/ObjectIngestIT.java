package io.arketic.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.ingest.IngestOutcome.End;
import io.arketic.ingest.ObjectEvent.Kind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** One object at a time, on a real database and broker, with a store that loses what it holds. */
@TestInstance(Lifecycle.PER_CLASS)
class ObjectIngestIT {

    private Testbed bed;
    private LossyStore store;
    private IngestSettings settings;
    private IngestServices services;

    @BeforeAll
    void start() throws Exception {
        bed = new Testbed();
        store = new LossyStore();
        bed.environment().put("ARKETIC_STORE_ENDPOINT", store.endpoint());
        settings = bed.settings();
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
    void whatTheStoreKeepsInAnArchiveIsDeadAndStopsNoOtherFile() throws Exception {
        String key = bed.key("archived.txt");
        store.refuse(403, "InvalidObjectState");

        assertThat(look(key).end()).isEqualTo(End.DEAD);

        assertThat(bed.reason(key)).isEqualTo("UNREADABLE_OBJECT");
        assertThat(bed.states(key)).isEqualTo(List.of("dead"));
    }

    @Test
    @Timeout(60)
    void whatTheStoreRefusesAloneIsDeadAndStopsNoOtherFile() throws Exception {
        String unread = bed.key("unread.txt");
        store.refuse(403, "AccessDenied");
        assertThat(look(unread).end()).isEqualTo(End.DEAD);
        assertThat(bed.reason(unread)).isEqualTo("ACCESS_DENIED");

        String unseen = bed.key("unseen.txt");
        store.deny(true, false);
        assertThat(look(unseen).end()).isEqualTo(End.DEAD);
        assertThat(bed.reason(unseen)).isEqualTo("ACCESS_DENIED");
        assertThat(bed.states(unseen)).containsExactly("dead");
    }

    @Test
    @Timeout(120)
    void aBucketThatIsClosedToTheJobBuriesNothing() {
        String key = bed.key("waiting.txt");
        store.deny(true, true);
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> look(key));
    }

    private IngestOutcome look(String key) throws Exception {
        return services.ingest()
                .look(new ObjectEvent(bed.bucket(), key, Kind.CREATED, LossyStore.ETAG, 3, Instant.now()));
    }
}
