package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests what keeps a session open, and which users reach which accounts. */
@TestInstance(Lifecycle.PER_CLASS)
class SessionsIT {

    private Migrated migrated;
    private TenantDatabase database;
    private Tenant tenant;
    private UUID stranger;
    private UUID session;

    @BeforeAll
    void open() throws SQLException {
        migrated = Migrated.open(1);
        database = migrated.database();
        tenant = Tenant.create(migrated, "sessions");
        stranger = Tenant.create(migrated, "strangers").userId();
        tenant.read(UUID.class, "insert into organization_settings (session_timeout_minutes) values (30) returning id");
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @BeforeEach
    void login() throws SQLException {
        execute("update users set status = 'active', role = 'user', sessions_revoked_at = null");
        session = database.transaction(
                TenantContext.ofUser(tenant.userId()),
                connection -> Tenant.one(
                        connection,
                        UUID.class,
                        "insert into user_sessions (user_id) values (?) returning id",
                        tenant.userId()));
    }

    @Test
    void aSessionEndsWithItsRevocationItsUsersOrItsUser() throws SQLException {
        assertThat(entered()).isEqualTo(tenant.userId());
        execute("update user_sessions set revoked_at = now()");
        assertThat(entered()).isNull();
        execute("update user_sessions set revoked_at = null");
        execute("update users set sessions_revoked_at = now()");
        assertThat(entered()).isNull();
        execute("update users set sessions_revoked_at = null, status = 'suspended'");
        assertThat(entered()).isNull();
    }

    @Test
    void aSessionEndsWhenItWasIdleForLongerThanAnOrganizationOfItsUserAllows() throws SQLException {
        execute("update user_sessions set last_seen_at = now() - interval '29 minutes'");
        assertThat(entered()).isEqualTo(tenant.userId());
        execute("update user_sessions set last_seen_at = last_seen_at - interval '29 minutes'");
        assertThat(entered()).as("it was seen a moment ago").isEqualTo(tenant.userId());
        execute("update user_sessions set last_seen_at = now() - interval '31 minutes'");
        assertThat(entered()).isNull();
        execute("update organization_members set is_active = false where user_id = '" + tenant.userId() + "'");
        assertThat(entered()).as("no organization says so").isEqualTo(tenant.userId());
        execute("update organization_members set is_active = true");
    }

    @Test
    void accountsOfOthersAreSeenByAdminsAndChangedBySuperAdmins() throws SQLException {
        assertThat(seen()).isZero();
        assertThat(changed()).isZero();
        execute("update users set role = 'admin' where id = '" + tenant.userId() + "'");
        assertThat(seen()).isEqualTo(1);
        assertThat(changed()).isZero();
        execute("update users set role = 'super_admin' where id = '" + tenant.userId() + "'");
        assertThat(changed()).isEqualTo(1);
        execute("update users set status = 'suspended' where id = '" + tenant.userId() + "'");
        assertThat(seen()).isZero();
    }

    private UUID entered() throws SQLException {
        return database.transaction(
                TenantContext.NONE,
                connection -> Tenant.one(
                        connection, UUID.class, "select user_id from enter_session(?) union all select null", session));
    }

    private long seen() throws SQLException {
        return database.transaction(
                TenantContext.ofUser(tenant.userId()),
                connection -> Tenant.one(connection, Long.class, "select count(*) from users where id = ?", stranger));
    }

    private int changed() throws SQLException {
        return database.transaction(TenantContext.ofUser(tenant.userId()), connection -> {
            try (var statement = connection.prepareStatement("update users set first_name = 'Changed' where id = ?")) {
                statement.setObject(1, stranger);
                return statement.executeUpdate();
            }
        });
    }

    private void execute(String statement) throws SQLException {
        try (var connection = migrated.superuser();
                var prepared = connection.createStatement()) {
            prepared.execute(statement);
        }
    }
}
