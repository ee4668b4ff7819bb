package io.arketic.schema.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests how transactions begin and end on the pool's connections. */
@TestInstance(Lifecycle.PER_CLASS)
class TenantDatabaseIT {

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
    void rowsReadInOneRoundTripAreTheTenantsAndTheConnectionKeepsNoTenant() throws SQLException {
        // The pool holds one connection, which therefore serves all of these.
        for (int i = 0; i < 10; i++) {
            for (Tenant tenant : List.of(one, other)) {
                List<UUID> seen = database.read(
                        tenant.context(),
                        "select 1; select organization_id, name from knowledge_bases where ?::text is null",
                        new OrganizationsOfTheSecondResult());
                assertThat(seen).isNotEmpty().containsOnly(tenant.organizationId());
            }
            assertThat(nobodysBases()).isZero();
            List<UUID> nobodys = database.single(connection -> {
                try (PreparedStatement statement =
                        connection.prepareStatement("select organization_id from knowledge_bases")) {
                    statement.execute();
                    return ids(statement);
                }
            });
            assertThat(nobodys).isEmpty();
        }
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> database.read(
                        one.context(),
                        "select 1; select 1/0 where ?::text is null",
                        new OrganizationsOfTheSecondResult()));
        assertThat(nobodysBases()).isZero();
    }

    @Test
    void connectionsThatWaitInThePoolHaveNoTransactionOpen() throws Exception {
        try (Migrated fresh = Migrated.open(3);
                Connection superuser = fresh.superuser();
                Statement statement = superuser.createStatement()) {
            fresh.database().single(connection -> connection.isValid(1));
            String waiting = "select count(*), count(*) filter (where state = 'idle') from pg_stat_activity"
                    + " where usename = 'arketic_app' and datname = current_database()";
            long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            int connections;
            int idle;
            do {
                try (ResultSet row = statement.executeQuery(waiting)) {
                    row.next();
                    connections = row.getInt(1);
                    idle = row.getInt(2);
                }
            } while ((connections < 3 || idle < connections) && System.nanoTime() < deadline);
            assertThat(connections).isEqualTo(3);
            assertThat(idle).isEqualTo(3);
        }
    }

    private static final class OrganizationsOfTheSecondResult implements TenantDatabase.Reading<List<UUID>> {

        @Override
        public void bind(PreparedStatement statement, int first) throws SQLException {
            statement.setObject(first, null, Types.OTHER); // a type that the driver asks the server for
        }

        @Override
        public List<UUID> read(PreparedStatement statement) throws SQLException {
            statement.getMoreResults();
            return ids(statement);
        }
    }

    private static List<UUID> ids(PreparedStatement statement) throws SQLException {
        List<UUID> ids = new ArrayList<>();
        try (ResultSet rows = statement.getResultSet()) {
            while (rows.next()) {
                ids.add(rows.getObject(1, UUID.class));
            }
        }
        return ids;
    }

    private long nobodysBases() throws SQLException {
        return database.transaction(TenantContext.NONE, connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select count(*) from knowledge_bases")) {
                row.next();
                return row.getLong(1);
            }
        });
    }
}
