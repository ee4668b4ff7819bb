package io.arketic.ingest.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.event.ObjectEvent.Kind;
import io.arketic.schema.ledger.KnownObject;
import io.arketic.schema.ledger.ObjectVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeenObjectsTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final SeenObjects seen = new SeenObjects("knowledge");

    @Test
    void theFirstListingTellsEveryObject() {
        assertThat(list(version("a", "1"), version("b", "1"))).containsExactly("CREATED a", "CREATED b");
    }

    @Test
    void aRepeatedListingTellsNothing() {
        list(version("a", "1"));

        assertThat(list(version("a", "1"))).isEmpty();
    }

    @Test
    void anotherETagIsAChange() {
        list(version("a", "1"));

        assertThat(list(version("a", "2"))).containsExactly("CREATED a");
        assertThat(list(version("a", "2"))).isEmpty();
    }

    @Test
    void anotherTimeIsAChangeToo() {
        list(version("a", "1"));

        assertThat(list(new ObjectVersion("knowledge", "a", "1", NOON.plusSeconds(1), 1)))
                .containsExactly("CREATED a");
    }

    @Test
    void whatACompleteListingDoesNotShowWasRemoved() {
        list(version("a", "1"), version("b", "1"));

        assertThat(list(version("b", "1"))).containsExactly("REMOVED a");
        assertThat(list(version("b", "1"))).isEmpty();
    }

    @Test
    void aBrokenListingRemovesNothing() {
        list(version("a", "1"), version("b", "1"));
        seen.beginListing();
        seen.see(version("a", "1"));

        assertThat(list(version("a", "1"), version("b", "1"))).isEmpty();
    }

    @Test
    void aRemovedObjectMayComeBack() {
        list(version("a", "1"));
        list();

        assertThat(list(version("a", "1"))).containsExactly("CREATED a");
    }

    @Test
    void whatTheLedgerKnowsIsNotTold() {
        seen.know(new KnownObject("a", "1", NOON, true));
        seen.know(new KnownObject("b", "1", NOON, true));
        seen.know(new KnownObject("c", "1", NOON, true));

        assertThat(list(version("a", "1"), version("b", "2"))).containsExactly("CREATED b", "REMOVED c");
    }

    @Test
    void whatTheLedgerDidNotSettleIsToldAgain() {
        seen.know(new KnownObject("a", "1", NOON, false));
        seen.know(new KnownObject("b", "1", NOON, false));

        assertThat(list(version("a", "1"))).containsExactly("CREATED a", "REMOVED b");
        assertThat(list(version("a", "1"))).isEmpty();
    }

    private List<String> list(ObjectVersion... shown) {
        List<ObjectEvent> events = new ArrayList<>();
        seen.beginListing();
        for (ObjectVersion version : shown) {
            seen.see(version).ifPresent(events::add);
        }
        events.addAll(seen.completeListing(NOON));
        assertThat(events).allSatisfy(event -> assertThat(event.bucket()).isEqualTo("knowledge"));
        assertThat(events)
                .filteredOn(event -> event.kind() == Kind.REMOVED)
                .allSatisfy(event -> assertThat(event.time()).isEqualTo(NOON));
        return events.stream().map(event -> event.kind() + " " + event.key()).toList();
    }

    private static ObjectVersion version(String key, String etag) {
        return new ObjectVersion("knowledge", key, etag, NOON, 1);
    }
}
