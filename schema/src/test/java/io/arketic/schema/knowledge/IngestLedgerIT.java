package io.arketic.schema.knowledge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.ledger.Admission;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.LedgerSummary;
import io.arketic.schema.ledger.LedgerTotals;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class IngestLedgerIT {

    private Migrated migrated;
    private IngestLedger ledger;
    private LedgerTotals totals;
    private KnowledgeStore store;
    private Tenant tenant;
    private int tenants;

    @BeforeAll
    void open() {
        migrated = Migrated.open();
        ledger = new IngestLedger(migrated.ingest());
        totals = new LedgerTotals(migrated.ingest());
        store = new KnowledgeStore(migrated.ingest());
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @BeforeEach
    void makeTenant() throws SQLException {
        tenant = Tenant.create(migrated, "ledger-" + tenants++);
    }

    @Test
    void aKeyLeadsToItsKnowledgeBase() throws Exception {
        assertThat(ledger.resolve(ObjectKey.parse(tenant.key("a.txt")))).contains(tenant.target());
    }

    @Test
    void aKeyOfAnotherOrganizationUnknownOrInactiveLeadsNowhere() throws Exception {
        Tenant other = Tenant.create(migrated, "resolve-other-" + tenants);
        assertThat(ledger.resolve(new ObjectKey(other.slug(), tenant.knowledgeBaseId(), "a")))
                .isEmpty();
        assertThat(ledger.resolve(new ObjectKey("unknown", tenant.knowledgeBaseId(), "a")))
                .isEmpty();
        assertThat(ledger.resolve(new ObjectKey(tenant.slug(), UUID.randomUUID(), "a")))
                .isEmpty();
        superuser("update knowledge_bases set is_active = false where id = '" + tenant.knowledgeBaseId() + "'");
        assertThat(ledger.resolve(new ObjectKey(tenant.slug(), tenant.knowledgeBaseId(), "a")))
                .isEmpty();
        superuser("update organizations set status = 'suspended' where id = '" + other.organizationId() + "'");
        assertThat(ledger.resolve(new ObjectKey(other.slug(), other.knowledgeBaseId(), "a")))
                .isEmpty();
    }

    @Test
    void aVersionIsEnteredOnceAndItsAttemptsCounted() throws SQLException {
        ObjectVersion version = tenant.version("a.txt", "e", 1);
        Admission.Work first = (Admission.Work) ledger.admit(tenant.target(), version);
        Admission.Work again = (Admission.Work) ledger.admit(tenant.target(), version);
        assertThat(first.attempt()).isEqualTo(1);
        assertThat(again).isEqualTo(new Admission.Work(2, false, first.epoch() + 1));
        ledger.advance(tenant.target(), version, IngestState.EMBEDDING);
        assertThat(row("e")).isEqualTo("embedding");
    }

    @Test
    void whatIsIndexedIsOnRecordWithItsBytesPagesAndChunks() throws SQLException {
        tenant.index(tenant.version("a.txt", "e", 7), "en", "One", "Two");
        assertThat(
                        tenant.read(
                                String.class,
                                "select concat_ws(' ', state, size, pages, chunks, attempts, document_version) from ingest_ledger"))
                .isEqualTo("indexed 107 1 2 1 1");
    }

    @Test
    void aStepIsNotAnEndAndComesTooLateAfterOne() throws SQLException {
        ObjectVersion version = tenant.version("a.txt", "e", 1);
        ledger.admit(tenant.target(), version);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ledger.advance(tenant.target(), version, IngestState.INDEXED));
        ledger.bury(tenant.target(), version, "ENCRYPTED", "needs a password", StepTimes.NONE);
        ledger.advance(tenant.target(), version, IngestState.EXTRACTING);
        assertThat(row("e")).isEqualTo("dead");
        assertThat(ledger.admit(tenant.target(), version)).isEqualTo(new Admission.Ended(IngestState.DEAD));
    }

    @Test
    void aDocumentThatWaitsForADeadVersionFails() throws SQLException {
        ObjectVersion version = tenant.version("a.txt", "e", 1);
        ledger.admit(tenant.target(), version);
        ledger.bury(tenant.target(), version, "ENCRYPTED", "needs a password", StepTimes.NONE);
        superuser("update knowledge_documents set status = 'pending', processing_error = null where file_path = '"
                + version.key() + "'");
        assertThat(ledger.admit(tenant.target(), version)).isEqualTo(new Admission.Ended(IngestState.DEAD));
        assertThat(tenant.read(
                        String.class, "select concat_ws('|', status, processing_error) from knowledge_documents"))
                .isEqualTo("failed|ENCRYPTED: needs a password");
    }

    @Test
    void aDeadVersionShowsInItsDocumentAndWithdrawsTheOlder() throws SQLException {
        tenant.index(tenant.version("a.txt", "good", 1), "en", "Good text");
        ObjectVersion bad = tenant.version("a.txt", "bad", 2);
        ledger.admit(tenant.target(), bad);
        ledger.bury(
                tenant.target(),
                bad,
                "TIME_LIMIT",
                "took longer than PT1M \u0000",
                new StepTimes(Duration.ofSeconds(60), Duration.ZERO));
        assertThat(tenant.read(
                        String.class,
                        "select concat_ws('|', status, processing_error, chunk_count) from knowledge_documents"))
                .isEqualTo("failed|TIME_LIMIT: took longer than PT1M \uFFFD|0");
        assertThat(tenant.read(Long.class, "select count(*) from knowledge_chunks"))
                .isZero();
        assertThat(row("good")).isEqualTo("superseded");
        assertThat(tenant.read(String.class, "select reason || extract_ms from ingest_ledger where etag = 'bad'"))
                .isEqualTo("TIME_LIMIT60000");
        assertThat(totals.summary(tenant.context(), tenant.knowledgeBaseId()).failures())
                .containsEntry("TIME_LIMIT", 1L);
    }

    @Test
    void aDeadObjectIsRemovableUntilItsDocumentIsGone() throws SQLException {
        ObjectVersion version = tenant.version("a.txt", "e", 1);
        ledger.admit(tenant.target(), version);
        assertThat(isRemovable(version)).isTrue();
        ledger.bury(tenant.target(), version, "ENCRYPTED", "needs a password", StepTimes.NONE);
        assertThat(isRemovable(version)).isTrue();

        store.delete(tenant.target(), version.bucket(), version.key());

        assertThat(row("e")).isEqualTo("dead");
        assertThat(isRemovable(version)).isFalse();
    }

    private boolean isRemovable(ObjectVersion version) throws SQLException {
        String before = version.key().substring(0, version.key().length() - 1);
        return new ObjectLedger(migrated.ingest())
                .knownAfter(version.bucket(), before, 1)
                .get(0)
                .removable();
    }

    @Test
    void aVersionThatIsNoLongerThereIsSupersededUnlessItIsKnown() throws SQLException {
        ledger.supersede(tenant.target(), tenant.version("a.txt", "gone", 1));
        assertThat(row("gone")).isEqualTo("superseded");
        ObjectVersion version = tenant.version("a.txt", "there", 2);
        ledger.admit(tenant.target(), version);
        ledger.supersede(tenant.target(), tenant.version("a.txt", "there", 3));
        assertThat(row("there")).isEqualTo("received");
    }

    @Test
    void anOlderVersionInFlightEndsWithTheNewer() throws SQLException {
        ledger.admit(tenant.target(), tenant.version("a.txt", "lost", 1));
        tenant.index(tenant.version("a.txt", "new", 2), "en", "New");
        assertThat(row("lost")).isEqualTo("superseded");
    }

    @Test
    void aVersionIsWorkedOnOnceItsKeyLeadsToAKnowledgeBase() throws SQLException {
        ObjectVersion version = tenant.version("a.txt", "early", 1);
        ledger.buryUnplaced(KnowledgeTarget.UNCHECKED, version, "UNKNOWN_KNOWLEDGE_BASE", "");
        ledger.buryUnplaced(KnowledgeTarget.UNCHECKED, version, "UNKNOWN_KNOWLEDGE_BASE", "");
        assertThat(tenant.index(version, "en", "Text")).isInstanceOf(ReplaceOutcome.Replaced.class);
        assertThat(row("early")).isEqualTo("indexed");
        assertThat(tenant.read(Integer.class, "select attempts from ingest_ledger where etag = 'early'"))
                .isEqualTo(2);
    }

    @Test
    void liveFilesAreUnderWayFromTheirEntryToTheirEndOrAWhile() throws SQLException {
        age("3 minutes");
        assertThat(totals.liveFilesUnderWay()).isFalse();
        ObjectVersion version = tenant.version("live.txt", "live", 1);
        ledger.admit(tenant.target(), version);
        assertThat(totals.liveFilesUnderWay()).isTrue();
        tenant.index(version, "en", "Text");
        assertThat(totals.liveFilesUnderWay()).isFalse();

        ledger.admit(tenant.target(), tenant.version("stuck.txt", "stuck", 1));
        assertThat(totals.liveFilesUnderWay()).isTrue();
        age("3 minutes");
        assertThat(totals.liveFilesUnderWay()).isFalse();
    }

    /** Makes everything so far look older. */
    private void age(String interval) throws SQLException {
        try (Connection connection = migrated.superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("update ingest_ledger set received_at = received_at - interval '" + interval + "'");
        }
    }

    @Test
    void everyVersionIsAccountedForUnderEverySequenceOfEvents() throws SQLException {
        Random random = new Random(7);
        List<ObjectVersion> dropped = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            ObjectVersion version = random.nextInt(4) == 0 && !dropped.isEmpty()
                    ? dropped.get(random.nextInt(dropped.size()))
                    : tenant.version(random.nextInt(5) + ".txt", "e" + i, i);
            if (!dropped.contains(version)) {
                dropped.add(version);
            }
            Admission admission = ledger.admit(tenant.target(), version);
            switch (random.nextInt(6)) {
                case 0 -> ledger.bury(tenant.target(), version, "CORRUPT", "x", StepTimes.NONE);
                case 1 -> store.delete(tenant.target(), "knowledge", version.key());
                case 2 ->
                    store.unchanged(
                            tenant.target(), version, Tenant.document("en", "T").fileHash());
                case 3 -> {
                    if (admission instanceof Admission.Work) {
                        ledger.advance(tenant.target(), version, IngestState.EXTRACTING);
                    }
                }
                default ->
                    store.replace(
                            tenant.target(), version, Tenant.document("en", "T"), Tenant.chunks("T"), StepTimes.NONE);
            }
            LedgerSummary summary = totals.summary(tenant.context(), tenant.knowledgeBaseId());
            assertThat(summary.dropped()).isEqualTo(dropped.size());
            assertThat(summary.terminal() + summary.inFlight()).isEqualTo(summary.dropped());
            assertThat(summary.byState().getOrDefault(IngestState.INDEXED, 0L))
                    .isEqualTo(tenant.read(
                            Long.class, "select count(*) from knowledge_documents where status = 'completed'"));
        }
    }

    @Test
    void eventsWaitInTheOutboxUntilTheyArePublished() throws SQLException {
        migrated.database()
                .transaction(
                        tenant.context(),
                        connection -> Tenant.id(
                                connection,
                                "with event as (insert into outbox_events (topic, message_key, payload)"
                                        + " values ('t', 'k', 'v')) select uuid_v7()"));
        UUID event = migrated.maintenance()
                .transaction(
                        TenantContext.NONE, connection -> Tenant.id(connection, "select id from outbox_pending(10)"));
        migrated.maintenance()
                .transaction(
                        TenantContext.NONE,
                        connection -> Tenant.one(
                                connection, Integer.class, "select 1 from outbox_published(array[?::uuid])", event));
        long left = migrated.maintenance()
                .transaction(
                        TenantContext.NONE,
                        connection -> Tenant.one(connection, Long.class, "select count(*) from outbox_pending(10)"));
        assertThat(left).isZero();
    }

    private String row(String etag) throws SQLException {
        return tenant.read(String.class, "select state::text from ingest_ledger where etag = ?", etag);
    }

    private void superuser(String statement) throws SQLException {
        try (Connection connection = migrated.superuser();
                Statement plain = connection.createStatement()) {
            plain.execute(statement);
        }
    }
}
