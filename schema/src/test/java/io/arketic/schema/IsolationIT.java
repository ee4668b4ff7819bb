package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.LedgerTotals;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests with two tenants and a row in every table what each of them, and no tenant, can reach. */
@TestInstance(Lifecycle.PER_CLASS)
class IsolationIT {

    private static final String PRIVILEGE = "42501";
    private static final String FOREIGN_KEY = "23503";

    private Migrated migrated;
    private TenantDatabase database;
    private Tenant one;
    private Tenant other;

    @BeforeAll
    void open() throws SQLException {
        migrated = Migrated.open(1);
        database = migrated.database();
        one = Tenant.create(migrated, "one");
        other = Tenant.create(migrated, "other");
        fill(one);
        fill(other);
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @Test
    void withoutAContextNoTenantsTableShowsARow() throws SQLException {
        List<String> tables = tenantTables();
        assertThat(tables).hasSizeGreaterThanOrEqualTo(14);
        for (String table : tables) {
            assertThat(count(TenantContext.NONE, table)).as(table).isZero();
            assertThat(count(one.context(), table)).as(table).isPositive();
        }
    }

    @Test
    void aTenantSeesItsOwnRowsOnly() throws SQLException {
        for (String table : tenantTables()) {
            long foreign = database.transaction(
                    one.context(),
                    connection -> Tenant.one(
                            connection,
                            Long.class,
                            "select count(*) from " + table + " where " + tenantColumn(table) + " <> ?",
                            one.organizationId()));
            assertThat(foreign).as(table).isZero();
        }
    }

    @Test
    void aTenantChangesAndRemovesItsOwnRowsOnly() throws SQLException {
        int tried = 0;
        for (String table : tenantTables()) {
            String column = tenantColumn(table);
            String where = " where " + column + " = '" + other.organizationId() + "'";
            if (one.read(Boolean.class, "select has_column_privilege(?::text, ?::text, 'update')", table, column)) {
                assertThat(update(one, "update " + table + " set " + column + " = " + column + where))
                        .as(table)
                        .isZero();
                tried++;
            }
            if (one.read(Boolean.class, "select has_table_privilege(?::text, 'delete')", table)) {
                assertThat(update(one, "delete from " + table + where))
                        .as(table)
                        .isZero();
                tried++;
            }
        }
        assertThat(tried).isGreaterThanOrEqualTo(40);
    }

    @Test
    void aRowCannotBeMovedIntoAnotherTenant() {
        for (String table : List.of("knowledge_bases", "chats", "ingest_ledger", "organization_members")) {
            assertThatExceptionOfType(SQLException.class)
                    .as(table)
                    .isThrownBy(() ->
                            update(one, "update " + table + " set organization_id = '" + other.organizationId() + "'"))
                    .matches(failure -> PRIVILEGE.equals(failure.getSQLState()));
        }
    }

    @Test
    void aForeignKeyDoesNotReachIntoAnotherTenant() {
        String insert = """
                insert into knowledge_documents (knowledge_base_id, filename, file_path, file_type, file_size, mime_type)
                values ('%s', 'a', 'a', 'txt', 1, 'text/plain') returning id
                """.formatted(other.knowledgeBaseId());
        // The policy refuses a user; the organization's own work meets the foreign key.
        for (var refusal : Map.of(
                        one.context(), PRIVILEGE, TenantContext.ofOrganization(one.organizationId()), FOREIGN_KEY)
                .entrySet()) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(
                            () -> database.transaction(refusal.getKey(), connection -> Tenant.id(connection, insert)))
                    .matches(failure -> refusal.getValue().equals(failure.getSQLState()));
        }
    }

