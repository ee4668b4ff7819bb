package io.arketic.rag.organization;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.permission.Role;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Gives and ends memberships as an identity provider says. An owner stays an owner, and no provider makes one. A member that
 * an admin removed stays removed, until an admin invites it again.
 */
@Component
public class ProvisionedMembers {

    /**
     * Says what a user is to have.
     *
     * @param role null for no membership
     * @param changesRole whether the role of a present member becomes this one
     * @param groups null leaves them as they are
     */
    public record Entitlement(
            @Nullable Role role,
            boolean changesRole,
            @Nullable Set<UUID> groups) {}

    private record Present(
            Role role, boolean active, @Nullable String provisioned) {}

    private final Identifiers identifiers;

    ProvisionedMembers(Identifiers identifiers) {
        this.identifiers = identifiers;
    }

    /**
     * Changes membership and groups, in a transaction of the organization and the user. Repeating it has no effect.
     *
     * @return whether the user is a member afterwards
     */
    public boolean apply(JdbcClient sql, UUID organizationId, UUID userId, Entitlement entitlement) {
        sql.sql("SELECT id FROM organizations WHERE id = :organization FOR UPDATE")
                .param("organization", organizationId)
                .query(UUID.class)
                .single();
        boolean member = decide(sql, organizationId, userId, entitlement);
        Set<UUID> groups = member ? entitlement.groups() : Set.of();
        if (groups != null) {
            setGroups(sql, organizationId, userId, groups);
        }
        return member;
    }

    private boolean decide(JdbcClient sql, UUID organizationId, UUID userId, Entitlement entitlement) {
        Optional<Present> present = present(sql, organizationId, userId);
        Role role = entitlement.role();
        if (present.isEmpty()) {
            if (role != null) {
                add(sql, organizationId, userId, role);
            }
            return role != null;
        }
        Present now = present.get();
        if (now.active() && now.role() == Role.OWNER) {
            return true;
        }
        if (!now.active()) {
            if (role == null || !"withdrawn".equals(now.provisioned())) {
                return false;
            }
            set(sql, organizationId, userId, role, true, "granted");
            return true;
        }
        if (role == null && "granted".equals(now.provisioned())) {
            set(sql, organizationId, userId, now.role(), false, "withdrawn");
            return false;
        }
        if (role != null && entitlement.changesRole() && role != now.role()) {
            set(sql, organizationId, userId, role, true, now.provisioned());
        }
        return true;
    }

    private static Optional<Present> present(JdbcClient sql, UUID organizationId, UUID userId) {
        return sql.sql("""
                        SELECT role, is_active, provisioned FROM organization_members
                        WHERE organization_id = :organization AND user_id = :user""")
                .param("organization", organizationId)
                .param("user", userId)
                .query((row, number) -> new Present(
                        Role.of(row.getString("role")), row.getBoolean("is_active"), row.getString("provisioned")))
                .optional();
    }

    private void add(JdbcClient sql, UUID organizationId, UUID userId, Role role) {
        sql.sql("""
                        INSERT INTO organization_members (id, organization_id, user_id, role, provisioned)
                        VALUES (:id, :organization, :user, CAST(:role AS organization_role), 'granted')""")
                .param("id", identifiers.next())
                .param("organization", organizationId)
                .param("user", userId)
                .param("role", role.label())
                .update();
    }

    private static void set(
            JdbcClient sql, UUID organizationId, UUID userId, Role role, boolean active, @Nullable String provisioned) {
        sql.sql("""
                        UPDATE organization_members
                        SET role = CAST(:role AS organization_role), is_active = :active, provisioned = :provisioned
                        WHERE organization_id = :organization AND user_id = :user""")
                .param("organization", organizationId)
                .param("user", userId)
                .param("role", role.label())
                .param("active", active)
                .param("provisioned", provisioned)
                .update();
    }

    /** Replaces the groups that the provider gave. Those that an admin gave stay, as do those of a directory that has a token. */
    private static void setGroups(JdbcClient sql, UUID organizationId, UUID userId, Set<UUID> groups) {
        String[] ids = groups.stream().map(UUID::toString).toArray(String[]::new);
        sql.sql("""
                        DELETE FROM group_members
                        WHERE organization_id = :organization AND user_id = :user AND provisioned
                          AND group_id <> ALL (CAST(:groups AS uuid[]))
                          AND group_id NOT IN (
                              SELECT g.id FROM member_groups g
                              WHERE g.provided AND EXISTS (SELECT FROM scim_tokens t WHERE t.revoked_at IS NULL))""")
                .param("organization", organizationId)
                .param("user", userId)
                .param("groups", ids)
                .update();
        sql.sql("""
                        INSERT INTO group_members (organization_id, group_id, user_id, provisioned)
                        SELECT g.organization_id, g.id, :user, true FROM member_groups g
                        WHERE g.organization_id = :organization AND g.id = ANY (CAST(:groups AS uuid[]))
                          AND NOT (g.provided AND EXISTS (SELECT FROM scim_tokens t WHERE t.revoked_at IS NULL))
                        ON CONFLICT (group_id, user_id) DO NOTHING""")
                .param("organization", organizationId)
                .param("user", userId)
                .param("groups", ids)
                .update();
    }
}
