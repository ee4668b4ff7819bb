package io.arketic.rag.organization;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Accesses the table {@code organization_invitations}. Each is for one address, opens once, and expires after a week.
 */
@Component
class Invitations {

    /** Holds what a token opens, as its holder sees it. */
    record Opened(
            UUID id,
            UUID organizationId,
            String organizationName,
            String organizationSlug,
            String email,
            String role,
            @Nullable UUID invitedById,
            Instant expiresAt) {}

    /** Describes the account that invites. */
    record Sender(String email, boolean verified) {}

    private static final String COLUMNS = "id, email, role, invited_by_id, created_at, expires_at";
    private static final Duration LIFETIME = Duration.ofDays(7);

    private final Transactions transactions;
    private final Identifiers identifiers;

    Invitations(Transactions transactions, Identifiers identifiers) {
        this.transactions = transactions;
        this.identifiers = identifiers;
    }

    /**
     * Adds an invitation; it replaces an open one to the same address.
     *
     * @param whenAdded runs in the same transaction
     */
    Invitation add(
            Membership by, String email, Role role, SecretToken token, BiConsumer<JdbcClient, Invitation> whenAdded) {
        if (role == Role.OWNER && by.role() != Role.OWNER) {
            throw new ProblemException(ProblemReason.FORBIDDEN, "Only an owner invites owners.");
        }
        UUID id = identifiers.next();
        return transactions.run(by.context(), sql -> {
            // Of two at once the second replaces the first; without the lock neither sees the other's.
            sql.sql("SELECT pg_advisory_xact_lock(hashtextextended(:organization || lower(:email), 0))")
                    .param("organization", by.organizationId().toString())
                    .param("email", email)
                    .query((row, number) -> number)
                    .list();
            refuseMember(sql, by, email);
            sql.sql("""
                            UPDATE organization_invitations SET revoked_at = now()
                            WHERE organization_id = :organization AND lower(email) = lower(:email)
                              AND accepted_at IS NULL AND revoked_at IS NULL""")
                    .param("organization", by.organizationId())
                    .param("email", email)
                    .update();
            Invitation added = sql.sql("""
                            INSERT INTO organization_invitations (
                                id, organization_id, email, role, token_hash, invited_by_id, expires_at)
                            VALUES (
                                :id, :organization, :email, CAST(:role AS organization_role), :hash, :by,
                                now() + CAST(:lifetime AS interval))
                            RETURNING\s""" + COLUMNS)
                    .param("id", id)
                    .param("organization", by.organizationId())
                    .param("email", email)
                    .param("role", role.label())
                    .param("hash", token.hash())
                    .param("by", by.userId())
                    .param("lifetime", LIFETIME.toString())
                    .query(Invitations::invitation)
                    .single();
            whenAdded.accept(sql, added);
            return added;
        });
    }

    Sender sender(Membership membership) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("SELECT email, is_verified FROM users WHERE id = :id")
                        .param("id", membership.userId())
                        .query((row, number) -> new Sender(row.getString("email"), row.getBoolean("is_verified")))
                        .single());
    }

    /** Returns the open ones, the newest first. */
    List<Invitation> list(Membership membership, Cursor cursor, int limit) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("SELECT " + COLUMNS + """
                         FROM organization_invitations
                        WHERE organization_id = :organization AND id < :after
                          AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now()
                        ORDER BY id DESC LIMIT :limit""")
                        .param("organization", membership.organizationId())
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query(Invitations::invitation)
                        .list());
    }

    /** Invalidates its token. */
    void revoke(Membership membership, UUID id) {
        int revoked = transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        UPDATE organization_invitations SET revoked_at = now()
                        WHERE organization_id = :organization AND id = :id
                          AND accepted_at IS NULL AND revoked_at IS NULL""")
                        .param("organization", membership.organizationId())
                        .param("id", id)
                        .update());
        if (revoked == 0) {
            throw ProblemException.notFound("open invitation");
        }
    }

    Opened open(SecretToken token) {
        return transactions
                .run(
                        TenantContext.NONE,
                        sql -> sql.sql("SELECT * FROM resolve_invitation(:hash)")
                                .param("hash", token.hash())
                                .query((row, number) -> new Opened(
                                        row.getObject("id", UUID.class),
                                        row.getObject("organization_id", UUID.class),
                                        row.getString("organization_name"),
                                        row.getString("organization_slug"),
                                        row.getString("email"),
                                        row.getString("role"),
                                        row.getObject("invited_by_id", UUID.class),
                                        row.getObject("expires_at", OffsetDateTime.class)
                                                .toInstant()))
                                .optional())
                .orElseThrow(() -> ProblemException.notFound("open invitation"));
    }

    /** Accepts an invitation; of two simultaneous users of one token, one succeeds. */
    void accept(Caller caller, Opened invitation, SecretToken token) {
        TenantContext context = TenantContext.of(invitation.organizationId(), caller.userId());
        transactions.execute(context, sql -> {
            boolean own = sql.sql("SELECT lower(email) = lower(:email) FROM users WHERE id = :user AND is_active")
                    .param("email", invitation.email())
                    .param("user", caller.userId())
                    .query(Boolean.class)
                    .optional()
                    .orElse(false);
            if (!own) {
                throw new ProblemException(ProblemReason.FORBIDDEN, "The invitation is for another address.");
            }
            int taken = sql.sql("""
                            UPDATE organization_invitations SET accepted_at = now(), accepted_by_id = :user
                            WHERE id = :id AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now()
                              AND EXISTS (SELECT FROM resolve_invitation(:hash) r WHERE r.id = :id)""")
                    .param("hash", token.hash())
                    .param("id", invitation.id())
                    .param("user", caller.userId())
                    .update();
            if (taken == 0) {
                throw ProblemException.notFound("open invitation");
            }
            join(sql, caller, invitation);
        });
    }

    /** Adds the member; a former member gets its old membership's id. */
    private void join(JdbcClient sql, Caller caller, Opened invitation) {
        int joined = sql.sql("""
                        INSERT INTO organization_members AS m (id, organization_id, user_id, role, invited_by_id)
                        VALUES (:id, :organization, :user, CAST(:role AS organization_role), :by)
                        ON CONFLICT (organization_id, user_id) DO UPDATE
                        SET is_active = true, role = excluded.role, invited_by_id = excluded.invited_by_id,
                            joined_at = now(), provisioned = NULL
                        WHERE NOT m.is_active""")
                .param("id", identifiers.next())
                .param("organization", invitation.organizationId())
                .param("user", caller.userId())
                .param("role", invitation.role())
                .param("by", invitation.invitedById())
                .update();
        if (joined == 0) {
            throw new ProblemException(ProblemReason.ALREADY_MEMBER, "You belong to this organization already.");
        }
    }

    private static void refuseMember(JdbcClient sql, Membership by, String email) {
        boolean member = sql.sql("""
                        SELECT EXISTS (
                            SELECT FROM organization_members m JOIN users u ON u.id = m.user_id
                            WHERE m.organization_id = :organization AND m.is_active AND lower(u.email) = lower(:email))""")
                .param("organization", by.organizationId())
                .param("email", email)
                .query(Boolean.class)
                .single();
        if (member) {
            throw ProblemException.ofField(
                    ProblemReason.ALREADY_MEMBER, "email", "belongs to a member of the organization already");
        }
    }

    private static Invitation invitation(ResultSet row, int number) throws SQLException {
        return new Invitation(
                row.getObject("id", UUID.class),
                row.getString("email"),
                row.getString("role"),
                row.getObject("invited_by_id", UUID.class),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("expires_at", OffsetDateTime.class).toInstant());
    }
}
