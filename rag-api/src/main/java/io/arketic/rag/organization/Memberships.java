package io.arketic.rag.organization;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.identity.Caller;
import io.arketic.rag.problem.ProblemException;
import io.arketic.schema.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Who may act in which organization. */
@Component
public class Memberships {

    private final Transactions transactions;

    Memberships(Transactions transactions) {
        this.transactions = transactions;
    }

    /** The caller's membership; an organization of others is not found, as if it did not exist. */
    public Membership require(Caller caller, UUID organizationId) {
        return transactions
                .run(
                        TenantContext.of(organizationId, caller.userId()),
                        sql -> sql.sql("""
                                SELECT o.id, o.slug, m.user_id, m.role
                                FROM organization_members m JOIN organizations o ON o.id = m.organization_id
                                JOIN users u ON u.id = m.user_id AND u.is_active AND u.status = 'active'
                                WHERE m.user_id = :user AND m.organization_id = :organization
                                  AND m.is_active AND o.status IN ('active', 'trial')""")
                                .param("user", caller.userId())
                                .param("organization", organizationId)
                                .query(Memberships::membership)
                                .optional())
                .orElseThrow(() -> ProblemException.notFound("organization"));
    }

    /** All organizations that the caller belongs to. */
    public List<Membership> of(Caller caller) {
        return transactions.run(
                TenantContext.ofUser(caller.userId()),
                sql -> sql.sql("""
                        SELECT o.id, o.slug, m.user_id, m.role
                        FROM organization_members m JOIN organizations o ON o.id = m.organization_id
                        JOIN users u ON u.id = m.user_id AND u.is_active AND u.status = 'active'
                        WHERE m.user_id = :user AND m.is_active AND o.status IN ('active', 'trial')
                        ORDER BY m.joined_at""")
                        .param("user", caller.userId())
                        .query(Memberships::membership)
                        .list());
    }

    private static Membership membership(ResultSet row, int number) throws SQLException {
        return new Membership(
                row.getObject("id", UUID.class),
                row.getString("slug"),
                row.getObject("user_id", UUID.class),
                Role.of(row.getString("role")));
    }
}
