package io.arketic.cli.backup;

import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.knowledge.DocumentVersion;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import io.arketic.services.DatabaseAccess;
import io.arketic.services.StackSettings;
import io.arketic.store.S3Store;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** Fills an organization's knowledge base with documents, as the jobs and the API do: object, ledger, chunks, citations. */
record Library(StackSettings settings, TenantDatabase requests, TenantDatabase jobs) implements AutoCloseable {

    private static final UUID ORGANIZATION = UUID.fromString("00000000-0000-4000-8000-000000000001");
    private static final UUID USER = UUID.fromString("00000000-0000-4000-8000-000000000002");
    private static final UUID BASE = UUID.fromString("00000000-0000-4000-8000-000000000003");
    private static final String MODEL = "test-model";

    static Library create(StackSettings settings) throws SQLException {
        Library library = open(settings);
        library.requests()
                .transaction(
                        TenantContext.ofUser(USER), connection -> library.execute(connection, """
                insert into users (id, email, password_hash, first_name, last_name)
                values ('%s', 'ada@example.org', 'x', 'Ada', 'L')
                """.formatted(USER)));
        library.requests().transaction(TenantContext.of(ORGANIZATION, USER), connection -> {
            library.execute(
                    connection,
                    "insert into organizations (id, name, slug) values ('%s', 'Pumps', 'pumps')"
                            .formatted(ORGANIZATION));
            library.execute(
                    connection,
                    "insert into organization_members (user_id, role) values ('%s', 'owner')".formatted(USER));
            return library.execute(connection, """
                    insert into knowledge_bases (id, owner_id, name, embedding_model, vector_store_type)
                    values ('%s', '%s', 'Manuals', '%s', 'pgvector')
                    """.formatted(BASE, USER, MODEL));
        });
        return library;
    }

    /** Opens a library that was created before. */
    static Library open(StackSettings settings) {
        return new Library(settings, pool(settings.application()), pool(settings.ingest()));
    }

    private static TenantDatabase pool(DatabaseAccess access) {
        return TenantDatabase.open(new DatabaseSettings(access.url(), access.user(), access.password(), 2));
    }

    static String text(int document) {
        return "Pump " + document + " is oiled every " + (document + 2) + " days.";
    }

    String key(int document) {
        return keyOf(document);
    }

    static String keyOf(int document) {
        return "pumps/" + BASE + "/pump-" + document + ".txt";
    }

    ObjectVersion put(int document, String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (S3Store store = Backups.store(settings)) {
            store.put("knowledge", key(document), new ByteArrayInputStream(bytes), bytes.length, "text/plain");
            var made = store.stat("knowledge", key(document)).orElseThrow();
            return new ObjectVersion(
                    "knowledge", key(document), made.etag(), Objects.requireNonNull(made.lastModified()), made.size());
        }
    }

    /** Puts a document into the store and indexes it. */
    void index(int document) throws Exception {
        String text = text(document);
        ObjectVersion version = put(document, text);
        var target = new KnowledgeTarget(ORGANIZATION, BASE, 1, MODEL, 1000, 200);
        new IngestLedger(jobs).admit(target, version);
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        new KnowledgeStore(jobs)
                .replace(
                        target,
                        version,
                        new DocumentVersion(
                                "pump-" + document + ".txt",
                                "text/plain",
                                hash,
                                text,
                                List.of(0),
                                List.of(),
                                null,
                                null,
                                "en",
                                null),
                        List.of(new EmbeddedChunk(
                                0, "text", 1, 0, text.length(), text, null, 9, new float[] {1, 0, 0, 0}, false)),
                        StepTimes.NONE);
    }

    /** Cites each document in a message. */
    void cite() throws SQLException {
        requests.transaction(TenantContext.of(ORGANIZATION, USER), connection -> {
            execute(connection, "insert into chats (creator_id, title) values ('%s', 'Pumps')".formatted(USER));
            execute(
                    connection,
                    "insert into chat_participants (chat_id, user_id) select id, '%s' from chats".formatted(USER));
            execute(connection, "insert into chat_messages (chat_id, content) select id, 'Oil them.' from chats");
            return execute(connection, """
                    insert into message_citations (message_id, number, knowledge_base_id, document_id,
                        document_version, filename, file_path, start_offset, end_offset, quote, score)
                    select m.id, row_number() over (order by d.id), d.knowledge_base_id, d.id, d.version, d.filename,
                        d.file_path, 0, 6, substring(d.extracted_text from 1 for 6), 1
                    from chat_messages m cross join knowledge_documents d
                    """);
        });
    }

    private boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql) > 0;
        }
    }

    @Override
    public void close() {
        requests.close();
        jobs.close();
    }
}
