package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.schema.tenancy.RequestOrigin;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests what the audit log records of a change, its readers, and that no role rewrites it. */
@TestInstance(Lifecycle.PER_CLASS)
class AuditIT {

    private final AtomicReference<String> request = new AtomicReference<>("");
    private Migrated migrated;
    private TenantDatabase database;
    private Tenant tenant;
    private int tenants;

    @BeforeAll
    void open() {
        Migrated plain = Migrated.open(1);
        plain.database().close();
        database = TenantDatabase.open(
                new DatabaseSettings(plain.owner().url(), "arketic_app", "secret of the application", 2),
                () -> new RequestOrigin(request.get(), null));
        migrated = new Migrated(database, plain.ingest(), plain.maintenance(), plain.owner());
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @BeforeEach
    void createTenant() throws SQLException {
        tenant = Tenant.create(migrated, "audited-" + ++tenants);
    }

    @Test
    void aChangeIsRecordedWithItsUserItsRequestAndTheColumnsThatChanged() throws SQLException {
        request.set("request-1");
        UUID group = tenant.read(UUID.class, "insert into member_groups (name) values ('Before') returning id");
        request.set("request-2");
        tenant.read(UUID.class, "update member_groups set name = 'After' where id = ? returning id", group);
        request.set("");
        tenant.read(UUID.class, "delete from member_groups where id = ? returning id", group);

        assertThat(log(group))
                .containsExactly(
                        "insert " + tenant.userId() + " request-1 null Before",
                        "update " + tenant.userId() + " request-2 Before After",
                        "delete " + tenant.userId() + " null After null");
        assertThat(tenant.read(
                        String.class,
                        "select before::text from audit_log where row_id = ? and action = 'update'",
                        group))
                .isEqualTo("{\"name\": \"Before\"}");
    }

    @Test
    void secretsAreMaskedAndLongTextsAreGivenByLengthAndHash() throws SQLException {
        UUID key = tenant.read(
                UUID.class, "insert into provider_keys (provider, encrypted_key) values ('p', 'cipher') returning id");
        assertThat(tenant.read(String.class, "select after ->> 'encrypted_key' from audit_log where row_id = ?", key))
                .isEqualTo("***");
        tenant.read(UUID.class, "update provider_keys set encrypted_key = 'other' where id = ? returning id", key);
        assertThat(tenant.read(
                        String.class, "select after::text from audit_log where row_id = ? and action = 'update'", key))
                .isEqualTo("{\"encrypted_key\": \"***\"}");

        UUID chat = tenant.read(
                UUID.class, "insert into chats (creator_id, title) values (?, 'Chat') returning id", tenant.userId());
        UUID message = tenant.read(
                UUID.class,
                "insert into chat_messages (chat_id, content) values (?, 'Confidential') returning id",
                chat);
        String after = tenant.read(String.class, "select after::text from audit_log where row_id = ?", message);
        assertThat(after).contains("\"bytes\": 12").doesNotContain("Confidential");
    }

    /** Compares all columns with the ones that say nothing of a conversation, so that a new column is decided about. */
    @Test
    void ofChatsTheLogShowsOnlyThatTheirTextsChanged() throws SQLException {
        for (String column : texts()) {
            String table = column.substring(0, column.indexOf('.'));
            String name = column.substring(column.indexOf('.') + 1);
            UUID row = chatRow(table);
            tenant.read(
                    UUID.class,
                    "update " + table + " set " + name + " = 'Confidential' where id = ? returning id",
                    row);
            tenant.read(UUID.class, "delete from " + table + " where id = ? returning id", row);
            assertThat(tenant.read(
                            String.class,
                            "select after ->> '" + name
                                    + "' from audit_log where row_id = ? and action = 'update' order by id limit 1",
                            row))
                    .as(column)
                    .isNotNull();
            assertThat(tenant.read(
                            Long.class,
                            "select count(*) from audit_log where concat(before, after) like '%Confidential%'"))
                    .as(column)
                    .isZero();
        }
    }

    private List<String> texts() throws SQLException {
        return List.of(tenant.read(String.class, """
                select string_agg(table_name || '.' || column_name, ' ' order by table_name, column_name)
                from information_schema.columns
                where table_name in (
                    'chats', 'chat_messages', 'chat_files', 'message_citations', 'message_feedback', 'chat_participants',
                    'chat_knowledge_bases')
                  and data_type in ('text', 'character varying', 'ARRAY', 'json', 'jsonb')
                  and table_name || '.' || column_name not in (
                    'chats.ai_model', 'chats.knowledge_scope', 'chats.direct_pair', 'chat_messages.ai_model_used',
                    'chat_messages.failure_reason', 'chat_files.media_type', 'message_citations.chunk_hash')
                """).split(" "));
    }

    /** Adds a row of this table with all that it belongs to. */
    private UUID chatRow(String table) throws SQLException {
        UUID chat = tenant.read(
                UUID.class, "insert into chats (creator_id, title) values (?, 'Chat') returning id", tenant.userId());
        UUID message = tenant.read(
                UUID.class, "insert into chat_messages (chat_id, content) values (?, 'Hello') returning id", chat);
        return switch (table) {
            case "chats" -> chat;
            case "chat_messages" -> message;
            case "chat_files" ->
                tenant.read(
                        UUID.class,
                        "insert into chat_files (message_id, object_key, filename, media_type, file_size)"
                                + " values (?, 'k', 'f', 'text/plain', 1) returning id",
                        message);
            case "message_citations" ->
                tenant.read(
                        UUID.class,
                        "insert into message_citations (message_id, number, document_version, filename, file_path,"
                                + " start_offset, end_offset, quote, score) values (?, 1, 1, 'f', 'p', 0, 1, 'q', 1)"
                                + " returning id",
                        message);
            case "message_feedback" ->
                tenant.read(
                        UUID.class,
                        "insert into message_feedback (message_id, user_id, rating) values (?, ?, 'up')"
                                + " returning id",
                        message,
                        tenant.userId());
            default -> throw new AssertionError("Add a row of " + table);
        };
    }

    @Test
    void aDocumentIsRecordedWithoutItsTextItsChunksAndTheCounters() throws SQLException {
        long before = entries();
        tenant.index(tenant.version("a.txt", "e", 1), "en", "Text of the file.", "More of it.");
        assertThat(entries() - before).isLessThanOrEqualTo(2);
        assertThat(tenant.read(
                        Long.class, "select count(*) from audit_log where concat(before, after) like '%Text of%'"))
                .isZero();
        assertThat(tenant.read(
                        Long.class,
                        "select count(*) from audit_log where table_name = 'knowledge_bases' and action = 'update'"))
                .isZero();
        assertThat(tenant.read(String.class, """
                select after ->> 'content_hash' from audit_log
                where table_name = 'knowledge_documents' order by occurred_at desc limit 1
                """))
                .isEqualTo(tenant.read(String.class, "select content_hash from knowledge_documents"));
    }

    @Test
    void ofAChunksNotesTheLogShowsOnlyThatAUserChangedThem() throws SQLException {
        tenant.index(tenant.version("noted.txt", "e", 1), "en", "Text of the file.");
        UUID note = tenant.read(UUID.class, """
                insert into chunk_notes (knowledge_base_id, document_id, content_hash, summary)
                select knowledge_base_id, document_id, content_hash, 'Confidential by a model' from knowledge_chunks limit 1
                returning id""");
        assertThat(actions(tenant.context(), note)).as("made by a model").isNull();
        tenant.read(UUID.class, """
                update chunk_notes set summary = 'Confidential', summary_edited = true, keywords = '["confidential"]'
                where id = ? returning id""", note);
        tenant.read(UUID.class, "delete from chunk_notes where id = ? returning id", note);
        assertThat(actions(tenant.context(), note)).isEqualTo("update,delete");
        assertThat(tenant.read(
                        Long.class,
                        "select count(*) from audit_log where concat(before, after) ilike '%confidential%'"))
                .isZero();
        assertThat(tenant.read(
                        String.class,
                        "select concat_ws(' ', before ->> 'summary', after ->> 'summary', after ->> 'keywords')"
                                + " from audit_log where row_id = ? and action = 'update'",
                        note))
                .isEqualTo("*** *** ***");
    }

    @Test
    void theLogTellsThatAUserSwitchedAChunkOffAndOn() throws SQLException {
        tenant.index(tenant.version("switched.txt", "e", 1), "en", "A text that is switched.");
        UUID note = tenant.read(UUID.class, """
                insert into chunk_notes (knowledge_base_id, document_id, content_hash, enabled)
                select knowledge_base_id, document_id, content_hash, false from knowledge_chunks
                where content = 'A text that is switched.' returning id""");
        tenant.read(UUID.class, "update chunk_notes set enabled = true where id = ? returning id", note);
        assertThat(actions(tenant.context(), note)).isEqualTo("insert,update");
    }

    @Test
    void theApplicationCannotWriteTheLog() {
        for (String statement : List.of(
                "update audit_log set user_id = null returning id",
                "delete from audit_log returning id",
                "insert into audit_log (action, table_name) values ('insert', 'forged') returning id")) {
            assertThatExceptionOfType(SQLException.class)
                    .as(statement)
                    .isThrownBy(() -> tenant.read(UUID.class, statement))
                    .matches(failure -> "42501".equals(failure.getSQLState()));
        }
    }

    @Test
    void ownersAndAdminsReadTheLogOfTheirOwnOrganization() throws SQLException {
        UUID admin = tenant.addMember("admin-" + tenants + "@example.org", "admin");
        UUID member = tenant.addMember("member-" + tenants + "@example.org", "member");
        Tenant other = Tenant.create(migrated, "other-" + tenants);
        assertThat(entries()).isPositive();
        assertThat(entries(TenantContext.of(tenant.organizationId(), admin))).isEqualTo(entries());
        assertThat(entries(TenantContext.of(tenant.organizationId(), member))).isZero();
        assertThat(entries(TenantContext.of(tenant.organizationId(), other.userId())))
                .isZero();
        assertThat(entries(TenantContext.ofOrganization(tenant.organizationId())))
                .isZero();
        assertThat(other.read(
                        Long.class,
                        "select count(*) from audit_log where organization_id <> ?",
                        other.organizationId()))
                .isZero();
        tenant.read(
                UUID.class, "update organization_members set is_active = false where user_id = ? returning id", admin);
        assertThat(entries(TenantContext.of(tenant.organizationId(), admin))).isZero();
    }

    @Test
    void whatOnlyItsOwnerSeesIsInNoAdminsLog() throws SQLException {
        UUID member = tenant.addMember("private-" + tenants + "@example.org", "admin");
        TenantContext theirs = TenantContext.of(tenant.organizationId(), member);
        UUID base = made(theirs, """
                insert into knowledge_bases (owner_id, name, knowledge_base_type)
                values (current_user_id(), 'Diary', 'personal') returning id""");
        UUID document = made(theirs, """
                insert into documents (owner_id, name, document_type, filename, file_path, file_size, file_hash, share_level)
                values (current_user_id(), 'Wages', 'folder', '', '', 0, '', 'private') returning id""");
        UUID shown = made(theirs, """
                insert into documents (owner_id, name, document_type, filename, file_path, file_size, file_hash, share_level)
                values (current_user_id(), 'Plans', 'folder', '', '', 0, '', 'organization') returning id""");
        made(theirs, "update knowledge_bases set description = 'of mine' where name = 'Diary' returning id");
        made(theirs, "delete from knowledge_bases where name = 'Diary' returning id");
        assertThat(actions(theirs, base)).isEqualTo("insert,update,delete");
        assertThat(actions(tenant.context(), base)).isNull();
        assertThat(actions(theirs, document)).isEqualTo("insert");
        assertThat(actions(tenant.context(), document)).isNull();
        assertThat(actions(tenant.context(), shown)).isEqualTo("insert");
    }

    @Test
    void whatGoesWithAKnowledgeBaseIsShownLikeTheKnowledgeBase() throws SQLException {
        UUID member = tenant.addMember("leaving-" + tenants + "@example.org", "admin");
        TenantContext theirs = TenantContext.of(tenant.organizationId(), member);
        for (String type : List.of("shared", "personal")) {
            UUID base = made(
                    theirs,
                    "insert into knowledge_bases (owner_id, name, knowledge_base_type) values (current_user_id(), '"
                            + type + "', '" + type + "') returning id");
            UUID chat =
                    made(theirs, "insert into chats (creator_id, title) values (current_user_id(), 'C') returning id");
            made(
                    theirs,
                    "insert into chat_knowledge_bases (chat_id, knowledge_base_id) values ('" + chat + "', '" + base
                            + "') returning chat_id");
            made(
                    TenantContext.ofOrganization(tenant.organizationId()),
                    "delete from knowledge_bases where id = '" + base + "' returning id");
            String detached =
                    "select count(*) from audit_log where table_name = 'chat_knowledge_bases' and action = 'delete'"
                            + " and row_id = '" + chat + "'";
            assertThat(tenant.read(Long.class, detached)).as(type).isEqualTo(type.equals("shared") ? 1 : 0);
            long toItsOwner = database.transaction(theirs, connection -> Tenant.one(connection, Long.class, detached));
            assertThat(toItsOwner).as(type).isEqualTo(1);
        }
    }

    @Test
    void adminsSeeWhatTheyChangedThemselves() throws SQLException {
        UUID colleague = tenant.addMember("colleague-" + tenants + "@example.org", "admin");
        UUID row = UUID.randomUUID();
        for (UUID by : List.of(tenant.userId(), colleague)) {
            migrated.execute("insert into audit_log (organization_id, user_id, action, table_name, row_id, private_to)"
                    + " values ('" + tenant.organizationId() + "', '" + by + "', 'delete', 'documents', '" + row
                    + "', '" + colleague + "')");
        }
        assertThat(actions(tenant.context(), row)).isEqualTo("delete");
        assertThat(actions(TenantContext.of(tenant.organizationId(), colleague), row))
                .isEqualTo("delete,delete");
    }

    private UUID made(TenantContext context, String statement) throws SQLException {
        return database.transaction(context, connection -> Tenant.id(connection, statement));
    }

    private String actions(TenantContext context, UUID row) throws SQLException {
        return database.transaction(
                context,
                connection -> Tenant.one(
                        connection,
                        String.class,
                        "select string_agg(action::text, ',' order by occurred_at) from audit_log where row_id = ?",
                        row));
    }

    @Test
    void anOrganizationThatSwitchesTheLogOffHasThatRecordedAndNothingMore() throws SQLException {
        UUID settings = tenant.read(UUID.class, "insert into organization_settings default values returning id");
        tenant.read(UUID.class, "update organization_settings set enable_audit_logging = false returning id");
        long before = entries();
        tenant.read(UUID.class, "update knowledge_bases set name = 'Renamed' returning id");
        assertThat(entries()).isEqualTo(before);
        tenant.read(UUID.class, "update organization_settings set enable_audit_logging = true returning id");
        tenant.read(UUID.class, "update knowledge_bases set name = 'Again' returning id");
        assertThat(entries()).isEqualTo(before + 2);
        assertThat(log(settings)).hasSize(3);
    }

    @Test
    void aUsersOwnChangesOutsideAnOrganizationAreForOperators() throws SQLException {
        try (Connection connection = migrated.superuser()) {
            assertThat(Tenant.one(
                            connection,
                            String.class,
                            "select after ->> 'password_hash' from audit_log where row_id = ? and organization_id is null",
                            tenant.userId()))
                    .isEqualTo("***");
        }
    }

    @Test
    void aFailedLoginIsCountedAndALockIsOnRecord() throws SQLException {
        database.transaction(TenantContext.ofUser(tenant.userId()), connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("update users set failed_login_attempts = 9");
                statement.execute("update users set failed_login_attempts = 10, locked_until = now()");
            }
            return true;
        });
        try (Connection connection = migrated.superuser()) {
            assertThat(Tenant.one(
                            connection,
                            String.class,
                            "select string_agg(before::text, ' ') from audit_log where row_id = ? and action = 'update'",
                            tenant.userId()))
                    .isEqualTo("{\"locked_until\": null, \"failed_login_attempts\": 9}");
        }
    }

    private List<String> log(UUID row) throws SQLException {
        String lines = tenant.read(String.class, """
                select string_agg(concat_ws(' ', action, user_id, coalesce(request_id, 'null'),
                    coalesce(before ->> 'name', 'null'), coalesce(after ->> 'name', 'null')), ';' order by occurred_at)
                from audit_log where row_id = ?
                """, row);
        return List.of(lines.split(";"));
    }

    private long entries() throws SQLException {
        return entries(tenant.context());
    }

    private long entries(TenantContext context) throws SQLException {
        return database.transaction(
                context, connection -> Tenant.one(connection, Long.class, "select count(*) from audit_log"));
    }
}
