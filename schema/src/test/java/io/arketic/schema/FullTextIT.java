package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests that users find content that they may see by its words, through GIN indexes. */
@TestInstance(Lifecycle.PER_CLASS)
class FullTextIT {

    private Migrated migrated;
    private TenantDatabase database;
    private Tenant tenant;
    private Tenant other;

    @BeforeAll
    void open() throws SQLException {
        migrated = Migrated.open(1);
        database = migrated.database();
        tenant = Tenant.create(migrated, "words");
        other = Tenant.create(migrated, "other-words");
        fill(tenant);
        fill(other);
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @Test
    void eachContentIsFoundInTheOwnOrganizationOnly() throws SQLException {
        for (String search : new String[] {
            "search_chat_messages('turbines', 10)",
            "search_documents('turbines plan', 10)",
            "search_knowledge_documents('turbines', 10)"
        }) {
            assertThat(count(tenant.context(), search)).as(search).isEqualTo(1);
            assertThat(count(TenantContext.NONE, search)).as(search).isZero();
        }
        assertThat(count(tenant.context(), "search_chat_messages('turbines -wind', 10)"))
                .isZero();
    }

    @Test
    void othersMessagesPrivateDocumentsAndPersonalKnowledgeBasesAreNotFound() throws SQLException {
        TenantContext colleague = TenantContext.of(tenant.organizationId(), UUID.randomUUID());
        assertThat(count(colleague, "search_chat_messages('turbines', 10)")).isZero();
        assertThat(count(colleague, "search_documents('turbines', 10)")).isZero();
        assertThat(count(colleague, "search_knowledge_documents('turbines', 10)"))
                .isEqualTo(1);
        tenant.read(UUID.class, "update knowledge_bases set knowledge_base_type = 'personal' returning id");
        assertThat(count(colleague, "search_knowledge_documents('turbines', 10)"))
                .isZero();
        tenant.read(UUID.class, "update knowledge_bases set knowledge_base_type = 'shared' returning id");
    }

    @Test
    void accentsNormalFormsAndTurkishCaseDoNotHideContent() throws SQLException {
        for (String written : List.of("Musée", "MUSÉE", "Żółty", "IŞIKLI", "İstanbul", "ışıklı", "Straße", "Ёлка")) {
            for (Normalizer.Form form : List.of(Normalizer.Form.NFC, Normalizer.Form.NFD)) {
                String text = Normalizer.normalize(written, form);
                UUID chat = tenant.read(
                        UUID.class,
                        "insert into chats (creator_id, title) values (?, 'Chat') returning id",
                        tenant.userId());
                UUID message = tenant.read(
                        UUID.class,
                        "insert into chat_messages (chat_id, content) values (?, ?) returning id",
                        chat,
                        "Say " + text + " here");
                UUID document = tenant.read(UUID.class, """
                        insert into documents (owner_id, name, document_type, filename, file_path, file_size,
                            file_hash, content_text)
                        values (?, 'Any ' || gen_random_uuid(), 'text', 'any.txt', 'any', 1, 'h', ?) returning id
                        """, tenant.userId(), text);
                for (String asked : askedFor(written)) {
                    assertThat(tenant.read(
                                    UUID.class,
                                    "select id from search_chat_messages(?, 1) where chat_id = ?",
                                    asked,
                                    chat))
                            .as(asked + " for " + text)
                            .isEqualTo(message);
                    assertThat(tenant.read(
                                    Boolean.class,
                                    "select exists (select from search_documents(?, 100) where id = ?)",
                                    asked,
                                    document))
                            .as(asked + " for " + text)
                            .isTrue();
                }
            }
        }
        assertThat(count(tenant.context(), "search_chat_messages('\"say musee\"', 10)"))
                .isPositive();
        assertThat(count(
                        tenant.context(),
                        "search_chat_messages('say -musee -zolty -isikli -istanbul -strasse -елка', 10)"))
                .isZero();
    }

    private static List<String> askedFor(String written) {
        String bare = Map.of(
                        "musée",
                        "musee",
                        "żółty",
                        "zolty",
                        "ışıklı",
                        "isikli",
                        "i̇stanbul",
                        "istanbul",
                        "straße",
                        "strasse",
                        "ёлка",
                        "елка",
                        "işikli",
                        "isikli")
                .get(written.toLowerCase(Locale.ROOT));
        return List.of(
                bare,
                bare.toUpperCase(Locale.ROOT),
                Normalizer.normalize(written, Normalizer.Form.NFC),
                Normalizer.normalize(written, Normalizer.Form.NFD),
                written.toUpperCase(Locale.forLanguageTag("tr")));
    }

    @Test
    void eachSearchCanUseItsIndex() throws SQLException {
        assertThat(plan("chat_messages", "searchable_folded(content)")).contains("_idx_message_search");
        assertThat(plan("documents", "search_vector")).contains("idx_doc_search");
        assertThat(plan("knowledge_documents", "search_vector")).contains("idx_knowledge_doc_search");
    }

    @Test
    void aTextThatIsTooLongForAnIndexIsWrittenAndFoundByItsBeginning() throws SQLException {
        String text = "Beginning "
                + IntStream.range(0, 300_000)
                        .mapToObj(i -> "w" + Integer.toHexString(i * 7919))
                        .collect(Collectors.joining(" "))
                + " " + "x".repeat(5_000);
        UUID document = tenant.read(UUID.class, """
                insert into documents (owner_id, name, document_type, filename, file_path, file_size, file_hash,
                    content_text)
                values (?, 'Long', 'text', 'long.txt', 'long', 1, 'h', ?) returning id
                """, tenant.userId(), text);
        assertThat(tenant.read(UUID.class, "select id from search_documents('beginning', 1)"))
                .isEqualTo(document);
        ObjectVersion version = tenant.version("long.txt", "e", 1);
        new IngestLedger(migrated.ingest()).admit(tenant.target(), version);
        new KnowledgeStore(migrated.ingest())
                .replace(
                        tenant.target(),
                        version,
                        Tenant.document("en", text),
                        Tenant.chunks("Beginning"),
                        StepTimes.NONE);
        assertThat(count(tenant.context(), "search_knowledge_documents('beginning', 10)"))
                .isEqualTo(1);
    }

    /** Such as a scan that could not be read. */
    @Test
    void aDocumentWithoutTextIsFoundByTheWordsOfItsName() throws SQLException {
        ObjectVersion scan = tenant.version("Invoice_2024-03_Ankor.pdf", "e", 1);
        IngestLedger ledger = new IngestLedger(migrated.ingest());
        ledger.admit(tenant.target(), scan);
        ledger.bury(tenant.target(), scan, "NEEDS_OCR", "no text", StepTimes.NONE);
        for (String words : List.of("ankor", "invoice 2024", "Invoice_2024-03_Ankor.pdf")) {
            assertThat(count(tenant.context(), "search_knowledge_documents('" + words + "', 10)"))
                    .as(words)
                    .isEqualTo(1);
        }
    }

    private static void fill(Tenant tenant) throws SQLException {
        tenant.index(tenant.version("a.txt", "e", 1), "en", "Wind turbines turn slowly.");
        UUID chat = tenant.read(
                UUID.class, "insert into chats (creator_id, title) values (?, 'Chat') returning id", tenant.userId());
        tenant.read(
                UUID.class,
                "insert into chat_messages (chat_id, content) values (?, 'How do wind turbines turn?') returning id",
                chat);
        tenant.read(UUID.class, """
                insert into documents (owner_id, name, document_type, filename, file_path, file_size, file_hash,
                    content_text)
                values (?, 'Plan', 'text', 'plan.txt', 'plan', 5, 'h', 'Where the turbines shall stand') returning id
                """, tenant.userId());
    }

    private long count(TenantContext context, String search) throws SQLException {
        return database.transaction(
                context, connection -> Tenant.one(connection, Long.class, "select count(*) from " + search));
    }

    /** Reads the table like the functions: as its owner, who sees all rows. */
    private String plan(String table, String vector) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (Connection connection = migrated.superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("set role arketic_owner");
            statement.execute("set enable_seqscan = off");
            statement.execute("set enable_indexscan = off");
            try (ResultSet row = statement.executeQuery("explain select id from " + table + " where " + vector
                    + " @@ websearch_to_tsquery('simple', 'turbines')")) {
                while (row.next()) {
                    plan.append(row.getString(1)).append('\n');
                }
            }
        }
        return plan.toString();
    }
}
