package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests statements of an injection, as the roles of the product; each attack names its goal. */
@TestInstance(Lifecycle.PER_CLASS)
class WallIT {

    private static final String PRIVILEGE = "42501";
    private static final List<String> ROLES = List.of("arketic_app", "arketic_ingest", "arketic_maintenance");

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
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @Test
    void aTriggersFunctionCannotBePutOnATableOfOnesOwn() throws SQLException {
        refused("arketic_app", "create temporary table forged (id uuid, organization_id uuid)");
        refused("arketic_maintenance", "create temporary table forged (id uuid, organization_id uuid)");
        // The jobs need temporary tables.
        for (String function : List.of("record_change('users')", "count_member()", "count_chat_file()")) {
            refused(
                    "arketic_ingest",
                    "create temporary table forged (id uuid, organization_id uuid, object_key text);"
                            + "create trigger forge after insert on forged for each row execute function " + function);
        }
        for (String role : ROLES) {
            refused(role, "create table public.forged (id uuid)");
            refused(role, "create schema forged");
            refused(role, "create function public.forged() returns void language sql as 'select'");
        }
    }

    @Test
    void thereIsNoPlaceBesideTheTables() throws SQLException {
        for (String role : ROLES) {
            refused(role, "select lo_create(0)");
            refused(role, "select lo_from_bytea(0, 'x')");
            refused(role, "select lo_get(1)");
            refused(role, "select loread(lo_open(1, 262144), 1)");
        }
    }

    @Test
    void aRequestCallsNothingThatCrossesTenants() throws SQLException {
        for (String call : List.of(
                "outbox_pending(9)",
                "outbox_published('{}')",
                "outbox_purge()",
                "ledger_known_objects('knowledge')",
                "ledger_known_after('knowledge', '', 9)",
                "ledger_bury_unplaced('b', 'k', 'e', now(), 1, 'r', 'd', 1)",
                "ledger_totals()",
                "generation_work(9, null, null, null)",
                "ledger_backlog()",
                "ledger_forgotten('knowledge', interval '1 hour')",
                "knowledge_removals()",
                "organization_removals()",
                "remove_organization_rows('" + other.organizationId() + "', 9)",
                "purge_retention(9)",
                "drop_archived_partitions()")) {
            refused("arketic_app", "select * from " + call);
        }
        for (String call :
                List.of("outbox_pending(9)", "organization_removals()", "enter_session(gen_random_uuid())")) {
            refused("arketic_ingest", "select * from " + call);
        }
        for (String table : List.of("users", "chat_messages", "refresh_tokens", "provider_keys", "audit_log")) {
            refused("arketic_ingest", "select * from " + table);
            refused("arketic_maintenance", "select * from " + table);
        }
        refused("arketic_app", "update knowledge_chunks set content = 'forged'");
        refused("arketic_app", "update outbox_events set payload = 'forged'");
    }

    @Test
    void whatAStatementLeavesInTheSessionEndsWithItsTransaction() throws SQLException {
        // The pool holds one connection, which the next tenant gets.
        for (String poison : List.of(
                "select set_config('app.organization_id', '" + other.organizationId() + "', false)",
                "select set_config('app.user_id', '" + other.userId() + "', false)",
                "select set_config('search_path', 'pg_catalog', false)",
                "select set_config('statement_timeout', '1ms', false)",
                "select set_config('default_transaction_read_only', 'on', false)")) {
            database.transaction(one.context(), connection -> Tenant.one(connection, String.class, poison));
            assertThat(bases(TenantContext.NONE)).as(poison).isZero();
            assertThat(bases(one.context())).as(poison).isEqualTo(1);
            database.transaction(one.context(), connection -> Tenant.one(connection, String.class, poison));
            String seen = database.single(connection ->
                    Tenant.one(connection, String.class, "select count(*) || current_schema() from knowledge_bases"));
            assertThat(seen).as(poison).isEqualTo("0public");
        }
        assertThat(one.read(String.class, "show search_path")).isEqualTo("public,pg_temp");
    }

