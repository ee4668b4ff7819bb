package io.arketic.schema.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.knowledge.ObjectLedger;
import io.arketic.schema.knowledge.ObjectLedger.Known;
import io.arketic.schema.ledger.ObjectQueue.Free;
import io.arketic.schema.ledger.ObjectQueue.Leased;
import io.arketic.schema.ledger.ObjectQueue.Mark;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests the queue of dirty objects on a real server. */
@TestInstance(Lifecycle.PER_CLASS)
class ObjectQueueIT {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final UUID OWNER = UUID.randomUUID();
    private static final UUID OTHER = UUID.randomUUID();

    private Migrated migrated;
    private ObjectQueue queue;
    private int buckets;

    @BeforeAll
    void open() {
        migrated = Migrated.open();
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @BeforeEach
    void makeBucket() {
        queue = new ObjectQueue(migrated.ingest(), "bucket-" + buckets++);
    }

    @Test
    void marksOfOneKeyAreOneLookThatAccountsForEveryAnnouncedVersion() throws SQLException {
        queue.mark(List.of(
                mark("a/1", "listed", false),
                mark("a/1", "v1", true),
                mark("a/1", "v2", true),
                mark("a/1", "v2", true),
                mark("a/1", "listed\nagain", false)));

        assertThat(queue.free(10)).containsExactly(new Free("a/1", "a", 5));
        Leased leased = lease("a/1");
        assertThat(leased.events()).containsExactly("listed", "v1", "v2");
        queue.settle(leased);
        assertThat(queue.free(10)).isEmpty();
        assertThat(queue.waits(Instant.now().plusSeconds(60))).isFalse();
    }

    @Test
    void keysThatWaitForALookAreKnownInTheOrderOfTheirBytes() throws SQLException {
        queue.mark(List.of(
                mark("aa", "e", false), mark("a/1", "e", false), mark("a-c", "e", false), mark("B", "e", false)));
        lease("a/1");
        ObjectLedger ledger = new ObjectLedger(migrated.ingest());
        String bucket = "bucket-" + (buckets - 1);

        assertThat(ledger.knownAfter(bucket, "", 2))
                .containsExactly(new Known("B", null, 0, true, false), new Known("a-c", null, 0, true, false));
        assertThat(ledger.knownAfter(bucket, "a-c", 2)).containsExactly(new Known("aa", null, 0, true, false));
        assertThat(ledger.knownAfter(bucket, "aa", 2)).isEmpty();
    }

    @Test
    void theLookSeesAnEventOfEachBucketAndKind() throws SQLException {
        queue.mark(List.of(mark("a/1", "CREATED\n5\nnow\n=v1\nother\na/1", true)));
        queue.mark(List.of(mark("a/1", "REMOVED\n0\nnow\n\nown\na/1", false)));
        queue.mark(List.of(mark("a/1", "REMOVED\n0\nlater\n\nown\na/1", false)));

        assertThat(lease("a/1").events())
                .containsExactly("CREATED\n5\nnow\n=v1\nother\na/1", "REMOVED\n0\nnow\n\nown\na/1");
    }

    @Test
    void oneAnswerHoldsSoMuchHoweverManyTenantsWait() throws SQLException {
        queue.mark(IntStream.range(0, 15_000)
                .mapToObj(number -> mark("tenant-" + number / 3 + "/" + number % 3, "v1", true))
                .toList());

        assertThat(queue.free(10)).hasSize(15_000);
        queue.mark(IntStream.range(0, 15_000)
                .mapToObj(number -> mark("other-" + number + "/1", "v1", true))
                .toList());
        assertThat(queue.free(10)).hasSize(20_000).extracting(Free::tenant).doesNotHaveDuplicates();
    }

    @Test
    void aFloodOfVersionsKeepsTheNewest() throws SQLException {
        queue.mark(IntStream.range(0, 100)
                .mapToObj(version -> mark("a/1", "v" + version, true))
                .toList());

        assertThat(lease("a/1").events()).hasSize(8).endsWith("v98", "v99");
    }

    @Test
    void whatIsMarkedDuringTheLookIsLookedAtAgain() throws SQLException {
        queue.mark(List.of(mark("a/1", "v1", true)));
        Leased first = lease("a/1");
        queue.mark(List.of(mark("a/1", "v2", true)));
        assertThat(queue.free(10)).as("its events stay in order").isEmpty();

        queue.settle(first);

        assertThat(queue.free(10)).hasSize(1);
        Leased second = lease("a/1");
        assertThat(second.events()).containsExactly("v2");
        queue.settle(second);
        assertThat(queue.free(10)).isEmpty();
    }

    @Test
    void whatIsGivenBackRestsAndComesAfterWhatWaits() throws SQLException {
        queue.mark(List.of(mark("a/1", "v1", true)));
        Leased first = lease("a/1");
        Instant listed = queue.now();
        queue.giveBack(first, LONG);
        queue.settle(first);
        queue.renew(OWNER, List.of(), LONG);
        assertThat(queue.free(10)).as("rests").isEmpty();
        assertThat(queue.waits(listed)).as("its look was after the listing").isFalse();
        assertThat(queue.waits(queue.now())).isTrue();

        queue.mark(List.of(mark("a/2", "v1", true)));
        Leased second = lease("a/2");
        queue.giveBack(second, Duration.ZERO);
        queue.mark(List.of(mark("a/0", "v1", true)));
        queue.renew(OTHER, List.of(), LONG);
        assertThat(queue.free(10)).extracting(Free::key).containsExactlyInAnyOrder("a/0", "a/2");
        Leased again = lease("a/2");
        assertThat(again.events()).containsExactly("v1");
        queue.giveBack(second, LONG);
        queue.settle(again);
        assertThat(queue.free(10))
                .as("an old lease has no effect")
                .extracting(Free::key)
                .containsExactly("a/0");
    }

    @Test
    void whatRestsKeepsItsAgeAndPlaceWhenItIsMarkedAgain() throws SQLException {
        queue.mark(List.of(mark("a/1", "v1", true)));
        Instant marked = queue.now();
        queue.giveBack(lease("a/1"), Duration.ofMillis(1));
        queue.mark(List.of(mark("a/2", "v1", true), mark("a/1", "v2", true)));
        assertThat(new ObjectLedger(migrated.ingest()).knownAfter("bucket-" + (buckets - 1), "a/", 1))
                .containsExactly(new Known("a/1", null, 0, true, false));
        Duration since = Duration.between(marked, queue.now());
        assertThat(queue.oldest()).isGreaterThanOrEqualTo(since.minusMillis(1)); // it counts whole milliseconds

        queue.giveBack(lease("a/2"), LONG);
        queue.mark(List.of(mark("a/2", "v2", true)));

        assertThat(place("a/2"))
                .isGreaterThan(queue.now().plus(LONG.dividedBy(2)).toEpochMilli());
    }

    private long place(String key) throws SQLException {
        try (Connection connection = migrated.superuser();
                PreparedStatement statement = connection.prepareStatement(
                        "select place from dirty_objects where bucket = ? and object_key = ?")) {
            statement.setString(1, "bucket-" + (buckets - 1));
            statement.setString(2, key);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    @Test
    void aMarkDuringTheLookKeepsItsTime() throws SQLException {
        queue.mark(List.of(mark("a/1", "v1", true)));
        Leased first = lease("a/1");
        Instant between = queue.now();
        queue.mark(List.of(mark("a/1", "v2", true)));
        Instant marked = queue.now();
        queue.mark(List.of(mark("a/1", "v3", true)));

        queue.settle(first);

        assertThat(queue.waits(between)).as("the first look is done").isFalse();
        assertThat(queue.waits(marked)).isTrue();
    }

    @Test
    void aMarkThatAnnouncesNothingIsStillALookAfterTheOneUnderWay() throws SQLException {
        queue.mark(List.of(mark("a/1", "listed", false)));
        Leased first = lease("a/1");
        queue.mark(List.of(mark("a/1", "removed", false)));

        queue.settle(first);

        assertThat(lease("a/1").events()).isNotEmpty();
    }

    @Test
    void eachTenantHasItsSmallAndNewObjectsFirst() throws SQLException {
        queue.mark(List.of(
                new Mark("a/large", "e", false, true, 1 << 30, Duration.ofMinutes(5)),
                new Mark("a/old", "e", false, true, 5, Duration.ofMinutes(9)),
                new Mark("a/small", "e", false, true, 5, Duration.ZERO),
                new Mark("b/small", "e", false, true, 5, Duration.ZERO)));

        assertThat(queue.free(2)).extracting(Free::key).containsExactly("a/small", "a/large", "b/small");
        lease("a/small");
        assertThat(queue.free(2)).extracting(Free::key).containsExactly("a/large", "a/old", "b/small");
    }

    @Test
    void twoOwnersDoNotHaveOneKey() throws SQLException {
        queue.mark(List.of(mark("a/1", "e", false), mark("a/2", "e", false)));
        lease("a/1");

        assertThat(queue.lease(OTHER, List.of("a/1", "a/2", "a/3"), LONG))
                .extracting(Leased::key)
                .containsExactly("a/2");
    }

    @Test
    void aLeaseThatIsNotRenewedEndsAndItsFormerOwnerSettlesNothing() throws SQLException {
        queue.mark(List.of(mark("a/1", "e", false), mark("a/2", "e", false)));
        Leased lost = queue.lease(OWNER, List.of("a/1"), Duration.ZERO).get(0);
        Leased kept = queue.lease(OWNER, List.of("a/2"), LONG).get(0);

        queue.renew(OTHER, List.of(), LONG);

        assertThat(queue.free(10)).extracting(Free::key).containsExactly("a/1");
        Leased taken = queue.lease(OTHER, List.of("a/1"), LONG).get(0);
        queue.settle(lost);
        queue.renew(OWNER, List.of("a/1", "a/2"), LONG);
        queue.settle(kept);
        assertThat(queue.free(10)).isEmpty();
        assertThat(queue.waits(Instant.now().plusSeconds(60))).as("the other's").isTrue();
        queue.settle(taken);
        assertThat(queue.waits(Instant.now().plusSeconds(60))).isFalse();
    }

    @Test
    void anExecutorThatWakesUpDoesNotSettleWhatItsOwnerLeasedToAnotherOne() throws SQLException {
        queue.mark(List.of(mark("a/1", "e", false)));
        Leased slept = lease("a/1");
        queue.renew(OWNER, List.of(), LONG);
        Leased next = lease("a/1");

        queue.settle(slept);

        assertThat(queue.waits(Instant.now().plusSeconds(60))).isTrue();
        queue.settle(next);
        assertThat(queue.waits(Instant.now().plusSeconds(60))).isFalse();
    }

    @Test
    void anExecutorThatWakesUpDoesNotSettleALaterRowOfItsKey() throws SQLException {
        queue.mark(List.of(mark("a/1", "e", false)));
        Leased slept = lease("a/1");
        queue.renew(OWNER, List.of(), LONG);
        queue.settle(lease("a/1"));
        queue.mark(List.of(mark("a/1", "e", false)));
        Leased next = lease("a/1");

        queue.settle(slept);

        assertThat(next.lease()).isGreaterThan(slept.lease());
        assertThat(queue.waits(Instant.now().plusSeconds(60))).isTrue();
    }

    @Test
    void whatAnOwnerDoesNotHoldAnyMoreIsFreeAtItsNextRenewal() throws SQLException {
        queue.mark(List.of(mark("a/1", "e", false), mark("a/2", "e", false)));
        queue.lease(OWNER, List.of("a/1", "a/2"), LONG);

        queue.renew(OWNER, List.of("a/2"), LONG);

        assertThat(queue.free(10)).extracting(Free::key).containsExactly("a/1");
    }

    @Test
    void theOldestMarkIsTheOneThatNoLookHasSettled() throws SQLException {
        assertThat(queue.oldest()).isZero();
        queue.mark(List.of(mark("a/1", "e", false)));
        Instant marked = queue.now();
        Leased leased = lease("a/1");
        queue.mark(List.of(mark("a/2", "e", false)));

        Duration since = Duration.between(marked, queue.now());
        assertThat(queue.oldest()).isBetween(since.minusMillis(1), LONG); // it counts whole milliseconds
        queue.settle(leased);
        queue.settle(lease("a/2"));
        assertThat(queue.oldest()).isZero();
    }

    @Test
    void keysWithoutAFolderAreOneTenant() throws SQLException {
        queue.mark(List.of(mark("one.txt", "e", false), mark("two.txt", "e", false), mark("a/1", "e", false)));

        assertThat(queue.free(1)).extracting(Free::tenant).containsExactly("", "a");
        assertThat(queue.free(2)).hasSize(3);
    }

    private Leased lease(String key) throws SQLException {
        return queue.lease(OWNER, List.of(key), LONG).get(0);
    }

    private static Mark mark(String key, String event, boolean announces) {
        return new Mark(key, event, announces, true, 5, Duration.ZERO);
    }
}