    @Test
    void theContextEndsWithItsTransaction() throws SQLException {
        assertThat(count(one.context(), "knowledge_bases")).isEqualTo(1);
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> database.transaction(one.context(), connection -> {
                    throw new SQLException("on purpose");
                }));
        assertThat(count(TenantContext.NONE, "knowledge_bases")).isZero();
    }

    @Test
    void aUserSeesItselfItsColleaguesAndItsOrganizations() throws SQLException {
        TenantContext user = TenantContext.ofUser(one.userId());
        assertThat(count(user, "users")).isEqualTo(1);
        assertThat(count(user, "organizations")).isEqualTo(1);
        assertThat(count(user, "organization_members")).isEqualTo(1);
        assertThat(count(user, "knowledge_bases")).isZero();
        assertThat(count(one.context(), "users")).isEqualTo(1);
    }

    @Test
    void withoutAUserAnAccountIsFoundByItsAddressAndNoTableShowsOne() throws SQLException {
        UUID found = database.transaction(
                TenantContext.NONE,
                connection -> Tenant.id(connection, "select id from account_by_email(?)", "one@example.org"));
        assertThat(found).isEqualTo(one.userId());
        for (String table : List.of(
                "users",
                "user_sessions",
                "refresh_tokens",
                "email_verification_tokens",
                "password_reset_tokens",
                "two_factor_recovery_codes")) {
            assertThat(count(TenantContext.NONE, table)).as(table).isZero();
        }
    }

    @Test
    void aPersonalKnowledgeBaseIsItsOwnersAlone() throws SQLException {
        Tenant owner = Tenant.create(migrated, "personal");
        update(owner, "update knowledge_bases set knowledge_base_type = 'personal'");
        owner.index(owner.version("a.txt", "e", 0), "en", "Former diary");
        owner.index(owner.version("a.txt", "e", 1), "en", "Diary");
        addFromDrive(owner);
        openIndex(owner);
        owner.database().transaction(owner.context(), connection -> Tenant.id(connection, """
                        insert into chunk_notes (knowledge_base_id, document_id, content_hash, summary)
                        select knowledge_base_id, document_id, content_hash, 'Diary' from knowledge_chunks limit 1 returning id
                        """));
        UUID colleague = owner.addMember("colleague@example.org", "owner");
        SortedSet<String> tables = new TreeSet<>(Set.of("knowledge_bases"));
        tables.addAll(tablesWith("knowledge_base_id"));
        tables.addAll(tablesWith("document_id"));
        assertThat(tables).contains("knowledge_documents", "knowledge_chunks", "ingest_ledger", "embedding_cache");
        // Says which knowledge bases a chat asks; a quote is looked at below.
        tables.removeAll(List.of("chat_knowledge_bases", "message_citations"));
        tables.removeAll(tablesOfNoRequest());
        UUID member = owner.addMember("member@example.org", "member");
        for (String table : tables) {
            assertThat(count(owner.context(), table)).as(table).isPositive();
            // An admin revokes every public link of the organization, and learns no more of its document than the id.
            UUID other = table.equals("document_public_links") ? member : colleague;
            assertThat(count(TenantContext.of(owner.organizationId(), other), table))
                    .as(table)
                    .isZero();
            assertThat(count(TenantContext.ofOrganization(owner.organizationId()), table))
                    .as(table)
                    .isPositive();
        }
    }

    @Test
    void whatIsQuotedOfAPersonalKnowledgeBaseIsItsOwnersAlsoWhenThatIsGone() throws SQLException {
        Tenant owner = Tenant.create(migrated, "quoted");
        update(owner, "update knowledge_bases set knowledge_base_type = 'personal'");
        TenantContext colleague =
                TenantContext.of(owner.organizationId(), owner.addMember("reader@example.org", "owner"));
        update(
                owner,
                "insert into chats (creator_id, title, chat_type) values ('" + owner.userId() + "', 'All', 'channel')");
        update(owner, "insert into chat_messages (chat_id, content) select id, 'Answer' from chats");
        update(owner, """
                insert into message_citations (message_id, number, knowledge_base_id, document_version, filename,
                    file_path, start_offset, end_offset, quote, score)
                select id, 1, '%s', 1, 'a.txt', 'a.txt', 0, 6, 'Secret', 1 from chat_messages
                """.formatted(owner.knowledgeBaseId()));
        assertThat(count(owner.context(), "message_citations")).isEqualTo(1);
        assertThat(count(colleague, "chat_messages")).isEqualTo(1);
        assertThat(count(colleague, "message_citations")).isZero();

        update(owner, "update message_citations set private_to = null");
        TenantContext organization = TenantContext.ofOrganization(owner.organizationId());
        database.transaction(
                organization,
                connection -> Tenant.id(
                        connection,
                        "update knowledge_bases set owner_id = ? returning id",
                        Objects.requireNonNull(colleague.userId())));
        assertThat(count(owner.context(), "message_citations")).isZero();
        assertThat(count(colleague, "message_citations")).isEqualTo(1);

        UUID gone = database.transaction(
                organization, connection -> Tenant.id(connection, "delete from knowledge_bases returning id"));
        assertThat(gone).isEqualTo(owner.knowledgeBaseId());
        assertThat(count(owner.context(), "message_citations")).isZero();
        assertThat(count(colleague, "message_citations")).isEqualTo(1);
    }

    @Test
    void aChatIsSeenByItsCreatorAndItsParticipantsOnly() throws SQLException {
        UUID stranger = UUID.randomUUID();
        assertThat(count(one.context(), "chat_messages")).isEqualTo(1);
        TenantContext colleague = TenantContext.of(one.organizationId(), stranger);
        assertThat(count(colleague, "chats")).isZero();
        assertThat(count(colleague, "chat_messages")).isZero();
        assertThat(count(colleague, "message_citations")).isZero();
    }

    @Test
    void aPrivateDocumentIsItsOwnersUntilItIsShared() throws SQLException {
        TenantContext colleague = TenantContext.of(one.organizationId(), UUID.randomUUID());
        assertThat(count(one.context(), "documents")).isEqualTo(1);
        assertThat(count(colleague, "documents")).isZero();
        update(one, "update documents set share_level = 'organization'");
        assertThat(count(colleague, "documents")).isEqualTo(1);
        update(one, "update documents set share_level = 'private'");
    }

    @Test
    void aRoleThatPassesOverPoliciesIsRefused() {
        try (TenantDatabase powerful = TenantDatabase.open(Tenant.settings(migrated.owner()))) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> powerful.transaction(TenantContext.NONE, connection -> true))
                    .withStackTraceContaining("passes over row-level security");
        }
    }

    @Test
    void anUnplacedLedgerRowIsNoTenantsButCounted() throws SQLException {
        IngestLedger ledger = new IngestLedger(migrated.ingest());
        LedgerTotals totals = new LedgerTotals(migrated.ingest());
        long before = totals.summary().dropped();
        ledger.buryUnplaced(
                KnowledgeTarget.UNCHECKED,
                new ObjectVersion("knowledge", "nowhere", "e", java.time.Instant.EPOCH, 1),
                "INVALID_KEY",
                "no path");
        assertThat(totals.summary().dropped()).isEqualTo(before + 1);
        assertThat(totals.summary().failures()).containsKey("INVALID_KEY");
        long seen = database.transaction(
                one.context(),
                connection -> Tenant.one(
                        connection, Long.class, "select count(*) from ingest_ledger where reason = 'INVALID_KEY'"));
        assertThat(seen).isZero();
    }

    /** The tables of one run. It also waits for messages, so that the chat's leaves a signal. */
    private static void fillWorkflow(Connection connection, UUID workflow) throws SQLException {
        Tenant.id(
                connection,
                "update workflows set status = 'active', trigger_type = 'event', event_type = 'message.posted' where id = ?"
                        + " returning id",
                workflow);
        Tenant.id(connection, """
                insert into workflow_versions (workflow_id, version, definition) values (?, '1.0.0', '{}') returning id
                """, workflow);
        UUID run = Tenant.id(connection, "select id from workflow_executions where workflow_id = ?", workflow);
        Tenant.id(connection, """
                insert into workflow_step_runs (execution_id, step, status) values (?, 'wait', 'scheduled') returning id
                """, run);
        Tenant.id(connection, """
                insert into workflow_decisions (execution_id, step, user_id, decision)
                values (?, 'wait', current_user_id(), 'approve') returning id
                """, run);
        Tenant.id(connection, """
                insert into workflow_letters (execution_id, step, user_id, subject, content)
                values (?, 'tell', current_user_id(), 'S', 'C') returning id
                """, run);
        Tenant.id(connection, """
                insert into workflow_secrets (name, allowed_hosts, encrypted_key) values ('s', '{a.example}', 'x') returning id
                """);
        Tenant.id(connection, """
                insert into workflow_hooks (workflow_id, token_hash, encrypted_key) values (?, md5(random()::text), 'x')
                returning id
                """, workflow);
        Tenant.id(
                connection,
                "insert into workflow_deliveries (workflow_id, delivery) values (?, 'd') returning id",
                workflow);
        Tenant.id(connection, "insert into workflow_usage (steps) values (1) returning organization_id");
    }

    private void fill(Tenant tenant) throws SQLException {
        tenant.index(tenant.version("a.txt", "e", 0), "en", "Former secret of " + tenant.slug());
        tenant.index(tenant.version("a.txt", "e", 1), "en", "Secret of " + tenant.slug());
        tenant.database().transaction(tenant.context(), connection -> {
            UUID document = Tenant.id(connection, "select id from knowledge_documents");
            Tenant.id(connection, """
                    insert into chunk_notes (knowledge_base_id, document_id, content_hash, summary)
                    select knowledge_base_id, document_id, content_hash, 'Secret' from knowledge_chunks limit 1 returning id
                    """);
            Tenant.id(connection, "insert into organization_settings default values returning id");
            Tenant.id(
                    connection,
                    "with event as (insert into outbox_events (topic, message_key, payload) values ('t', 'k', '{}'))"
                            + " select uuid_v7()");
            Tenant.id(connection, """
                    insert into api_keys (name, key_prefix, key_hash) values ('Key', 'ak_', md5(random()::text))
                    returning id
                    """);
            Tenant.id(connection, """
                    insert into organization_invitations (email, token_hash, expires_at)
                    values ('new@example.org', md5(random()::text), now() + interval '1 day') returning id
                    """);
            Tenant.id(
                    connection,
                    "insert into provider_keys (provider, encrypted_key) values ('openai', 'x') returning id");
            Tenant.id(
                    connection,
                    "insert into organization_domains (domain, txt_record) values (?, 'x') returning id",
                    tenant.slug() + ".example");
            Tenant.id(connection, """
                    insert into identity_providers (name, issuer, client_id) values ('P', 'https://p.example', 'c')
                    returning id
                    """);
            Tenant.id(connection, """
                    insert into usage_periods (period_start) values (date_trunc('month', now())) returning organization_id
                    """);
            Tenant.id(connection, """
                    insert into usage_caps (subject, unit, period, amount) values ('organization', 'tokens', 'day', 9)
                    returning id
                    """);
            Tenant.id(connection, """
                    with charged as (
                        select charge_ai(uuid_v7(), 'm', '{}', 1, 1, now() + interval '1 hour'))
                    select uuid_v7() from charged
                    """);
            // Most of the budget: a notification.
            Tenant.id(connection, "with spent as (select record_ai_usage(1, 90)) select uuid_v7() from spent");
            UUID workflow = Tenant.id(
                    connection,
                    "insert into workflows (creator_id, name, workflow_definition) values (?, 'W', '{}') returning id",
                    tenant.userId());
            UUID step = Tenant.id(connection, """
                    insert into workflow_steps (workflow_id, name, step_type, step_order, configuration)
                    values (?, 'S', 'delay', 1, '{}') returning id
                    """, workflow);
            Tenant.id(connection, """
                    insert into workflow_executions (workflow_id, current_step_id, total_steps)
                    values (?, ?, 1) returning id
                    """, workflow, step);
            fillWorkflow(connection, workflow);
            UUID chat = Tenant.id(
                    connection,
                    "insert into chats (creator_id, title) values (?, 'Chat') returning id",
                    tenant.userId());
            Tenant.id(
                    connection,
                    "insert into chat_participants (chat_id, user_id) values (?, ?) returning id",
                    chat,
                    tenant.userId());
            Tenant.id(
                    connection,
                    "insert into chat_knowledge_bases (chat_id, knowledge_base_id) values (?, ?) returning chat_id",
                    chat,
                    tenant.knowledgeBaseId());
            Tenant.id(connection, """
                    insert into chat_presence (chat_id, user_id, process_id, present_until)
                    values (?, ?, gen_random_uuid(), now() + interval '1 minute') returning chat_id
                    """, chat, tenant.userId());
            UUID message = Tenant.id(
                    connection, "insert into chat_messages (chat_id, content) values (?, 'Hi') returning id", chat);
            Tenant.id(
                    connection,
                    "insert into open_questions (chat_id, message_id) values (?, ?) returning id",
                    chat,
                    message);
            Tenant.id(
                    connection,
                    "insert into message_feedback (message_id, user_id, rating) values (?, ?, 'up') returning id",
                    message,
                    tenant.userId());
            Tenant.id(connection, """
                    insert into chat_files (message_id, object_key, filename, media_type, file_size)
                    values (?, gen_random_uuid()::text, 'a.txt', 'text/plain', 1) returning id
                    """, message);
            return Tenant.id(connection, """
                    insert into message_citations (message_id, number, document_id, document_version, filename,
                        file_path, start_offset, end_offset, quote, score)
                    values (?, 1, ?, 1, 'a.txt', 'a.txt', 0, 6, 'Secret', 1) returning id
                    """, message, document);
        });
        addFromDrive(tenant);
        openIndex(tenant);
    }

    /** Copies the knowledge base's chunks into an index of its own. */
    private void openIndex(Tenant tenant) throws SQLException {
        Integer copied = migrated.maintenance()
                .transaction(
                        TenantContext.NONE,
                        connection -> Tenant.one(
                                connection,
                                Integer.class,
                                "select fill_index_part(open_index_part(?, 1), 100)",
                                tenant.knowledgeBaseId()));
        assertThat(copied).isPositive();
    }

    /** Creates a private document of the drive in the tenant's knowledge base. */
    private void addFromDrive(Tenant tenant) throws SQLException {
        tenant.database().transaction(tenant.context(), connection -> {
            UUID plan = Tenant.id(connection, """
                    insert into documents (
                        owner_id, name, document_type, filename, file_path, file_size, file_hash, blob_id)
                    select ?, 'Plan', 'text', 'plan.txt', b.object_key, 5, 'h', b.blob_id
                    from keep_document_bytes('h', 5, current_organization_id() || '/plan') b returning id
                    """, tenant.userId());
            UUID group = Tenant.id(connection, "insert into member_groups (name) values ('Works') returning id");
            Tenant.id(
                    connection,
                    "insert into group_members (group_id, user_id) values (?, ?) returning id",
                    group,
                    tenant.userId());
            Tenant.id(connection, """
                    insert into scim_tokens (name, token_prefix, token_hash) values ('D', 'scim_', md5(random()::text))
                    returning id
                    """);
            Tenant.id(connection, """
                    insert into scim_users (user_id, user_name, first_name, last_name)
                    values (current_user_id(), 'u', 'F', 'L') returning id
                    """);
            Tenant.id(
                    connection,
                    "insert into document_public_links (document_id, created_by_id, token_hash) values (?, ?, ?) returning id",
                    plan,
                    tenant.userId(),
                    "hash of " + tenant.slug());
            Tenant.id(connection, """
                    insert into document_previews (blob_id, reason)
                    select blob_id, 'unreadable' from documents where id = ? returning blob_id
                    """, plan);
            UUID upload = Tenant.id(connection, """
                    insert into document_uploads (share_level, name, mime_type, file_size, part_size)
                    values ('private', 'film.mp4', 'video/mp4', 9, 5) returning id
                    """);
            Tenant.id(connection, """
                    insert into document_upload_parts (upload_id, part_number, file_size, file_hash, object_key)
                    values (?, 1, 5, 'h', current_organization_id() || '/film') returning id
                    """, upload);
            return Tenant.id(
                    connection,
                    "insert into document_sources (document_id, knowledge_base_id) values (?, ?) returning id",
                    plan,
                    tenant.knowledgeBaseId());
        });
        // Only a function of the owner's writes it.
        migrated.execute("""
                insert into document_shares (organization_id, document_id, user_id, access_right)
                select d.organization_id, d.id, d.owner_id, 'view' from documents d where d.organization_id = '%s'
                """.formatted(tenant.organizationId()));
        migrated.execute("""
                insert into chat_shares (organization_id, chat_id, group_id, access_right)
                select c.organization_id, c.id, g.id, 'view' from chats c
                join member_groups g on g.organization_id = c.organization_id where c.organization_id = '%s'
                """.formatted(tenant.organizationId()));
        migrated.execute("""
                insert into knowledge_shares (organization_id, knowledge_base_id, user_id, access_right)
                select b.organization_id, b.id, b.owner_id, 'view' from knowledge_bases b where b.organization_id = '%s'
                """.formatted(tenant.organizationId()));
        migrated.execute("""
                insert into judged_questions (organization_id, knowledge_base_id, question)
                select b.organization_id, b.id, 'Secret?' from knowledge_bases b where b.organization_id = '%s'
                """.formatted(tenant.organizationId()));
        migrated.execute("""
                insert into file_passwords (organization_id, knowledge_base_id, place, encrypted_key)
                select b.organization_id, b.id, 1, 'x' from knowledge_bases b where b.organization_id = '%s'
                """.formatted(tenant.organizationId()));
        migrated.execute("""
                insert into member_handovers (organization_id, user_id)
                select m.organization_id, m.user_id from organization_members m where m.organization_id = '%s'
                """.formatted(tenant.organizationId()));
        migrated.execute("""
                insert into document_texts (organization_id, blob_id, content)
                select b.organization_id, b.id, 'Text' from document_blobs b where b.organization_id = '%s'
                """.formatted(tenant.organizationId()));
        // Last: the vectors of an imported knowledge base are not kept for others.
        migrated.execute("""
                insert into knowledge_imports (organization_id, knowledge_base_id, user_id, merkle_root, documents)
                select b.organization_id, b.id, b.owner_id, 'r', 1 from knowledge_bases b where b.organization_id = '%1$s';
                insert into imported_documents (organization_id, knowledge_base_id, source_document_id, document_id)
                select k.organization_id, k.knowledge_base_id, gen_random_uuid(), k.id from knowledge_documents k
                where k.organization_id = '%1$s'
                """.formatted(tenant.organizationId()));
        // Only the trigger of an indexed version writes it.
        migrated.execute("""
                insert into document_link_versions (
                    organization_id, knowledge_document_id, version, document_id, document_version)
                select k.organization_id, k.id, 1, d.id, 1
                from knowledge_documents k join documents d on d.organization_id = k.organization_id
                where k.organization_id = '%s'
                """.formatted(tenant.organizationId()));
    }

    /** Lists tables that only functions reach. */
    private List<String> tablesOfNoRequest() throws SQLException {
        return List.of(one.read(String.class, """
                        select coalesce(string_agg(tablename, ' '), '') from pg_policies
                        where 'arketic_app' = any (roles) and qual = 'false'
                        """).split(" "));
    }

    private List<String> tenantTables() throws SQLException {
        List<String> tables = new ArrayList<>(List.of("organizations"));
        tables.addAll(tablesWith("organization_id"));
        return tables;
    }

    private List<String> tablesWith(String column) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Connection connection = migrated.superuser();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("""
                        select c.table_name from information_schema.columns c
                        join pg_class t on t.oid = format('public.%I', c.table_name)::regclass
                        where c.table_schema = 'public' and c.column_name = 'COLUMN' and not t.relispartition
                          and has_any_column_privilege('arketic_app', t.oid, 'select')
                        order by 1
                        """.replace("COLUMN", column))) {
            while (row.next()) {
                tables.add(row.getString(1));
            }
        }
        return tables;
    }

    private static String tenantColumn(String table) {
        return table.equals("organizations") ? "id" : "organization_id";
    }

    private long count(TenantContext context, String table) throws SQLException {
        return database.transaction(
                context, connection -> Tenant.one(connection, Long.class, "select count(*) from " + table));
    }

    private int update(Tenant tenant, String statement) throws SQLException {
        return database.transaction(tenant.context(), connection -> {
            try (PreparedStatement prepared = connection.prepareStatement(statement)) {
                return prepared.executeUpdate();
            }
        });
    }
}
