package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests access to the rows of accounts, and the functions that open an organization before its tenant is known. */
@TestInstance(Lifecycle.PER_CLASS)
class AccountsIT {

    private Migrated migrated;
    private TenantDatabase database;
    private Tenant tenant;
    private UUID colleague;

    @BeforeAll
    void open() throws SQLException {
        migrated = Migrated.open(1);
        database = migrated.database();
        tenant = Tenant.create(migrated, "accounts");
        colleague = tenant.addMember("colleague@example.org", "member");
        tenant.read(UUID.class, "insert into organization_settings (enable_api_access) values (true) returning id");
        tenant.read(UUID.class, "insert into user_profiles (bio) values ('Hello') returning id");
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @Test
    void aOneTimeTokenIsFoundByItsHashAndThenByItsUserOnly() throws SQLException {
        one(TenantContext.ofUser(tenant.userId()), UUID.class, """
                insert into password_reset_tokens (user_id, token_hash, expires_at)
                values (?, 'reset', now() + interval '1 hour') returning id
                """, tenant.userId());
        String claim = "select id from password_reset_claim('reset')";
        String count = "select count(*) from password_reset_tokens";
        assertThat(one(TenantContext.NONE, UUID.class, claim)).isEqualTo(tenant.userId());
        assertThat(one(TenantContext.NONE, Long.class, count)).isZero();
        assertThat(one(TenantContext.ofUser(tenant.userId()), Long.class, count))
                .isEqualTo(1);
        assertThat(one(TenantContext.ofUser(colleague), Long.class, count)).isZero();
        assertThat(one(TenantContext.ofOrganization(tenant.organizationId()), Long.class, count))
                .isZero();
    }

    @Test
    void aProfileIsSeenByColleaguesUnlessItIsPrivateAndChangedByItsUserOnly() throws SQLException {
        TenantContext reader = TenantContext.of(tenant.organizationId(), colleague);
        String count = "select count(*) from user_profiles";
        assertThat(one(reader, Long.class, count)).isEqualTo(1);
        assertThat(one(TenantContext.of(UUID.randomUUID(), colleague), Long.class, count))
                .isZero();
        assertThat(changed(reader, "update user_profiles set bio = 'Taken over'"))
                .isZero();
        assertThat(changed(reader, "delete from user_profiles")).isZero();

        tenant.read(UUID.class, "insert into user_preferences (profile_visibility) values ('private') returning id");
        assertThat(one(reader, Long.class, count)).isZero();
        assertThat(one(reader, Long.class, "select count(*) from user_preferences"))
                .isZero();
        assertThat(one(tenant.context(), Long.class, count)).isEqualTo(1);
    }

    @Test
    void anApiKeyLeadsToItsOrganizationUntilItIsRevokedOrAccessIsSwitchedOff() throws SQLException {
        tenant.read(
                UUID.class,
                "insert into api_keys (created_by_id, name, key_prefix, key_hash, scopes) values (current_user_id(), 'K', 'ak_1', 'key', '{search}') returning id");
        String resolve = "select organization_id from enter_api_key('key') union all select null";
        assertThat(one(TenantContext.NONE, UUID.class, resolve)).isEqualTo(tenant.organizationId());
        assertThat(tenant.read(Boolean.class, "select last_used_at is not null from api_keys"))
                .isTrue();

        changed(tenant.context(), "update organization_settings set enable_api_access = false");
        assertThat(one(TenantContext.NONE, UUID.class, resolve)).isNull();
        changed(tenant.context(), "update organization_settings set enable_api_access = true");
        changed(tenant.context(), "update api_keys set expires_at = now()");
        assertThat(one(TenantContext.NONE, UUID.class, resolve)).isNull();
        changed(tenant.context(), "update api_keys set expires_at = null, revoked_at = now()");
        assertThat(one(TenantContext.NONE, UUID.class, resolve)).isNull();
    }

    @Test
    void anInvitationLeadsToItsOrganizationUntilItIsAccepted() throws SQLException {
        tenant.read(UUID.class, """
                insert into organization_invitations (email, role, token_hash, expires_at, invited_by_id)
                values ('guest@example.org', 'admin', 'invitation', now() + interval '1 day', current_user_id()) returning id
                """);
        String resolve = "select organization_slug from resolve_invitation('invitation') union all select null";
        assertThat(one(TenantContext.NONE, String.class, resolve)).isEqualTo("accounts");
        changed(tenant.context(), "update organization_members set role = 'member'");
        assertThat(one(TenantContext.NONE, String.class, resolve)).isNull();
        changed(tenant.context(), "update organization_members set role = 'admin'");
        assertThat(one(TenantContext.NONE, String.class, resolve)).isEqualTo("accounts");
        changed(tenant.context(), "update organization_invitations set role = 'owner'");
        assertThat(one(TenantContext.NONE, String.class, resolve)).isNull();
        changed(tenant.context(), "update organization_members set role = 'owner'");
        assertThat(one(TenantContext.NONE, String.class, resolve)).isEqualTo("accounts");
        changed(tenant.context(), "update organization_invitations set accepted_at = now()");
        assertThat(one(TenantContext.NONE, String.class, resolve)).isNull();
    }

    private <T> T one(TenantContext context, Class<T> type, String query, Object... values) throws SQLException {
        return database.transaction(context, connection -> Tenant.one(connection, type, query, values));
    }

    private int changed(TenantContext context, String statement) throws SQLException {
        return database.transaction(context, connection -> {
            try (var prepared = connection.prepareStatement(statement)) {
                return prepared.executeUpdate();
            }
        });
    }
}
