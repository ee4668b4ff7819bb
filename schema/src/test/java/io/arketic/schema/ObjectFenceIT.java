package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.generation.EmbeddingCache;
import io.arketic.schema.knowledge.DocumentVersion;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.knowledge.ObjectLedger;
import io.arketic.schema.knowledge.ObjectLedger.Known;
import io.arketic.schema.knowledge.ParkedVersions;
import io.arketic.schema.knowledge.ReextractedVersions;
import io.arketic.schema.knowledge.ReplaceOutcome;
import io.arketic.schema.ledger.Admission;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.InvalidObjectKeyException;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.OvertakenException;
import io.arketic.schema.ledger.StepTimes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests that of all looks at one object only the latest writes, with any times in the store. */
@TestInstance(Lifecycle.PER_CLASS)
class ObjectFenceIT {

    private static final String BUCKET = "knowledge";

    /** Returns everything that a reader or an operator could see of the tenant's knowledge. */
    private static final String EVERYTHING = """
            select concat_ws(' / ',
                (select string_agg(concat_ws(' ', etag, state, reason, attempts, epoch), ', ' order by id) from ingest_ledger),
                (select string_agg(concat_ws(' ', status, version, object_etag, extracted_text, processing_error), ', ')
                    from knowledge_documents),
                (select string_agg(content, ', ') from knowledge_chunks))
            """;

    private Migrated migrated;
    private IngestLedger ledger;
    private KnowledgeStore store;
    private ReextractedVersions reextract;
    private Tenant tenant;
    private int tenants;