    @Test
    void aStatementThatSqlPreparedDoesNotRunAsTheNextTenant() throws SQLException {
        for (String attack : List.of(
                // In the place of each statement that the driver has prepared by a name.
                "deallocate \"%1$s\"; prepare \"%1$s\" as select 99::bigint",
                "do $$ begin execute 'deallocate \"%1$s\"'; execute 'prepare \"%1$s\" as select 99::bigint'; end $$",
                // Or nothing in its place, so that the next tenant's request fails.
                "deallocate \"%1$s\"")) {
            for (int i = 0; i < 10; i++) {
                assertThat(bases(one.context())).isEqualTo(1);
                assertThat(nobodysBases()).isZero();
                assertThat(basesByReading(one.context())).isEqualTo(1);
            }
            List<String> prepared = database.transaction(one.context(), connection -> {
                List<String> names = new ArrayList<>();
                try (Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery("select name from pg_prepared_statements")) {
                    while (row.next()) {
                        names.add(row.getString(1));
                    }
                }
                return names;
            });
            assertThat(prepared).isNotEmpty();
            for (String name : prepared) {
                try {
                    changed(one.context(), attack.formatted(name));
                } catch (SQLException ownCommitIsGone) {
                    // The attacker's own transaction may not survive it.
                    assertThat(ownCommitIsGone.getSQLState()).isEqualTo("26000");
                }
                assertThat(bases(other.context())).as(attack).isEqualTo(1);
                assertThat(nobodysBases()).as(attack).isZero();
                assertThat(basesByReading(other.context())).as(attack).isEqualTo(1);
            }
        }
    }

    @Test
    void locksAndCursorsOfTheSessionEndWithTheTransaction() throws SQLException {
        changed(one.context(), "select pg_advisory_lock(4711)");
        changed(one.context(), "declare \"C_1\" cursor with hold for select 1");
        assertThat(one.read(Long.class, "select count(*) from pg_cursors where is_holdable"))
                .isZero();
        assertThat(one.read(Long.class, "select count(*) from pg_locks where locktype = 'advisory' and objid = 4711"))
                .isZero();
    }

    @Test
    void aRequestReadsNoSecretOfAnother() throws SQLException {
        UUID colleague = one.addMember("colleague@example.org", "member");
        TenantContext member = TenantContext.of(one.organizationId(), colleague);
        for (String attack : List.of(
                "select password_hash from users",
                "select two_factor_secret from users",
                "select users from users",
                "select * from users",
                "select to_jsonb(u) from users u",
                "update users set first_name = first_name returning password_hash",
                "select key_hash from api_keys",
                "select token_hash from organization_invitations",
                "select encrypted_key from provider_keys",
                "select encrypted_key from file_passwords",
                "select encrypted_key from file_passwords(uuid_v7())",
                "select payload from outbox_events",
                "copy users (email, password_hash) to stdout")) {
            refused(member, attack);
        }
        assertThat(read(member, "select count(*) from login_by_email('%s')".formatted("one@example.org")))
                .isZero();
        assertThat(read(member, "select count(*) from own_secrets()")).isEqualTo(1);
        assertThat(read(TenantContext.NONE, "select count(*) from own_secrets()"))
                .isZero();
        assertThat(read(TenantContext.NONE, "select count(*) from login_by_email('%s')".formatted("one@example.org")))
                .isEqualTo(1);
    }

    @Test
    void aHashOfAPasswordIsComparedAndNotShown() throws SQLException {
        Tenant third = Tenant.create(migrated, "third");
        String salt = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$";
        migrated.execute("update users set password_hash = '" + salt + "aGFzaA' where id = '" + third.userId() + "'");
        String address = "(select email from users where id = '%s')".formatted(third.userId());
        String email = database.transaction(
                TenantContext.ofUser(third.userId()),
                connection -> Tenant.one(connection, String.class, "select " + address));
        assertThat(shown(TenantContext.NONE, "select password_salt from login_by_email('" + email + "')"))
                .isEqualTo(salt);
        assertThat(shown(TenantContext.ofUser(third.userId()), "select password_salt from own_secrets()"))
                .isEqualTo(salt);
        for (String guess : List.of("", "%", salt, salt + "aGFzaB")) {
            assertThat(opens(third, guess)).as(guess).isEqualTo("false");
        }
        assertThat(opens(third, salt + "aGFzaA")).isEqualTo("true");
        assertThat(opens(one, salt + "aGFzaA")).isEqualTo("false");
    }

    private String opens(Tenant tenant, String hash) throws SQLException {
        return shown(TenantContext.NONE, "select password_opens('" + tenant.userId() + "', '" + hash + "')::text");
    }

