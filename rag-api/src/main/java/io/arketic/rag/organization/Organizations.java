package io.arketic.rag.organization;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.identity.Caller;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The tables {@code organizations}, {@code organization_members} and {@code organization_settings}. */
@Component
class Organizations {

    private final Transactions transactions;
    private final Identifiers identifiers;

    Organizations(Transactions transactions, Identifiers identifiers) {
        this.transactions = transactions;
        this.identifiers = identifiers;
    }

    /** Makes the organization with its creator as owner, in one commit; empty when the slug is in use. */
    Optional<Organization> create(Caller creator, String name, Slug slug, @Nullable String description) {
        UUID id = identifiers.next();
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
                sql.sql("""
                                INSERT INTO organization_members (id, organization_id, user_id, role)
                                VALUES (:id, :organization, :user, 'owner')""")
                        .param("id", identifiers.next())
                        .param("organization", id)
                        .param("user", creator.userId())
                        .update();
                sql.sql("INSERT INTO organization_settings (organization_id) VALUES (:organization)")
                        .param("organization", id)
                        .update();
                return find(sql, creator, id);
            });
        } catch (DuplicateKeyException taken) {
            return Optional.empty();
        }
    }

    /** A token may outlive its account. */
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

    Optional<Organization> find(Caller caller, UUID id) {
        return transactions.run(TenantContext.of(id, caller.userId()), sql -> find(sql, caller, id));
    }

    /** The caller's own, the newest first. */
    List<Organization> list(Caller caller, Cursor cursor, int limit) {
        return transactions.run(
                TenantContext.ofUser(caller.userId()),
                sql -> sql.sql("""
                        SELECT o.*, m.role FROM organizations o JOIN organization_members m ON m.organization_id = o.id
                        JOIN users u ON u.id = m.user_id AND u.is_active AND u.status = 'active'
                        WHERE m.user_id = :user AND m.is_active AND o.id < :after
                        ORDER BY o.id DESC LIMIT :limit""")
                        .param("user", caller.userId())
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query(Organizations::organization)
                        .list());
    }

    private static Optional<Organization> find(JdbcClient sql, Caller caller, UUID id) {
        return sql.sql("""
                        SELECT o.*, m.role FROM organizations o JOIN organization_members m ON m.organization_id = o.id
                        JOIN users u ON u.id = m.user_id AND u.is_active AND u.status = 'active'
                        WHERE m.user_id = :user AND m.is_active AND o.id = :id""")
                .param("user", caller.userId())
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
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getString("role"));
    }
}
