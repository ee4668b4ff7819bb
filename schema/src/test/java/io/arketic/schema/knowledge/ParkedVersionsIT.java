package io.arketic.schema.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.generation.EmbeddingCache;
import io.arketic.schema.knowledge.ParkedVersions.Due;
import io.arketic.schema.ledger.Admission;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.LedgerBacklog;
import io.arketic.schema.ledger.LedgerTotals;
import io.arketic.schema.ledger.ObjectVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class ParkedVersionsIT {

    private static final String ROW =
            "select concat_ws(' ', state, reason, parked_until is not null) from ingest_ledger where etag = ?";

    private Migrated migrated;
    private IngestLedger ledger;
    private ParkedVersions parked;

    @BeforeAll
    void open() {
        migrated = Migrated.open();
        ledger = new IngestLedger(migrated.ingest());
        parked = new ParkedVersions(migrated.ingest(), EmbeddingCache.DEFAULT);
    }

    @Test
    void aParkedVersionStaysInFlightWithItsReasonUntilItsTimeComes() throws SQLException {
        Tenant tenant = Tenant.create(migrated, "parked");
        ObjectVersion version = in(tenant, "parked-bucket", "a.txt", "e", 2);
        tenant.index(in(tenant, "parked-bucket", "a.txt", "old", 1), "en", "Old");
        ledger.admit(tenant.target(), version);
        parked.park(tenant.target(), version, "DOWN", "no answer \0", Duration.ofMinutes(1));

        assertThat(tenant.read(String.class, ROW, "e")).isEqualTo("received DOWN t");
        assertThat(new LedgerTotals(migrated.ingest())
                        .summary(tenant.context(), tenant.knowledgeBaseId())
                        .parked())
                .containsEntry("DOWN", 1L);
        assertThat(tenant.read(String.class, "select content from knowledge_chunks"))
                .as("what was indexed is found meanwhile")
                .isEqualTo("Old");
        migrated.execute("update ingest_ledger set parked_until = now() + interval '1 hour' where reason = 'DOWN'");
        assertThat(parked.due("parked-bucket", 9)).as("its time has not come").isEmpty();
        migrated.execute(
                "update ingest_ledger set received_at = received_at - interval '3 minutes' where reason is null");
        assertThat(new LedgerTotals(migrated.ingest()).liveFilesUnderWay())
                .as("nothing waits for it")
                .isFalse();
        migrated.execute("update ingest_ledger set parked_until = now() where parked_until is not null");
        assertThat(parked.due("parked-bucket", 9)).containsExactly(new Due(version.key(), 1, version.size()));

        assertThat(ledger.admit(tenant.target(), version)).isInstanceOf(Admission.Work.class);
        assertThat(tenant.read(String.class, ROW, "e")).isEqualTo("received f");
        assertThat(parked.due("parked-bucket", 9)).isEmpty();
        tenant.index(version, "en", "New");
        parked.park(tenant.target(), version, "DOWN", "too late", Duration.ofMinutes(1));
        assertThat(tenant.read(String.class, ROW, "e")).isEqualTo("indexed f");
    }

    @Test
    void thePauseDoublesWithEachAttemptUpToTheLongest() throws SQLException {
        Tenant tenant = Tenant.create(migrated, "pause");
        ObjectVersion version = in(tenant, "pause-bucket", "a.txt", "pause", 1);
        for (int seconds : new int[] {5, 10, 20, 30, 30}) {
            ledger.admit(tenant.target(), version);
            parked.park(tenant.target(), version, "DOWN", "", Duration.ofSeconds(30));
            assertThat(tenant.read(
                            Integer.class,
                            "select round(extract(epoch from parked_until - updated_at))::int from ingest_ledger where etag = ?",
                            "pause"))
                    .as("from the statement's time, a moment after the transaction's")
                    .isBetween(seconds, seconds + 4);
        }
    }

    @Test
    void whatTheStoreRefusesWithdrawsWhatWasIndexedAndSaysWhy() throws SQLException {
        Tenant tenant = Tenant.create(migrated, "withheld");
        tenant.index(in(tenant, "withheld-bucket", "a.txt", "readable", 1), "en", "Old");
        ObjectVersion version = in(tenant, "withheld-bucket", "a.txt", "withheld", 2);
        ledger.admit(tenant.target(), version);
        parked.withhold(tenant.target(), version, "ACCESS_DENIED", "403", Duration.ofMinutes(1));

        assertThat(tenant.read(String.class, ROW, "withheld")).isEqualTo("received ACCESS_DENIED t");
        assertThat(tenant.read(
                        String.class, "select concat_ws('|', status, processing_error) from knowledge_documents"))
                .isEqualTo("failed|ACCESS_DENIED: 403");
        assertThat(tenant.read(Long.class, "select count(*) from knowledge_chunks"))
                .isZero();
        tenant.index(version, "en", "New");
        assertThat(tenant.read(String.class, "select content from knowledge_chunks"))
                .isEqualTo("New");
    }

    @Test
    void manyParkedFilesOfOneKnowledgeBaseLeaveRoomForThoseOfOthers() throws SQLException {
        Tenant many = Tenant.create(migrated, "many");
        Tenant one = Tenant.create(migrated, "one");
        for (int i = 0; i < 20; i++) {
            park(many, in(many, "shared-bucket", i + ".txt", "m" + i, i));
        }
        park(one, in(one, "shared-bucket", "a.txt", "one", 1));
        migrated.execute("update ingest_ledger set parked_until = now() - interval '1 minute'"
                + " where bucket = 'shared-bucket'");
        List<Due> due = parked.due("shared-bucket", 5);
        assertThat(due).hasSize(6).anyMatch(object -> object.key().equals(one.key("a.txt")));
    }

    @Test
    void whatAnExecutorLeftInFlightIsFoundAfterAWhile() throws SQLException {
        Tenant tenant = Tenant.create(migrated, "left");
        ObjectVersion version = in(tenant, "left-bucket", "a.txt", "left", 1);
        ledger.admit(tenant.target(), version);
        park(tenant, in(tenant, "left-bucket", "b.txt", "parked", 1));
        assertThat(parked.forgotten("left-bucket", Duration.ofMinutes(10))).isEmpty();
        assertThat(parked.forgotten("left-bucket", Duration.ZERO))
                .extracting(Due::key)
                .containsExactly(version.key());
    }

    @Test
    void theBacklogOfEachOrganizationIsKnownWithoutItsParkedFiles() throws SQLException {
        LedgerTotals totals = new LedgerTotals(migrated.maintenance());
        Tenant tenant = Tenant.create(migrated, "backlog");
        ObjectVersion waiting = in(tenant, "backlog-bucket", "a.txt", "backlog-a", 1);
        ObjectVersion working = in(tenant, "backlog-bucket", "b.txt", "backlog-b", 1);
        ledger.admit(tenant.target(), waiting);
        ledger.admit(tenant.target(), working);
        ledger.advance(tenant.target(), working, IngestState.EMBEDDING);
        park(tenant, in(tenant, "backlog-bucket", "c.txt", "backlog-c", 1));

        assertThat(of(tenant, totals)).hasValueSatisfying(backlog -> {
            assertThat(backlog.waiting()).isEqualTo(1);
            assertThat(backlog.working()).isEqualTo(1);
            assertThat(backlog.oldest()).isPositive();
        });
        tenant.index(waiting, "en", "A");
        tenant.index(working, "en", "B");
        assertThat(of(tenant, totals)).isEmpty();
        assertThat(tenant.read(Long.class, "select count(*) from ingest_ledger where ended_at is null"))
                .as("the parked one")
                .isEqualTo(1);
    }

    private static Optional<LedgerBacklog> of(Tenant tenant, LedgerTotals totals) throws SQLException {
        return totals.backlog().stream()
                .filter(backlog -> backlog.organization().equals(tenant.organizationId()))
                .findFirst();
    }

    /** Checks the table of unsettled versions against the ledger, after the whole class has used it in every way. */
    @AfterAll
    void whatIsUnsettledIsWhatTheLedgerHasInFlight() throws SQLException {
        try (Connection connection = migrated.superuser()) {
            assertThat(Tenant.one(connection, Long.class, """
                            select count(*)
                            from (select id from ingest_ledger where ended_at is null and parked_until is null) l
                            full join ledger_unsettled u on u.ledger_id = l.id
                            where l.id is null or u.ledger_id is null
                            """)).isZero();
        } finally {
            migrated.close();
        }
    }

    private void park(Tenant tenant, ObjectVersion version) throws SQLException {
        ledger.admit(tenant.target(), version);
        parked.park(tenant.target(), version, "DOWN", "", Duration.ofMinutes(1));
    }

    private static ObjectVersion in(Tenant tenant, String bucket, String path, String etag, int second) {
        ObjectVersion version = tenant.version(path, etag, second);
        return new ObjectVersion(bucket, version.key(), etag, version.lastModified(), version.size());
    }
}
