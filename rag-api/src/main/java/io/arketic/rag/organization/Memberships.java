package io.arketic.rag.organization;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.identity.Caller;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.schema.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Who may act in which organization. */
@Component
public class Memberships {

    private final Transactions transactions;

    Memberships(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * The caller's membership, of a role that allows what the endpoint does; an organization of others is not found, as
     * if it did not exist.
     */
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
                .orElseThrow(() -> ProblemException.notFound("organization"))
                .permitting(caller);
    }

    /**
     * Looks for {@code what} in each of the caller's organizations, since row-level security shows one at a time; that of
     * others is not found. The role in its organization must allow what the endpoint does.
     */
    public <T> T locate(Caller caller, String what, Function<Membership, Optional<T>> find) {
        for (Membership membership : of(caller)) {
            Optional<T> found = find.apply(membership);
            if (found.isPresent()) {
                membership.permitting(caller);
                return found.get();
            }
        }
        throw ProblemException.notFound(what);
    }

    private List<Membership> of(Caller caller) {
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
