package io.arketic.rag.organization;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Gives and ends memberships as an organization's directory says over SCIM. A membership that it gave is {@code directory}, one
 * that it ended is {@code suspended}: claims of an identity provider neither end the first nor give the second back.
 */
@Component
public class DirectoryMembers {

    /** Says what a user is in the organization. */
    public enum State {
        NONE,
        ACTIVE,
        /** The directory or an identity provider ended the membership, and may give it back. */
        SUSPENDED,
        /** A member or an admin ended it. */
        REMOVED
    }

    private static final String GIVEN = "directory";
    private static final String ENDED = "suspended";
    private static final String ENDED_BY_CLAIMS = "withdrawn";

    private final Identifiers identifiers;

    DirectoryMembers(Identifiers identifiers) {
        this.identifiers = identifiers;
    }

    /** Locks the organization, as every change of its members does. */
    public void lock(JdbcClient sql, UUID organizationId) {
        sql.sql("SELECT id FROM organizations WHERE id = :organization FOR UPDATE")
                .param("organization", organizationId)
                .query(UUID.class)
                .single();
    }

    public State state(JdbcClient sql, UUID organizationId, UUID userId) {
        return sql.sql("""
                        SELECT is_active, provisioned FROM organization_members
                        WHERE organization_id = :organization AND user_id = :user""")
                .param("organization", organizationId)
                .param("user", userId)
                .query((row, number) -> state(row.getBoolean("is_active"), row.getString("provisioned")))
                .optional()
                .orElse(State.NONE);
    }

    private static State state(boolean active, @Nullable String provisioned) {
        if (active) {
            return State.ACTIVE;
        }
        return ENDED.equals(provisioned) || ENDED_BY_CLAIMS.equals(provisioned) ? State.SUSPENDED : State.REMOVED;
    }

    /** Adds a user that has no membership yet. */
    public void add(JdbcClient sql, UUID organizationId, UUID userId, Role role, boolean active) {
        sql.sql("""
                        INSERT INTO organization_members (id, organization_id, user_id, role, is_active, provisioned)
                        VALUES (:id, :organization, :user, CAST(:role AS organization_role), :active, :provisioned)""")
                .param("id", identifiers.next())
                .param("organization", organizationId)
                .param("user", userId)
                .param("role", role.label())
                .param("active", active)
                .param("provisioned", active ? GIVEN : ENDED)
                .update();
    }

    /**
     * Gives a membership back, with its role. It has no effect on an active one.
     *
     * @throws ProblemException where it was ended by hand: then only an invitation gives it back
     */
    public void activate(JdbcClient sql, UUID organizationId, UUID userId) {
        switch (state(sql, organizationId, userId)) {
            case ACTIVE -> {}
            case SUSPENDED -> set(sql, organizationId, userId, true);
            case NONE, REMOVED ->
                throw new ProblemException(
                        ProblemReason.MEMBER_REMOVED,
                        "The user left the organization or was removed by hand; invite it again.");
        }
    }

    /**
     * Ends a membership, with the rights, API keys and sessions that depend on it, and the open invitations to the address.
     *
     * @throws ProblemException for the last owner
     */
    public void deactivate(JdbcClient sql, UUID organizationId, UUID userId) {
        Optional<Boolean> lastOwner = sql.sql("""
                        SELECT m.role = 'owner' AND NOT EXISTS (
                            SELECT FROM organization_members o JOIN users u ON u.id = o.user_id AND u.is_active
                            WHERE o.organization_id = m.organization_id AND o.role = 'owner' AND o.is_active
                              AND o.id <> m.id)
                        FROM organization_members m
                        WHERE m.organization_id = :organization AND m.user_id = :user AND m.is_active""")
                .param("organization", organizationId)
                .param("user", userId)
                .query(Boolean.class)
                .optional();
        if (lastOwner.isEmpty()) {
            return;
        }
        if (lastOwner.get()) {
            throw new ProblemException(
                    ProblemReason.LAST_OWNER, "The organization needs an owner; make another member one first.");
        }
        set(sql, organizationId, userId, false);
        sql.sql("""
                        UPDATE organization_invitations i SET revoked_at = now()
                        FROM users u
                        WHERE i.organization_id = :organization AND u.id = :user AND lower(i.email) = lower(u.email)
                          AND i.accepted_at IS NULL AND i.revoked_at IS NULL""").param("organization", organizationId).param("user", userId).update();
    }

    private static void set(JdbcClient sql, UUID organizationId, UUID userId, boolean active) {
        sql.sql("""
                        UPDATE organization_members SET is_active = :active, provisioned = :provisioned
                        WHERE organization_id = :organization AND user_id = :user""")
                .param("organization", organizationId)
                .param("user", userId)
                .param("active", active)
                .param("provisioned", active ? GIVEN : ENDED)
                .update();
    }
}