    @BeforeAll
    void open() {
        migrated = Migrated.open();
        ledger = new IngestLedger(migrated.ingest());
        store = new KnowledgeStore(migrated.ingest());
        reextract = new ReextractedVersions(migrated.ingest());
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @BeforeEach
    void makeTenant() throws SQLException {
        tenant = Tenant.create(migrated, "fence-" + tenants++);
    }

    @Test
    void whatWasStoppedInTheMiddleOfItsWorkChangesNothing() throws Exception {
        for (int second : new int[] {1, 9}) {
            for (String end : List.of("indexed", "unchanged", "dead", "deleted")) {
                makeTenant();
                ObjectVersion known = tenant.version("a.txt", "known", 5);
                tenant.index(known, "en", "Known");
                ObjectVersion slept = tenant.version("a.txt", "slept", second);
                KnowledgeTarget sleeper = admitted(look(), slept);
                otherExecutor(end);
                assertChangesNothing(writes(sleeper, slept));
            }
        }
    }

    @Test
    void whatWasStoppedBetweenLookAndActChangesNothing() throws Exception {
        for (String end : List.of("indexed", "unchanged", "dead", "deleted")) {
            makeTenant();
            ObjectVersion known = tenant.version("a.txt", "known", 5);
            tenant.index(known, "en", "Known");
            KnowledgeTarget sleeper = look();
            otherExecutor(end);
            Map<String, ThrowingCallable> acts = writes(sleeper, known);
            acts.put("admit", () -> ledger.admit(sleeper, tenant.version("a.txt", "other", 9)));
            acts.put("reopen", () -> ledger.reopen(sleeper, known));
            acts.put("supersede", () -> ledger.supersede(sleeper, tenant.version("a.txt", "other", 9)));
            acts.put("bury unplaced", () -> ledger.buryUnplaced(sleeper.epoch(), known, "CORRUPT", ""));
            assertChangesNothing(acts);
        }
    }

    @Test
    void aLookThatFindsAllInOrderEndsWhatWasStopped() throws Exception {
        ObjectVersion known = tenant.version("a.txt", "known", 1);
        tenant.index(known, "en", "Known");
        ObjectVersion slept = tenant.version("a.txt", "slept", 2);
        KnowledgeTarget sleeper = admitted(look(), slept);

        assertThat(ledger.admit(look(), known)).isEqualTo(new Admission.Ended(IngestState.INDEXED));

        assertThat(states()).isEqualTo("known indexed, slept superseded");
        assertChangesNothing(writes(sleeper, slept));
    }

    @Test
    void anOlderVersionThatIsPutBackTakesThePlaceOfTheNewer() throws SQLException {
        index(tenant.version("a.txt", "new", 9), "New");
        index(tenant.version("a.txt", "old", 1), "Old");
        assertThat(states()).isEqualTo("new superseded, old indexed");
        assertThat(contents()).isEqualTo("Old");

        rollBack(tenant.version("a.txt", "new", 9), "New");
        rollBack(tenant.version("a.txt", "old", 1), "Old");
        assertThat(states()).isEqualTo("new superseded, old indexed");
        assertThat(contents()).isEqualTo("Old");
        assertThat(known()).containsExactly("old true");
    }

    @Test
    void whatWasUnchangedOrDeadComesBackLikeAnyOtherVersion() throws SQLException {
        ObjectVersion first = tenant.version("a.txt", "same", 1);
        ObjectVersion again = tenant.version("a.txt", "same", 2);
        ObjectVersion dead = tenant.version("a.txt", "dead", 3);
        index(first, "Same");
        KnowledgeTarget target = admitted(look(), again);
        assertThat(store.unchanged(target, again, Tenant.document("en", "Same").fileHash()))
                .isTrue();
        KnowledgeTarget last = admitted(look(), dead);
        ledger.bury(last, dead, "CORRUPT", "torn", StepTimes.NONE);
        assertThat(contents()).isNull();
        assertThat(known()).containsExactly("dead true");

        rollBack(again, "Same");
        assertThat(contents()).isEqualTo("Same");
        assertThat(known()).containsExactly("same true");
        assertThat(ledger.admit(look(), again)).isEqualTo(new Admission.Ended(IngestState.INDEXED));

        assertThat(ledger.admit(look(), dead)).isEqualTo(new Admission.Ended(IngestState.SUPERSEDED));
        assertThat(ledger.reopen(look(), dead)).isPresent();
        assertThat(known()).containsExactly("dead false");
    }

    @Test
    void whatTheOtherLookFoundInOrderIsNotDisturbed() throws SQLException {
        ObjectVersion version = tenant.version("a.txt", "e", 1);
        index(version, "Text");
        KnowledgeTarget one = look();
        KnowledgeTarget two = look();
        assertThat(ledger.admit(one, version)).isEqualTo(new Admission.Ended(IngestState.INDEXED));
        assertThat(ledger.admit(two, version)).isEqualTo(new Admission.Ended(IngestState.INDEXED));
    }

    private Map<String, ThrowingCallable> writes(KnowledgeTarget sleeper, ObjectVersion version) {
        Map<String, ThrowingCallable> writes = new LinkedHashMap<>();
        DocumentVersion document = Tenant.document("en", "Slept");
        writes.put("advance", () -> ledger.advance(sleeper, version, IngestState.EMBEDDING));
        writes.put("unchanged", () -> store.unchanged(sleeper, version, document.fileHash()));
        writes.put("same", () -> reextract.same(sleeper, version, document));
        writes.put("keep", () -> reextract.keep(sleeper, version, "CORRUPT", "torn"));
        writes.put("replace", () -> store.replace(sleeper, version, document, Tenant.chunks("Slept"), StepTimes.NONE));
        writes.put("bury", () -> ledger.bury(sleeper, version, "CORRUPT", "torn", StepTimes.NONE));
        ParkedVersions parked = new ParkedVersions(migrated.ingest(), EmbeddingCache.DEFAULT);
        writes.put("park", () -> parked.park(sleeper, version, "DOWN", "", Duration.ofMinutes(1)));
        writes.put("withhold", () -> parked.withhold(sleeper, version, "DENIED", "", Duration.ofMinutes(1)));
        writes.put("delete", () -> store.delete(sleeper, BUCKET, version.key()));
        return writes;
    }

    private void assertChangesNothing(Map<String, ThrowingCallable> writes) throws SQLException {
        String before = tenant.read(String.class, EVERYTHING);
        for (Map.Entry<String, ThrowingCallable> write : writes.entrySet()) {
            if (!write.getKey().equals("same")) { // reads first, and finds another text
                assertThatExceptionOfType(OvertakenException.class)
                        .as(write.getKey())
                        .isThrownBy(write.getValue());
            }
            assertThat(tenant.read(String.class, EVERYTHING)).as(write.getKey()).isEqualTo(before);
        }
    }

    /** Looks at the object and finishes it, while the first executor sleeps. */
    private void otherExecutor(String end) throws SQLException {
        ObjectVersion version = tenant.version("a.txt", "awake", 7);
        KnowledgeTarget target = look();
        switch (end) {
            case "deleted" ->
                assertThat(store.delete(target, BUCKET, version.key())).isPresent();
            case "dead" ->
                ledger.bury(admitted(target, version), version, "ENCRYPTED", "needs a password", StepTimes.NONE);
            case "unchanged" ->
                assertThat(store.unchanged(
                                admitted(target, version),
                                version,
                                Tenant.document("en", "Known").fileHash()))
                        .isTrue();
            default -> index(version, "Awake");
        }
    }

    private KnowledgeTarget look() throws SQLException {
        try {
            return ledger.look(BUCKET, ObjectKey.parse(tenant.key("a.txt")))
                    .target()
                    .orElseThrow();
        } catch (InvalidObjectKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    private KnowledgeTarget admitted(KnowledgeTarget target, ObjectVersion version) throws SQLException {
        return target.at(((Admission.Work) ledger.admit(target, version)).epoch());
    }

    private void index(ObjectVersion version, String text) throws SQLException {
        assertThat(store.replace(
                        admitted(look(), version),
                        version,
                        Tenant.document("en", text),
                        Tenant.chunks(text),
                        StepTimes.NONE))
                .isInstanceOf(ReplaceOutcome.Replaced.class);
    }

    /** Puts an earlier version back into the store. */
    private void rollBack(ObjectVersion version, String text) throws SQLException {
        assertThat(ledger.admit(look(), version)).isEqualTo(new Admission.Ended(IngestState.SUPERSEDED));
        KnowledgeTarget target = look();
        long epoch = ledger.reopen(target, version).orElseThrow().epoch();
        assertThat(store.replace(
                        target.at(epoch), version, Tenant.document("en", text), Tenant.chunks(text), StepTimes.NONE))
                .isInstanceOf(ReplaceOutcome.Replaced.class);
    }

    private List<String> known() throws SQLException {
        List<String> known = new ArrayList<>();
        new ObjectLedger(migrated.ingest()).knownObjects(BUCKET, object -> {
            if (object.key().equals(tenant.key("a.txt"))) {
                known.add(object.etag() + " " + object.settled());
            }
        });
        assertThat(knownPageByPage()).isEqualTo(known);
        return known;
    }

    private List<String> knownPageByPage() throws SQLException {
        ObjectLedger objects = new ObjectLedger(migrated.ingest());
        assertThat(objects.isInKeyOrder()).isTrue();
        List<String> known = new ArrayList<>();
        String last = "";
        for (List<Known> page = objects.knownAfter(BUCKET, last, 2);
                !page.isEmpty();
                page = objects.knownAfter(BUCKET, last, 2)) {
            for (Known object : page) {
                assertThat(object.key()).isGreaterThan(last);
                last = object.key();
                if (last.equals(tenant.key("a.txt")) && object.version() != null) {
                    assertThat(object.epoch()).isPositive();
                    known.add(object.version().etag() + " " + object.version().settled());
                }
            }
        }
        return known;
    }

    private String states() throws SQLException {
        return tenant.read(
                String.class, "select string_agg(etag || ' ' || state, ', ' order by id) from ingest_ledger");
    }

    private String contents() throws SQLException {
        return tenant.read(String.class, "select string_agg(content, '|' order by chunk_index) from knowledge_chunks");
    }
}
