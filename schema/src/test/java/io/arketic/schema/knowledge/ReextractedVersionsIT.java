package io.arketic.schema.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.generation.KnownEmbeddings;
import io.arketic.schema.ledger.Admission;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class ReextractedVersionsIT {

    private Migrated migrated;
    private IngestLedger ledger;
    private ReextractedVersions reextract;

    @BeforeAll
    void open() {
        migrated = Migrated.open();
        ledger = new IngestLedger(migrated.ingest());
        reextract = new ReextractedVersions(migrated.ingest());
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @Test
    void theSameTextEndsAsItHadEndedAndAnotherOneDoesNot() throws SQLException {
        Tenant tenant = Tenant.create(migrated, "same");
        ObjectVersion version = tenant.version("a.txt", "e", 1);
        tenant.index(version, "en", "One", "Two");
        assertThat(reextract.same(tenant.target(), version, Tenant.document("en", "One", "Two")))
                .as("without a request")
                .isFalse();
        reopen(tenant);
        assertThat(ledger.admit(tenant.target(), version))
                .isInstanceOfSatisfying(
                        Admission.Work.class,
                        work -> assertThat(work.reextract()).isTrue());

        assertThat(reextract.same(tenant.target(), version, Tenant.document("en", "One", "2")))
                .isFalse();
        assertThat(reextract.same(tenant.target(), version, Tenant.document("de", "One", "Two")))
                .isFalse();
        assertThat(state(tenant)).isEqualTo("received indexed");
        assertThat(reextract.same(tenant.target(), version, Tenant.document("en", "One", "Two")))
                .isTrue();
        assertThat(state(tenant)).isEqualTo("indexed");
        assertThat(tenant.read(Boolean.class, "select read_at > indexed_at from knowledge_documents"))
                .isTrue();
        assertThat(ledger.admit(tenant.target(), version)).isEqualTo(new Admission.Ended(IngestState.INDEXED));
    }

    @Test
    void whatCannotBeReadIsKeptUnlessTheDocumentIsOfANewerVersion() throws SQLException {
        Tenant tenant = Tenant.create(migrated, "kept");
        ObjectVersion version = tenant.version("a.txt", "e", 1);
        tenant.index(version, "en", "One");
        reopen(tenant);
        assertThat(reextract.keep(tenant.target(), version, "CORRUPT", "no end"))
                .isTrue();
        assertThat(tenant.read(String.class, "select concat_ws(' ', state, reason, detail) from ingest_ledger"))
                .isEqualTo("indexed CORRUPT no end");
        assertThat(tenant.read(String.class, "select content from knowledge_chunks"))
                .isEqualTo("One");

        reopen(tenant);
        tenant.index(tenant.version("a.txt", "e2", 2), "en", "Newer");
        assertThat(reextract.keep(tenant.target(), version, "CORRUPT", "no end"))
                .isFalse();
        assertThat(tenant.read(
                        String.class, "select string_agg(state::text, ' ' order by last_modified) from ingest_ledger"))
                .isEqualTo("superseded indexed");
    }

    @Test
    void whatIsReadOtherwiseIsANewVersionInOneCommit() throws SQLException {
        Tenant tenant = Tenant.create(migrated, "otherwise");
        ObjectVersion version = tenant.version("a.txt", "e", 1);
        tenant.index(version, "en", "0ne");
        reopen(tenant);

        assertThat(new KnowledgeStore(migrated.ingest())
                        .replace(
                                tenant.target(),
                                version,
                                Tenant.document("en", "One"),
                                Tenant.chunks("One"),
                                StepTimes.NONE))
                .isInstanceOfSatisfying(
                        ReplaceOutcome.Replaced.class,
                        replaced -> assertThat(replaced.version()).isEqualTo(2));

        assertThat(state(tenant)).isEqualTo("indexed");
        assertThat(tenant.read(String.class, "select concat_ws(' ', document_version, content) from knowledge_chunks"))
                .isEqualTo("2 One");
        assertThat(new KnownEmbeddings(migrated.ingest()).find(tenant.target(), List.of("0ne")))
                .hasSize(1);
    }

    @Test
    void warningsAreReplacedWithTheTextAndGoWithIt() throws SQLException {
        Tenant tenant = Tenant.create(migrated, "warned");
        ObjectVersion version = tenant.version("a.txt", "e", 1);
        DocumentWarning scan = new DocumentWarning("NEEDS_OCR", 2, "");
        DocumentWarning cell = new DocumentWarning("CELL_WITHOUT_VALUE", null, "Costs!B7 \0");
        KnowledgeStore store = new KnowledgeStore(migrated.ingest());
        ledger.admit(tenant.target(), version);
        write(store, tenant, version, scan, cell);
        String stored = "select warnings::text from knowledge_documents";
        assertThat(tenant.read(String.class, stored))
                .isEqualTo("[{\"kind\": \"NEEDS_OCR\", \"page\": 2, \"place\": \"\"},"
                        + " {\"kind\": \"CELL_WITHOUT_VALUE\", \"place\": \"Costs!B7 \uFFFD\"}]");

        reopen(tenant);
        ledger.admit(tenant.target(), version);
        assertThat(reextract.same(tenant.target(), version, warned(scan))).isFalse();
        assertThat(reextract.same(tenant.target(), version, warned(scan, cell))).isTrue();

        reopen(tenant);
        ledger.admit(tenant.target(), version);
        write(store, tenant, version);
        assertThat(tenant.read(String.class, stored)).as("read whole").isNull();

        reopen(tenant);
        ledger.admit(tenant.target(), version);
        write(store, tenant, version, scan);
        store.delete(tenant.target(), "knowledge", tenant.key("a.txt"));
        assertThat(tenant.read(String.class, stored)).as("deleted").isNull();
    }

    private static void write(KnowledgeStore store, Tenant tenant, ObjectVersion version, DocumentWarning... warnings)
            throws SQLException {
        store.replace(tenant.target(), version, warned(warnings), Tenant.chunks("One"), StepTimes.NONE);
    }

    private static DocumentVersion warned(DocumentWarning... warnings) {
        DocumentVersion whole = Tenant.document("en", "One");
        return new DocumentVersion(
                whole.filename(),
                whole.mimeType(),
                whole.fileHash(),
                whole.text(),
                whole.pageStarts(),
                whole.blocks(),
                whole.title(),
                whole.author(),
                whole.language(),
                whole.created(),
                List.of(warnings));
    }

    private static void reopen(Tenant tenant) throws SQLException {
        tenant.database().transaction(tenant.context(), connection -> {
            try (var statement = connection.prepareStatement("""
                    update ingest_ledger
                    set former_state = state, state = 'received', reason = null, detail = null, ended_at = null
                    """)) {
                return statement.executeUpdate();
            }
        });
    }

    private static String state(Tenant tenant) throws SQLException {
        return tenant.read(String.class, "select concat_ws(' ', state, former_state) from ingest_ledger");
    }
}
