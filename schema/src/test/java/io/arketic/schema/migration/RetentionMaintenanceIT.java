package io.arketic.schema.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetentionMaintenanceIT {

    private Migrated migrated;
    private Tenant tenant;
    private RetentionMaintenance maintenance;

    @BeforeEach
    void open() throws SQLException {
        migrated = Migrated.open(2);
        tenant = Tenant.create(migrated, "retention");
        maintenance = new RetentionMaintenance(migrated.maintenance());
    }

    @AfterEach
    void close() {
        migrated.close();
    }

    @Test
    void sessionsGoWhenTheyAreOverAndTheirTokensWhenTheyWouldHaveExpired() throws SQLException {
        UUID open = session("null", "3 days", "20 days");
        UUID forgotten = session("null", "40 days", "-2 days");
        UUID revoked = session("now() - interval '2 days'", "2 days", "20 days");
        UUID justRevoked = session("now()", "1 hour", "20 days");
        assertThat(maintenance.run().removed())
                .containsEntry("refresh_tokens", 1L)
                .containsEntry("user_sessions", 2L);
        assertThat(text("select string_agg(id::text, ' ' order by id::text) from user_sessions"))
                .contains(open.toString(), justRevoked.toString())
                .doesNotContain(forgotten.toString(), revoked.toString());
        assertThat(count("refresh_tokens")).isEqualTo(3);
        assertThat(maintenance.run().removed().values()).containsOnly(0L);
    }

    @Test
    void oneTimeTokensAndAnswersForRepeatsGoInBatchesOfBoundedSize() throws SQLException {
        execute("""
                insert into email_verification_tokens (user_id, email, token_hash, expires_at)
                select '%1$s', 'a@example.org', i::text, now() - make_interval(days => i - 1, hours => 1) from generate_series(1, 1203) i;
                insert into password_reset_tokens (user_id, token_hash, expires_at)
                select '%1$s', i::text, now() + make_interval(days => 1 - i, hours => 1) from generate_series(1, 3) i;
                insert into personal_tokens (
                    user_id, name, token_prefix, token_hash, scopes, second_factor, provider_factor, expires_at, revoked_at)
                values ('%1$s', 'valid', '', '1', '{}', false, false, now() + interval '1 day', null),
                    ('%1$s', 'lately', '', '2', '{}', false, false, now() + interval '1 day', now() - interval '29 days'),
                    ('%1$s', 'revoked', '', '3', '{}', false, false, now() + interval '1 day', now() - interval '31 days'),
                    ('%1$s', 'expired', '', '4', '{}', false, false, now() - interval '31 days', null);
                insert into idempotency_keys (id, user_id, caller_id, key_hash, request_hash, claimed_until, expires_at)
                select uuid_v7(), '%1$s', '%1$s', i::text, '', now(), now() + make_interval(hours => 2 - i, mins => 1)
                from generate_series(1, 3) i
                """.formatted(tenant.userId()));
        assertThat(maintenance.run().removed())
                .containsEntry("email_verification_tokens", 1202L)
                .containsEntry("password_reset_tokens", 1L)
                .containsEntry("personal_tokens", 2L)
                .containsEntry("idempotency_keys", 1L);
        assertThat(count("email_verification_tokens")).isEqualTo(1);
        assertThat(count("password_reset_tokens")).isEqualTo(2);
        assertThat(count("idempotency_keys")).isEqualTo(2);
    }

    @Test
    void messagesAndAuditRowsStayAsLongAsTheirOwnOrganizationKeepsThem() throws SQLException {
        Tenant patient = Tenant.create(migrated, "patient");
        keep(tenant, 10);
        keep(patient, 36500);
        execute("""
                set role arketic_owner;
                select create_month('chat_messages', date_trunc('month', now() - interval '20 days')::date);
                select create_month('audit_log', date_trunc('month', now() - interval '20 days')::date)
                """);
        chat(tenant);
        chat(patient);
        for (int days : new int[] {5, 20}) {
            String id = "(left(uuid_v7_floor(now() - interval '" + days
                    + " days')::text, 14) || right(gen_random_uuid()::text, 22))::uuid";
            execute("""
                    insert into chat_messages (id, organization_id, chat_id, content, tokens_used)
                    select %1$s, organization_id, id, 'Hi', 3 from chats;
                    insert into audit_log (id, organization_id, action, table_name)
                    select %1$s, id, 'insert', 'old' from organizations
                    """.formatted(id));
        }
        execute("""
                insert into chat_files (organization_id, message_id, object_key, filename, media_type, file_size)
                select organization_id, id, id, 'a.png', 'image/png', 10 from chat_messages
                """);
        String old = text("select id::text from chat_messages where organization_id = '" + tenant.organizationId()
                + "' order by id limit 1");
        assertThat(maintenance.run().removed())
                .containsEntry("chat_messages", 1L)
                .containsEntry("audit_log", 1L);
        assertThat(tenant.read(Long.class, "select count(*) from chat_messages"))
                .isEqualTo(1);
        assertThat(patient.read(Long.class, "select count(*) from chat_messages"))
                .isEqualTo(2);
        assertThat(tenant.read(Long.class, "select count(*) from audit_log where table_name = 'old'"))
                .isEqualTo(1);
        assertThat(patient.read(Long.class, "select count(*) from audit_log where table_name = 'old'"))
                .isEqualTo(2);
        assertThat(count("chat_files")).isEqualTo(3);
        assertThat(text("select string_agg(object_key, ' ') from removed_objects"))
                .as("objects that are to go from the bucket")
                .isEqualTo(old);
        assertThat(count("counter_drift()")).isZero();
        assertThat(text("select string_agg(before ->> 'rows', ' ') from audit_log"
                        + " where table_name = 'chat_messages' and action = 'delete'"))
                .as("one row of the audit log for all that goes at once")
                .isEqualTo("1");
        assertThat(count("audit_log where table_name = 'chat_files' and action = 'delete'"))
                .isZero();
    }

    @Test
    void aKindThatFailsDelaysNoOther() throws SQLException {
        session("null", "40 days", "-2 days");
        execute("""
                create function refuse_removal() returns trigger language plpgsql as $$
                begin
                    raise exception 'refused';
                end $$;
                create trigger refuse_removal before delete on refresh_tokens
                    for each row execute function refuse_removal();
                insert into idempotency_keys (id, user_id, caller_id, key_hash, request_hash, claimed_until, expires_at)
                values (uuid_v7(), '%1$s', '%1$s', 'k', '', now(), now() - interval '1 hour');
                alter function notify_deadlines() rename to notify_deadlines_elsewhere
                """.formatted(tenant.userId()));
        assertThatThrownBy(maintenance::run)
                .hasMessageContaining("refused")
                .satisfies(failure -> assertThat(failure.getSuppressed()).isNotEmpty());
        assertThat(count("idempotency_keys")).isZero();
        execute("drop function refuse_removal() cascade;"
                + " alter function notify_deadlines_elsewhere() rename to notify_deadlines");
        assertThat(maintenance.run().removed()).containsEntry("refresh_tokens", 1L);
    }

    private static void keep(Tenant of, int days) throws SQLException {
        of.read(
                UUID.class,
                "insert into organization_settings (data_retention_days) values (?) returning organization_id",
                days);
    }

    private static void chat(Tenant of) throws SQLException {
        of.read(UUID.class, "insert into chats (creator_id, title) values (?, 'C') returning id", of.userId());
    }

    /** Creates a session with one refresh token, valid for this duration. */
    private UUID session(String revokedAt, String unseen, String tokenGoodFor) throws SQLException {
        UUID id = UUID.randomUUID();
        execute("""
                insert into user_sessions (id, user_id, last_seen_at, revoked_at)
                values ('%1$s', '%2$s', now() - interval '%3$s', %4$s);
                insert into refresh_tokens (user_id, family_id, token_hash, expires_at)
                values ('%2$s', '%1$s', '%1$s', now() + interval '%5$s')
                """.formatted(id, tenant.userId(), unseen, revokedAt, tokenGoodFor));
        return id;
    }

    private long count(String table) throws SQLException {
        try (Connection connection = migrated.superuser()) {
            return Tenant.one(connection, Long.class, "select count(*) from " + table);
        }
    }

    private String text(String query) throws SQLException {
        try (Connection connection = migrated.superuser()) {
            return Tenant.one(connection, String.class, query);
        }
    }

    /** Connects as the database's superuser, who bypasses row-level security. */
    private void execute(String statement) throws SQLException {
        try (Connection connection = migrated.superuser();
                Statement run = connection.createStatement()) {
            run.execute(statement);
        }
    }
}
