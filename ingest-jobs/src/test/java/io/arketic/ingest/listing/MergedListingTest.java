package io.arketic.ingest.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.schema.knowledge.ObjectLedger.Known;
import io.arketic.schema.ledger.KnownObject;
import io.arketic.schema.ledger.ObjectVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MergedListingTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final TreeMap<String, Known> ledger = new TreeMap<>(KeyOrder.INSTANCE);
    private long now;
    private final ReportedObjects reported = new ReportedObjects(() -> now);

    @Test
    void whatDiffersFromTheLedgerIsReported() throws Exception {
        know("changed", "1", 1);
        know("gone", "1", 1);
        know("same", "1", 1);
        know("zone", "1", 1);

        assertThat(list(version("changed", "2"), version("new", "1"), version("same", "1")))
                .containsExactly("CREATED changed", "REMOVED gone", "CREATED new", "REMOVED zone");
    }

    @Test
    void anObjectThatWasReplacedAndPutBackBetweenTwoListingsIsReported() throws Exception {
        assertThat(list(version("a", "1"))).containsExactly("CREATED a");
        know("a", "1", 1);
        assertThat(list(version("a", "1"))).isEmpty();

        know("a", "2", 2); // an event told of the replacement, and none of the return

        assertThat(list(version("a", "1"))).containsExactly("CREATED a");
    }

    @Test
    void anObjectThatWasDeletedAndPutBackBetweenTwoListingsIsReported() throws Exception {
        assertThat(list(version("a", "1"))).containsExactly("CREATED a");
        ledger.put("a", new Known("a", null, 2, false, false));

        assertThat(list(version("a", "1"))).containsExactly("CREATED a");
    }

    @Test
    void theRemovalOfADeadObjectIsNotReportedAgainAfterALook() throws Exception {
        KnownObject dead = new KnownObject("a", "1", NOON, true);
        ledger.put("a", new Known("a", dead, 1, false, true));
        assertThat(list()).containsExactly("REMOVED a");

        ledger.put("a", new Known("a", dead, 2, false, false)); // the look has ended the document; the row stays dead

        assertThat(list()).isEmpty();
        assertThat(list(version("a", "2"))).containsExactly("CREATED a");
    }

    @Test
    void anObjectThatDiedByItsKeyIsNotReportedUntilItIsWrittenAgain() throws Exception {
        know("invalid", "", 1);
        assertThat(list(version("invalid", "1"))).isEmpty();

        ObjectVersion later = new ObjectVersion("knowledge", "invalid", "1", NOON.plusSeconds(1), 1);
        assertThat(list(later)).containsExactly("CREATED invalid");
    }

    @Test
    void anObjectWhoseLookIsDueIsNotReported() throws Exception {
        ledger.put("a", new Known("a", null, 0, true, false));
        ledger.put("b", new Known("b", new KnownObject("b", "1", NOON, true), 1, true, true));

        assertThat(list(version("a", "1"))).isEmpty();
    }

    @Test
    void anObjectWhoseLookLeavesNoRowIsReportedAgainAfterSomeMinutesOnly() throws Exception {
        assertThat(list(version("a", "1"))).containsExactly("CREATED a");
        assertThat(list(version("a", "1"))).isEmpty();
        assertThat(list(version("a", "2"))).containsExactly("CREATED a");
        now += Duration.ofMinutes(11).toNanos();
        assertThat(list(version("a", "2"))).containsExactly("CREATED a");
    }

    @Test
    void aFolderIsNoObject() throws Exception {
        assertThat(list(new ObjectVersion("knowledge", "folder/", "1", NOON, 0)))
                .isEmpty();
    }

    @Test
    void versionsInFlightAreReportedByTheFirstListingOnly() throws Exception {
        ledger.put("a", new Known("a", new KnownObject("a", "1", NOON, false), 1, false, true));

        assertThat(list(true, version("a", "1"))).containsExactly("CREATED a");
        now += Duration.ofMinutes(11).toNanos();
        assertThat(list(false, version("a", "1"))).isEmpty();
    }

    @Test
    void aBrokenListingRemovesNothingBehindItsEnd() throws Exception {
        know("a", "1", 1);
        know("b", "1", 1);
        List<String> told = new ArrayList<>();
        listing(false, told).see(version("a", "1"), NOON);

        assertThat(told).isEmpty();
    }

    @Test
    void keysInAnotherOrderAreRefused() throws Exception {
        MergedListing listing = listing(false, new ArrayList<>());
        listing.see(version("\ud83d\ude00", "1"), NOON);

        assertThatExceptionOfType(UnorderedKeysException.class)
                .isThrownBy(() -> listing.see(version("\ufffd", "1"), NOON));
    }

    @Test
    void manyPagesAreRead() throws Exception {
        List<ObjectVersion> listed = new ArrayList<>();
        for (int i = 10_000; i < 13_500; i++) {
            know("key-" + i, "1", 1);
            if (i != 12_345) {
                listed.add(version("key-" + i, "1"));
            }
        }
        assertThat(list(listed.toArray(ObjectVersion[]::new))).containsExactly("REMOVED key-12345");
    }

    @Test
    @Timeout(120)
    void twoMillionKeysAreComparedWithin64Megabytes() throws Exception {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classes,
                        LargeListing.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output.strip()).endsWith("created 20, removed 4");
    }

    private List<String> list(ObjectVersion... versions) throws Exception {
        return list(false, versions);
    }

    private List<String> list(boolean unsettled, ObjectVersion... versions) throws Exception {
        List<String> told = new ArrayList<>();
        MergedListing listing = listing(unsettled, told);
        for (ObjectVersion version : versions) {
            listing.see(version, NOON);
        }
        listing.complete(NOON);
        return told;
    }

    private MergedListing listing(boolean unsettled, List<String> told) {
        return new MergedListing(
                "knowledge",
                (key, atMost) -> ledger.tailMap(key, false).values().stream()
                        .limit(atMost)
                        .toList(),
                reported,
                unsettled,
                event -> told.add(event.kind() + " " + event.key()));
    }

    private void know(String key, String etag, long epoch) {
        ledger.put(key, new Known(key, new KnownObject(key, etag, NOON, true), epoch, false, true));
    }

    private static ObjectVersion version(String key, String etag) {
        return new ObjectVersion("knowledge", key, etag, NOON, 1);
    }
}
