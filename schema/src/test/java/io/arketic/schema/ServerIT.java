package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests that the server ends what blocks it, and logs what was slow. */
@TestInstance(Lifecycle.PER_CLASS)
class ServerIT {

    private Migrated migrated;

    @BeforeAll
    void open() {
        migrated = Migrated.open();
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    /** Checks against the pool's own time-out of 300 s. */
    @Test
    void everyRoleThatLogsInHasItsTimeOutsAndItsPartOfTheConnections() throws SQLException {
        String roles = """
                select count(*) from pg_roles r where r.rolname like 'arketic\\_%' and r.rolcanlogin
                """;
        try (Connection connection = migrated.superuser()) {
            assertThat(Tenant.one(connection, Long.class, roles)).isPositive();
            assertThat(Tenant.one(connection, Long.class, roles + """
                              and (r.rolconnlimit < 5
                                or r.rolconnlimit >= current_setting('max_connections')::integer
                                or not exists (
                                    select from pg_db_role_setting s
                                    where s.setrole = r.oid and s.setdatabase = 0
                                      and (select count(*) from unnest(s.setconfig) c where c ~
                    '^(statement_timeout|lock_timeout|idle_in_transaction_session_timeout|client_connection_check_interval)=')
                                        = 4))
                            """)).isZero();
        }
        for (String setting : List.of("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")) {
            assertThat(application(
                            Long.class, "select setting::bigint from pg_settings where name = '" + setting + "'"))
                    .as(setting)
                    .isBetween(1_000L, 299_000L);
        }
        assertThat(application(String.class, "show client_connection_check_interval"))
                .isEqualTo("5s");
    }

    /** Checks that an object whose executor was stopped amid a transaction soon has another one. */
    @Test
    void anIngestThatStandsStillKeepsNoObjectForLong() throws SQLException {
        long idle = migrated.ingest()
                .transaction(
                        TenantContext.NONE,
                        c -> Tenant.one(
                                c,
                                Long.class,
                                "select setting::bigint from pg_settings"
                                        + " where name = 'idle_in_transaction_session_timeout'"));
        assertThat(idle).isBetween(1_000L, 15_000L);
    }

    @Test
    void aTransactionThatIsLeftOpenIsEndedAndMayBeRunAgain() throws SQLException {
        try (Connection connection =
                DriverManager.getConnection(migrated.owner().url(), "arketic_app", "secret of the application")) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                int session = Tenant.one(connection, Integer.class, "select pg_backend_pid()");
                statement.execute("set idle_in_transaction_session_timeout = '50ms'");
                awaitEnd(session);
                assertThatExceptionOfType(SQLException.class)
                        .isThrownBy(() -> statement.execute("select 1"))
                        .satisfies(
                                e -> assertThat(TenantDatabase.isTransient(e)).isTrue());
            }
        }
    }

    private void awaitEnd(int session) throws SQLException {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
        try (Connection superuser = migrated.superuser()) {
            while (Tenant.one(
                    superuser,
                    Boolean.class,
                    "select exists (select from pg_stat_activity where pid = " + session + ")")) {
                assertThat(Instant.now()).as("session " + session + " goes on").isBefore(deadline);
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
    }

    @Test
    void pagesHaveChecksumsAndWhatIsSlowOrWaitsIsLogged() throws SQLException {
        assertThat(application(String.class, "show data_checksums")).isEqualTo("on");
        assertThat(application(String.class, "show log_lock_waits")).isEqualTo("on");
        try (Connection connection = migrated.superuser()) {
            assertThat(Tenant.one(
                            connection,
                            Boolean.class,
                            "select setting::integer between 1 and 10000 from pg_settings"
                                    + " where name = 'log_min_duration_statement'"))
                    .isTrue();
            assertThat(Tenant.one(connection, Long.class, "select count(*) from arketic_statistics.pg_stat_statements"))
                    .isPositive();
        }
    }

    private <T> T application(Class<T> type, String query) throws SQLException {
        return migrated.database().transaction(TenantContext.NONE, c -> Tenant.one(c, type, query));
    }
}
