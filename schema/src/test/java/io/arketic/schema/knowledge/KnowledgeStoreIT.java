package io.arketic.schema.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.knowledge.ReplaceOutcome.Replaced;
import io.arketic.schema.knowledge.ReplaceOutcome.Superseded;
import io.arketic.schema.ledger.Admission;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.LedgerSummary;
import io.arketic.schema.ledger.LedgerTotals;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class KnowledgeStoreIT {

    /** Returns the counters minus the real counts: all zero. */
    private static final String DRIFT = """
            select concat_ws(' ', b.document_count - count(d.id) filter (where d.status <> 'deleted'),
                b.total_chunks - (select count(*) from knowledge_chunks),
                b.total_chunks - coalesce(sum(d.chunk_count) filter (where d.status <> 'deleted'), 0),
                b.total_size_bytes - coalesce(sum(d.file_size) filter (where d.status <> 'deleted'), 0),
                o.current_storage_bytes
                    - coalesce(sum(d.file_size) filter (where d.status not in ('deleted', 'failed')), 0))
            from knowledge_bases b
            join organizations o on o.id = b.organization_id
            left join knowledge_documents d on d.knowledge_base_id = b.id
            group by b.id, o.id
            """;

    private Migrated migrated;
    private KnowledgeStore store;
    private IngestLedger ledger;
    private LedgerTotals totals;
    private Tenant tenant;
    private int tenants;

    @BeforeAll
    void open() {
        migrated = Migrated.open(10);
        store = new KnowledgeStore(migrated.ingest());
        ledger = new IngestLedger(migrated.ingest());
        totals = new LedgerTotals(migrated.ingest());
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @BeforeEach
    void makeTenant() throws SQLException {
        tenant = Tenant.create(migrated, "store-" + tenants++);
    }

    @Test
    void aVersionIsStoredWithItsTextChunksAndHashes() throws SQLException {
        ReplaceOutcome outcome = tenant.index(tenant.version("folder/a.TXT", "e1", 1), "en", "Müller 🚢", "Second");
        Replaced replaced = (Replaced) outcome;
        assertThat(replaced.version()).isEqualTo(1);
        assertThat(replaced.chunks()).isEqualTo(2);
        assertThat(tenant.read(String.class, """
                        select concat_ws('|', status, version, chunk_count, embedding_model_used, file_type, language,
                            search_config, extracted_text, length(content_hash), object_etag)
                        from knowledge_documents where id = ?
                        """, replaced.documentId()))
                .isEqualTo("completed|1|2|test-model|txt|en|english|Müller 🚢\nSecond|64|e1");
        assertThat(tenant.read(String.class, """
                        select concat_ws('|', content, content_length, page_number, start_offset, end_offset,
                            embedding_model, embedding, generation, document_version,
                            content_hash = encode(sha256(convert_to(content, 'UTF8')), 'hex'),
                            vector_id = document_id || ':1:0', relevance_score)
                        from knowledge_chunks where chunk_index = 0
                        """))
                .isEqualTo("Müller 🚢|8|1|0|8|test-model|[1,0,0,0,0,0,0,0]|1|1|t|t|0.2000");
        assertThat(tenant.read(Boolean.class, """
                        select bool_and(substr(d.extracted_text, c.start_offset + 1, c.end_offset - c.start_offset)
                            = c.content)
                        from knowledge_chunks c join knowledge_documents d on d.id = c.document_id
                        """)).isTrue();
        assertThat(drift()).isEqualTo("0 0 0 0 0");
    }

    @Test
    void repeatingAReplaceLeavesOneCopy() throws SQLException {
        ObjectVersion version = tenant.version("a.txt", "e1", 1);
        ReplaceOutcome first = tenant.index(version, "en", "One", "Two");
        ReplaceOutcome second = store.replace(
                tenant.target(),
                version,
                Tenant.document("en", "One", "Two"),
                Tenant.chunks("One", "Two"),
                StepTimes.NONE);
        assertThat(second).isEqualTo(first);
        assertThat(chunks()).isEqualTo(2);
        assertThat(drift()).isEqualTo("0 0 0 0 0");
    }

    @Test
    void aNewerVersionTakesThePlaceOfTheOlder() throws SQLException {
        Replaced first = (Replaced) tenant.index(tenant.version("a.txt", "e1", 1), "en", "One", "Two", "Three");
        Replaced second = (Replaced) tenant.index(tenant.version("a.txt", "e2", 2), "en", "New");
        assertThat(second.documentId()).isEqualTo(first.documentId());
        assertThat(second.version()).isEqualTo(2);
        assertThat(contents()).isEqualTo("New");
        assertThat(state("e1")).isEqualTo("superseded");
        assertThat(state("e2")).isEqualTo("indexed");
        assertThat(drift()).isEqualTo("0 0 0 0 0");
    }

    @Test
    void theSameBytesAgainAreUnchanged() throws SQLException {
        tenant.index(tenant.version("a.txt", "e1", 1), "en", "Same");
        String hash = Tenant.document("en", "Same").fileHash();
        ObjectVersion again = tenant.version("a.txt", "e1", 2);
        ledger.admit(tenant.target(), again);
        assertThat(store.unchanged(tenant.target(), again, "another hash")).isFalse();
        assertThat(store.unchanged(tenant.target(), again, hash)).isTrue();
        assertThat(store.unchanged(tenant.target(), again, hash)).isTrue();
        assertThat(tenant.read(
                        String.class, "select string_agg(state::text, ' ' order by last_modified) from ingest_ledger"))
                .isEqualTo("indexed unchanged");
        KnowledgeTarget otherModel =
                new KnowledgeTarget(tenant.organizationId(), tenant.knowledgeBaseId(), 1, "another-model", 1000, 200);
        assertThat(store.unchanged(otherModel, tenant.version("a.txt", "e1", 3), hash))
                .isFalse();
    }

    @Test
    void anUploadsRowIsTakenOver() throws SQLException {
        UUID uploaded = migrated.database()
                .transaction(
                        tenant.context(),
                        connection -> Tenant.id(
                                connection, """
                insert into knowledge_documents (knowledge_base_id, uploaded_by_id, filename, file_path, file_type,
                    file_size, mime_type, status)
                values (?, ?, 'a.txt', ?, 'txt', 5, 'text/plain', 'pending') returning id
                """, tenant.knowledgeBaseId(), tenant.userId(), tenant.key("a.txt")));
        assertThat(drift()).isEqualTo("0 0 0 0 0");
        Replaced replaced = (Replaced) tenant.index(tenant.version("a.txt", "e1", 1), "en", "Text");
        assertThat(replaced.documentId()).isEqualTo(uploaded);
        assertThat(tenant.read(
                        String.class, "select status || ' ' || (uploaded_by_id is not null) from knowledge_documents"))
                .isEqualTo("completed true");
        assertThat(drift()).isEqualTo("0 0 0 0 0");
    }

    @Test
    void aDeletedDocumentIsGoneAndAReplayDoesNotBringItBack() throws SQLException {
        ObjectVersion version = tenant.version("a.txt", "e1", 1);
        Replaced replaced = (Replaced) tenant.index(version, "en", "One", "Two");
        assertThat(store.delete(tenant.target(), "knowledge", version.key())).contains(2);
        assertThat(store.delete(tenant.target(), "knowledge", version.key())).isEmpty();
        assertThat(chunks()).isZero();
        assertThat(drift()).isEqualTo("0 0 0 0 0");
        assertThat(ledger.admit(tenant.target(), version)).isEqualTo(new Admission.Ended(IngestState.DELETED));
        assertThat(store.replace(
                        tenant.target(), version, Tenant.document("en", "One"), Tenant.chunks("One"), StepTimes.NONE))
                .isInstanceOf(Superseded.class);
        assertThat(chunks()).isZero();

        Replaced dropped = (Replaced) tenant.index(tenant.version("a.txt", "e1", 9), "en", "One");
        assertThat(dropped.documentId()).isEqualTo(replaced.documentId());
        assertThat(dropped.version()).isEqualTo(2);
        assertThat(contents()).isEqualTo("One");
        assertThat(drift()).isEqualTo("0 0 0 0 0");
    }

    @Test
    void aDeleteEndsWhatIsInFlight() throws SQLException {
        ObjectVersion version = tenant.version("a.txt", "e1", 1);
        ledger.admit(tenant.target(), version);
        assertThat(store.delete(tenant.target(), "knowledge", version.key())).isEmpty();
        assertThat(state("e1")).isEqualTo("deleted");
        assertThat(store.replace(
                        tenant.target(), version, Tenant.document("en", "One"), Tenant.chunks("One"), StepTimes.NONE))
                .isInstanceOf(Superseded.class);
        assertThat(tenant.read(Long.class, "select count(*) from knowledge_documents"))
                .isZero();
    }

    @Test
    void withoutItsKnowledgeBaseAVersionIsSuperseded() throws SQLException {
        migrated.database()
                .transaction(
                        tenant.context(),
                        connection -> Tenant.id(
                                connection,
                                "delete from knowledge_bases where id = ? returning id",
                                tenant.knowledgeBaseId()));
        assertThat(tenant.index(tenant.version("a.txt", "e1", 1), "en", "Text")).isInstanceOf(Superseded.class);
        assertThat(state("e1")).isEqualTo("superseded");
    }

    @Test
    void aReaderSeesAWholeVersionOrTheOther() throws Exception {
        String[] odd = IntStream.range(0, 40).mapToObj(i -> "odd " + i).toArray(String[]::new);
        String[] even = IntStream.range(0, 60).mapToObj(i -> "even " + i).toArray(String[]::new);
        tenant.index(tenant.version("a.txt", "v0", 0), "en", even);
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService reader = Executors.newSingleThreadExecutor();
        try {
            Future<List<String>> seen = reader.submit(() -> {
                List<String> states = new ArrayList<>();
                while (!done.get()) {
                    states.add(tenant.read(String.class, """
                            select concat_ws(' ', min(split_part(content, ' ', 1)), max(split_part(content, ' ', 1)),
                                count(*), count(distinct document_version), max(d.chunk_count),
                                bool_and(c.document_version = d.version))
                            from knowledge_chunks c join knowledge_documents d on d.id = c.document_id
                            """));
                }
                return states;
            });
            for (int i = 1; i <= 20; i++) {
                tenant.index(tenant.version("a.txt", "v" + i, i), "en", i % 2 == 1 ? odd : even);
            }
            done.set(true);
            assertThat(seen.get())
                    .isNotEmpty()
                    .allMatch(state -> state.equals("odd odd 40 1 40 t") || state.equals("even even 60 1 60 t"));
        } finally {
            reader.shutdownNow();
        }
    }

    @Test
    void eightWritersOnTheSameKeysLeaveNoDriftAndOneVersionEach() throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> work = new ArrayList<>();
            for (int writer = 0; writer < 8; writer++) {
                int offset = writer;
                work.add(writers.submit(() -> {
                    for (int round = 0; round < 12; round++) {
                        int second = 1 + round * 8 + offset;
                        String path = (round + offset) % 4 + ".txt";
                        String[] texts = IntStream.range(0, 1 + (second % 5))
                                .mapToObj(i -> "text " + i)
                                .toArray(String[]::new);
                        tenant.index(tenant.version(path, "e" + second, second), "en", texts);
                        if (second % 7 == 0) {
                            store.delete(tenant.target(), "knowledge", tenant.key(path));
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : work) {
                one.get();
            }
        } finally {
            writers.shutdownNow();
        }
        assertThat(drift()).isEqualTo("0 0 0 0 0");
        LedgerSummary summary = totals.summary(tenant.context(), tenant.knowledgeBaseId());
        assertThat(summary.dropped()).isEqualTo(96);
        assertThat(summary.inFlight()).isZero();
        assertThat(summary.byState().getOrDefault(IngestState.INDEXED, 0L))
                .isEqualTo(
                        tenant.read(Long.class, "select count(*) from knowledge_documents where status = 'completed'"));
        assertThat(
                        tenant.read(
                                Long.class,
                                "select count(*) from (select from knowledge_chunks group by document_id having count(distinct document_version) > 1) mixed"))
                .isZero();
    }

    private String drift() throws SQLException {
        return tenant.read(String.class, DRIFT);
    }

    private long chunks() throws SQLException {
        return tenant.read(Long.class, "select count(*) from knowledge_chunks");
    }

    private String contents() throws SQLException {
        return tenant.read(String.class, "select string_agg(content, '|' order by chunk_index) from knowledge_chunks");
    }

    /** Reads as the organization, which also sees versions of a removed knowledge base. */
    private String state(String etag) throws SQLException {
        return migrated.ingest()
                .transaction(
                        tenant.target().context(),
                        connection -> Tenant.one(
                                connection,
                                String.class,
                                "select state::text from ingest_ledger where etag = ?",
                                etag));
    }
}
