package io.arketic.rag.organization;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.DefaultModel;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the tables {@code organizations}, {@code organization_members} and {@code organization_settings}. */
@Component
class Organizations {

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final DefaultModel model;
    private final TierProperties tiers;

    Organizations(Transactions transactions, Identifiers identifiers, DefaultModel model, TierProperties tiers) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.model = model;
        this.tiers = tiers;
    }

    /** Creates the organization with its creator as owner, in one commit; empty if the slug is in use. */
    Optional<Organization> create(Caller creator, String name, Slug slug, @Nullable String description) {
        UUID id = identifiers.next();
        TierProperties.Limits tier = tiers.free();
        try {
            return transactions.run(TenantContext.of(id, creator.userId()), sql -> {
                requireActive(sql, creator);
                sql.sql("""
                                INSERT INTO organizations (id, name, slug, description)
                                VALUES (:id, :name, :slug, :description)""")
                        .param("id", id)
                        .param("name", name)
                        .param("slug", slug.text())
                        .param("description", description)
                        .update();
                sql.sql("SELECT begin_subscription(:members, :storage, :requests)")
                        .param("members", tier.members())
                        .param("storage", tier.storageGb())
                        .param("requests", tier.aiRequestsPerMonth())
                        .query((row, number) -> true)
                        .single();
                sql.sql("""
                                INSERT INTO organization_members (id, organization_id, user_id, role)
                                VALUES (:id, :organization, :user, 'owner')""")
                        .param("id", identifiers.next())
                        .param("organization", id)
                        .param("user", creator.userId())
                        .update();
                sql.sql("""
                                INSERT INTO organization_settings (organization_id, default_ai_model)
                                VALUES (:organization, left(:model, 50))""")
                        .param("organization", id)
                        .param("model", model.id())
                        .update();
                return find(sql, creator.userId(), id);
            });
        } catch (DuplicateKeyException taken) {
            return Optional.empty();
        }
    }

    /** Refuses an account that its token has outlived. */
    private static void requireActive(JdbcClient sql, Caller creator) {
        boolean active = sql.sql(
                        "SELECT id FROM users WHERE id = :id AND is_active AND status = 'active' FOR KEY SHARE")
                .param("id", creator.userId())
                .query(UUID.class)
                .optional()
                .isPresent();
        if (!active) {
            throw new ProblemException(ProblemReason.UNAUTHENTICATED, "The account is no longer active.");
        }
    }

    Organization require(Membership membership) {
        return transactions.run(
                membership.context(),
                sql -> find(sql, membership.userId(), membership.organizationId())
                        .orElseThrow(() -> ProblemException.notFound("organization")));
    }

    /**
     * Changes the organization; null leaves a value unchanged. It fails if the row is no longer that of {@code basis}.
     */
    Organization change(Membership membership, EntityTag basis, OrganizationController.Change change) {
        return transactions.run(membership.context(), sql -> {
            basis.mustMatch(sql.sql("SELECT updated_at FROM organizations WHERE id = :id FOR UPDATE")
                    .param("id", membership.organizationId())
                    .query(OffsetDateTime.class)
                    .single()
                    .toInstant());
            sql.sql("""
                            UPDATE organizations
                            SET name = coalesce(:name, name), description = nullif(coalesce(:description, description), '')
                            WHERE id = :id""")
                    .param("id", membership.organizationId())
                    .param("name", change.name() == null ? null : change.name().strip())
                    .param("description", change.description())
                    .update();
            return find(sql, membership.userId(), membership.organizationId()).orElseThrow();
        });
    }

    /** Returns the caller's own, the newest first. */
    List<Organization> list(Caller caller, Cursor cursor, int limit) {
        return transactions.run(
                TenantContext.ofUser(caller.userId()),
                sql -> sql.sql("""
                        SELECT o.*, m.role FROM organizations o JOIN organization_members m ON m.organization_id = o.id
                        JOIN users u ON u.id = m.user_id AND u.is_active AND u.status = 'active'
                        WHERE m.user_id = :user AND m.is_active AND o.id < :after AND o.removal_requested_at IS NULL
                          AND (CAST(:provider AS uuid) IS NULL OR o.id = provider_organization(:provider))
                        ORDER BY o.id DESC LIMIT :limit""")
                        .param("provider", caller.organizationsProvider(), Types.OTHER)
                        .param("user", caller.userId())
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query(Organizations::organization)
                        .list());
    }

    private static Optional<Organization> find(JdbcClient sql, UUID userId, UUID id) {
        return sql.sql("""
                        SELECT o.*, m.role FROM organizations o JOIN organization_members m ON m.organization_id = o.id
                        JOIN users u ON u.id = m.user_id AND u.is_active AND u.status = 'active'
                        WHERE m.user_id = :user AND m.is_active AND o.id = :id""")
                .param("user", userId)
                .param("id", id)
                .query(Organizations::organization)
                .optional();
    }

    private static Organization organization(ResultSet row, int number) throws SQLException {
        return new Organization(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getString("slug"),
                row.getString("description"),
                row.getString("status"),
                row.getString("subscription_tier"),
                row.getInt("current_members"),
                row.getInt("max_members"),
                instant(row, "trial_ends_at"),
                instant(row, "subscription_ends_at"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                row.getString("role"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
