package io.arketic.schema.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartitionMaintenanceIT {

    private static final String MONTH = "chat_messages_2020_01";

    private Migrated migrated;
    private Tenant tenant;
    private UUID chat;
    private PartitionMaintenance maintenance;

    @BeforeEach
    void open() throws SQLException {
        migrated = Migrated.open(2);
        tenant = Tenant.create(migrated, "months");
        chat = tenant.read(
                UUID.class, "insert into chats (creator_id, title) values (?, 'Chat') returning id", tenant.userId());
        maintenance = new PartitionMaintenance(migrated.maintenance());
    }

    @AfterEach
    void close() {
        migrated.close();
    }

    @Test
    void aYearAheadIsMadeAndMadeAgainAfterItWasLost() throws SQLException {
        assertThat(maintenance.run().created()).isEmpty();
        String query = """
                select count(*) from pg_inherits i join pg_class p on p.oid = i.inhparent and p.relkind = 'p'
                where p.relname in ('chat_messages', 'audit_log')
                """;
        assertThat(superuser(Long.class, query)).isEqualTo(2 * 13);
        String last = superuser(
                String.class,
                "select 'audit_log_' || to_char(now() at time zone 'UTC' + interval '12 months', 'YYYY_MM')");
        execute("drop table " + last);
        assertThat(maintenance.run().created()).containsExactly(last);
    }

    @Test
    void aMessageLiesInTheMonthOfItsIdAndIsReadFromThereAlone() throws SQLException {
        UUID message = tenant.read(
                UUID.class, "insert into chat_messages (chat_id, content) values (?, 'Hi') returning id", chat);
        String partition =
                tenant.read(String.class, "select tableoid::regclass::text from chat_messages where id = ?", message);
        assertThat(partition)
                .isEqualTo("chat_messages_"
                        + superuser(String.class, "select to_char(now() at time zone 'UTC', 'YYYY_MM')"));
        String plan =
                tenant.read(String.class, "explain select content from chat_messages where id = '" + message + "'");
        assertThat(plan).contains(partition).doesNotContain("Append");
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> tenant.read(
                        UUID.class,
                        "insert into chat_messages (id, chat_id, content) values (?, ?, 'Hi') returning id",
                        UUID.fromString("ffffffff-0000-4000-8000-000000000000"),
                        chat))
                .withMessageContaining("no partition");
    }

    @Test
    void anExpiredMonthIsDetachedWithItsCitationsAndDroppedLater() throws SQLException {
        execute("select create_month('chat_messages', '2020-01-01')");
        UUID question = message("2020-01-10", null);
        UUID answer = message("2020-01-11", question);
        UUID recent = tenant.read(
                UUID.class,
                "insert into chat_messages (chat_id, content, reply_to_id) values (?, 'Now', ?) returning id",
                chat,
                answer);
        tenant.read(UUID.class, """
                insert into chat_participants (chat_id, user_id, last_read_message_id) values (?, ?, ?) returning id
                """, chat, tenant.userId(), answer);
        tenant.read(UUID.class, """
                insert into message_citations (message_id, number, document_version, filename, file_path,
                    start_offset, end_offset, quote, score)
                values (?, 1, 1, 'a.txt', 'a.txt', 0, 6, 'Secret', 1) returning id
                """, answer);

        assertThat(maintenance.run().detached()).containsExactly(MONTH);

        assertThat(tenant.read(UUID.class, "select id from chat_messages")).isEqualTo(recent);
        assertThat(tenant.read(Boolean.class, "select reply_to_id is null from chat_messages"))
                .isTrue();
        assertThat(tenant.read(Boolean.class, "select last_read_message_id is null from chat_participants"))
                .isTrue();
        assertThat(tenant.read(Long.class, "select count(*) from message_citations"))
                .isZero();
        assertThat(superuser(Long.class, "select count(*) from arketic_archive." + MONTH))
                .isEqualTo(2);
        assertThat(superuser(
                        UUID.class,
                        "select reply_to_id from arketic_archive." + MONTH + " where id = '" + answer + "'"))
                .isEqualTo(question);
        assertThat(superuser(UUID.class, "select message_id from arketic_archive.message_citations_2020_01"))
                .isEqualTo(answer);

        assertThat(maintenance.run()).isEqualTo(new PartitionMaintenance.Report(List.of(), List.of(), List.of(), 0));
        execute("comment on table arketic_archive." + MONTH + " is '2020-06-01 00:00:00+00'");
        assertThat(maintenance.run().dropped()).containsExactly(MONTH);
    }

    @Test
    void aMonthStaysAsLongAsOneOrganizationKeepsIt() throws SQLException {
        execute("select create_month('audit_log', '2020-01-01')");
        UUID settings = tenant.read(
                UUID.class, "insert into organization_settings (data_retention_days) values (36500) returning id");
        execute("insert into audit_log (id, organization_id, action, table_name)"
                + " select uuid_v7_floor('2020-01-10'), id, 'insert', 'old' from organizations");
        assertThat(maintenance.run().detached()).isEmpty();
        tenant.read(
                UUID.class,
                "update organization_settings set data_retention_days = 30 where id = ? returning id",
                settings);
        assertThat(maintenance.run().detached()).containsExactly("audit_log_2020_01");
    }

    @Test
    void aMonthGoesWholeAlthoughOthersKeepTheirsLonger() throws SQLException {
        Tenant patient = Tenant.create(migrated, "patient");
        patient.read(UUID.class, "insert into organization_settings (data_retention_days) values (36500) returning id");
        execute("select create_month('chat_messages', '2020-01-01')");
        message("2020-01-10", null);
        assertThat(maintenance.run().detached()).containsExactly(MONTH);
        assertThat(superuser(Long.class, "select count(*) from counter_drift()"))
                .isZero();
    }

    /** Messages of the month that are left to count, read and answer are freed in batches before any lock blocks others. */
    @Test
    void freeingAMonthBlocksNoOtherAndAuditsNoRow() throws SQLException {
        execute("select create_month('chat_messages', '2020-01-01')");
        UUID question = message("2020-01-10", null);
        UUID answer = message("2020-01-11", question);
        tenant.read(
                UUID.class,
                "insert into chat_messages (chat_id, content, reply_to_id) values (?, 'Now', ?) returning id",
                chat,
                answer);
        tenant.read(UUID.class, """
                insert into message_citations (message_id, number, document_version, filename, file_path,
                    start_offset, end_offset, quote, score)
                values (?, 1, 1, 'a.txt', 'a.txt', 0, 6, 'Secret', 1) returning id
                """, answer);
        long audited = superuser(Long.class, "select count(*) from audit_log");
        try (Connection reader = migrated.superuser();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("select count(*) from chat_messages");
            assertThat(superuser(Long.class, "select free_from_months(1000)")).isEqualTo(3);
            assertThat(superuser(Long.class, "select free_from_months(1000)")).isZero();
            assertThat(superuser(Long.class, "select count(*) from purging")).isZero();
        }
        assertThat(maintenance.run().detached()).containsExactly(MONTH);
        assertThat(superuser(Long.class, "select count(*) from audit_log")).isEqualTo(audited);
        assertThat(superuser(Long.class, "select message_count::bigint from chats"))
                .isEqualTo(1);
        assertThat(superuser(Long.class, "select count(*) from counter_drift()"))
                .isZero();
    }

    private UUID message(String day, @Nullable UUID replyTo) throws SQLException {
        return tenant.read(UUID.class, """
                insert into chat_messages (id, chat_id, content, reply_to_id)
                values (uuid_v7_floor(?::timestamptz), ?, 'Old', ?) returning id
                """, day, chat, replyTo);
    }

    private <T> T superuser(Class<T> type, String query) throws SQLException {
        try (Connection connection = migrated.superuser()) {
            return Tenant.one(connection, type, query);
        }
    }

    /** Executes as the owner of the tables. */
    private void execute(String statement) throws SQLException {
        try (Connection connection = migrated.superuser();
                Statement run = connection.createStatement()) {
            run.execute("set role arketic_owner");
            run.execute(statement);
        }
    }
}