    private String shown(TenantContext context, String query) throws SQLException {
        return database.transaction(context, connection -> Tenant.one(connection, String.class, query));
    }

    @Test
    void aStagingTableThatWasPreparedIsNotUsed() throws SQLException {
        migrated.ingest().transaction(one.target().context(), connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("create temporary table stolen (content text)");
                statement.execute("""
                        create temporary table staged_chunks (
                            chunk_index integer, chunk_type text, page_number integer, start_offset integer,
                            end_offset integer, token_count integer, title text, content text, title_words text,
                            words text, embedding vector)
                        """);
                statement.execute("""
                        create function pg_temp.steal() returns trigger language plpgsql as $$
                        begin insert into stolen values (new.content); new.content := 'forged'; return new; end $$
                        """);
                return statement.execute("""
                        create trigger steal before insert on staged_chunks
                        for each row execute function pg_temp.steal()
                        """);
            }
        });
        other.index(other.version("a.txt", "e", 1), "en", "Text of the next tenant");
        assertThat(other.read(String.class, "select content from knowledge_chunks"))
                .isEqualTo("Text of the next tenant");
        long stolen = migrated.ingest()
                .transaction(
                        one.target().context(),
                        connection -> Tenant.one(connection, Long.class, "select count(*) from stolen"));
        assertThat(stolen).isZero();
    }

    @Test
    void aMembershipStaysInItsOrganization() throws SQLException {
        UUID member = one.addMember("mover@example.org", "owner");
        TenantContext there = TenantContext.of(other.organizationId(), member);
        assertThat(changed(there, "update organization_members set role = 'owner' where user_id = '" + member + "'"))
                .isZero();
        for (String column : List.of("organization_id", "user_id", "id")) {
            refused(there, "update organization_members set " + column + " = '" + other.organizationId() + "'");
        }
        for (String column : List.of("organization_id", "user_id")) {
            refused(one.context(), "update provider_keys set " + column + " = '" + other.organizationId() + "'");
        }
        assertThat(changed(there, "delete from organization_members where user_id = '" + member + "'"))
                .isZero();
    }

    @Test
    void whatAnOrganizationMayUseIsNotItsOwnToWrite() throws SQLException {
        for (String column :
                List.of("max_members", "max_storage_gb", "max_ai_requests_per_month", "ai_requests_this_month")) {
            refused(one.context(), "update organizations set " + column + " = 1000000");
        }
        refused(one.context(), "update organizations set subscription_tier = 'enterprise'");
        refused(one.context(), "update organizations set trial_ends_at = null, status = 'active'");
        UUID id = UUID.randomUUID();
        refused(
                TenantContext.of(id, one.userId()),
                "insert into organizations (id, name, slug, max_members) values ('" + id + "', 'N', 'n', 1000000)");
        refused(
                one.context(),
                "select change_subscription('" + one.organizationId() + "', 'enterprise', 9, 9, 9, null, null)");
    }

    @Test
    void noUserGivesItselfASystemRole() throws SQLException {
        UUID id = UUID.randomUUID();
        for (TenantContext context : List.of(one.context(), TenantContext.ofUser(one.userId()))) {
            refused(context, "update users set role = 'super_admin' where id = '" + one.userId() + "'");
        }
        refused(TenantContext.ofUser(id), """
                insert into users (id, email, password_hash, first_name, last_name, role)
                values ('%s', 'root@example.org', 'x', 'A', 'B', 'super_admin')
                """.formatted(id));
        assertThat(one.read(String.class, "select role::text from users where id = current_user_id()"))
                .isEqualTo("user");
    }

    @Test
    void oneOrganizationsSettingsDoNotStopTheMaintenanceOfAll() throws SQLException {
        for (String setting : List.of("data_retention_days", "session_timeout_minutes")) {
            for (String value : List.of("2147483647", "0", "-1")) {
                assertThatExceptionOfType(SQLException.class)
                        .isThrownBy(() -> changed(
                                one.context(),
                                "insert into organization_settings (" + setting + ") values (" + value + ")"))
                        .matches(failure -> "23514".equals(failure.getSQLState()));
            }
        }
    }

    @Test
    void aRowNamesNoObjectOfAnotherOrganization() throws SQLException {
        UUID blob = database.transaction(one.context(), connection -> Tenant.id(connection, """
                insert into documents (owner_id, name, document_type, filename, file_path, file_size, file_hash, blob_id)
                select ?, 'Wall', 'text', 'wall.txt', b.object_key, 4, 'wall', b.blob_id
                from keep_document_bytes('wall', 4, current_organization_id() || '/wall') b returning blob_id
                """, one.userId()));
        UUID upload = database.transaction(one.context(), connection -> Tenant.id(connection, """
                insert into document_uploads (share_level, name, mime_type, file_size, part_size)
                values ('private', 'film.mp4', 'video/mp4', 9, 5) returning id
                """));
        String own = one.organizationId() + "/object";
        String foreign = other.organizationId() + "/object";
        String preview =
                "insert into document_previews (blob_id, page_object, thumbnail_object) values ('" + blob + "', ";
        for (String attack : List.of(
                preview + "'" + foreign + "', '" + own + "')",
                preview + "'" + own + "', '" + foreign + "')",
                "insert into document_upload_parts (upload_id, part_number, file_size, file_hash, object_key)"
                        + " values ('" + upload + "', 1, 5, 'h', '" + foreign + "')")) {
            assertThatExceptionOfType(SQLException.class)
                    .as(attack)
                    .isThrownBy(() -> changed(one.context(), attack))
                    .matches(failure -> "23514".equals(failure.getSQLState()));
        }
        assertThat(changed(one.context(), preview + "'" + own + "', '" + own + "')"))
                .isEqualTo(1);
    }

    @Test
    void aLoginThatCanBecomeMoreThanTheApplicationIsNotServed() {
        // Side by side: the pool tries for ten seconds.
        Stream.of("arketic_owner", "arketic_ops", "pg_read_all_data", "pg_write_all_data")
                .parallel()
                .forEach(power -> {
                    String login = "wall_" + UUID.randomUUID().toString().replace('-', '_');
                    migrated.execute("create role " + login + " login password 'p' in role arketic_app, " + power);
                    DatabaseSettings settings =
                            new DatabaseSettings(migrated.owner().url(), login, "p", 1);
                    try (TenantDatabase powerful = TenantDatabase.open(settings)) {
                        assertThatExceptionOfType(SQLException.class)
                                .as(power)
                                .isThrownBy(() -> powerful.transaction(TenantContext.NONE, nothing -> true))
                                .withStackTraceContaining("passes over row-level security (by " + power);
                    } finally {
                        migrated.execute("drop role " + login);
                    }
                });
    }

    private long read(TenantContext context, String query) throws SQLException {
        return database.transaction(context, connection -> Tenant.one(connection, Long.class, query));
    }

    private long nobodysBases() throws SQLException {
        return database.single(
                connection -> Tenant.one(connection, Long.class, "select count(*) from knowledge_bases"));
    }

    private long basesByReading(TenantContext context) throws SQLException {
        return database.read(context, "select count(*) from knowledge_bases", new TenantDatabase.Reading<>() {
            @Override
            public void bind(PreparedStatement statement, int first) {}

            @Override
            public Long read(PreparedStatement statement) throws SQLException {
                try (ResultSet row = statement.getResultSet()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        });
    }

    private long bases(TenantContext context) throws SQLException {
        return database.transaction(
                context, connection -> Tenant.one(connection, Long.class, "select count(*) from knowledge_bases"));
    }

    private int changed(TenantContext context, String statement) throws SQLException {
        return database.transaction(context, connection -> {
            try (Statement attack = connection.createStatement()) {
                attack.execute(statement);
                return Math.max(0, attack.getUpdateCount());
            }
        });
    }

    private void refused(TenantContext context, String attack) {
        assertThatExceptionOfType(SQLException.class)
                .as(attack)
                .isThrownBy(() -> changed(context, attack))
                .matches(failure -> PRIVILEGE.equals(failure.getSQLState()), PRIVILEGE);
    }

    private void refused(String role, String attack) throws SQLException {
        try (Connection connection = migrated.as(role);
                Statement statement = connection.createStatement()) {
            assertThatExceptionOfType(SQLException.class)
                    .as(role + ": " + attack)
                    .isThrownBy(() -> statement.execute(attack))
                    .matches(failure -> PRIVILEGE.equals(failure.getSQLState()), PRIVILEGE);
        }
    }
}
