package io.arketic.ingest.listing;

import io.arketic.ingest.event.ObjectEvent.Kind;
import io.arketic.schema.knowledge.ObjectLedger.Known;
import io.arketic.schema.ledger.KnownObject;
import io.arketic.schema.ledger.ObjectVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Compares a listing of 2,000,000 keys with a ledger of as many, in a process of its own with a small heap. */
final class LargeListing {

    private static final int KEYS = 2_000_000;
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private LargeListing() {}

    public static void main(String[] arguments) throws Exception {
        Map<Kind, Integer> told = new EnumMap<>(Kind.class);
        MergedListing listing = new MergedListing(
                "knowledge",
                LargeListing::page,
                new ReportedObjects(),
                true,
                event -> told.merge(event.kind(), 1, Integer::sum));
        for (int i = 0; i < KEYS; i++) {
            if (i % 500_000 != 1) { // removed
                String etag = i % 100_000 == 0 ? "changed" : etag(i);
                listing.see(new ObjectVersion("knowledge", key(i), etag, NOON, 1), NOON);
            }
        }
        listing.complete(NOON);
        System.out.println("created " + told.get(Kind.CREATED) + ", removed " + told.get(Kind.REMOVED));
    }

    private static List<Known> page(String after, int atMost) {
        int next = after.isEmpty() ? 0 : 1 + Integer.parseInt(after.substring(after.lastIndexOf('/') + 1));
        List<Known> page = new ArrayList<>();
        for (int i = next; i < Math.min(KEYS, next + atMost); i++) {
            page.add(new Known(key(i), new KnownObject(key(i), etag(i), NOON, true), 1, false, true));
        }
        return page;
    }

    private static String key(int number) {
        return "acme/11111111-2222-3333-4444-555555555555/a-folder/of-another-folder/%08d".formatted(number);
    }

    private static String etag(int number) {
        return "%032x".formatted(number);
    }
}
