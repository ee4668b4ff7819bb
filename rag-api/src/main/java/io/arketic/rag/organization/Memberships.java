package io.arketic.rag.organization;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase.Reading;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Finds the memberships of callers in organizations. */
@Component
public class Memberships {

    private static final String FIND = """
            SELECT o.id, o.slug, m.user_id,
                   CASE WHEN u.role = 'viewer' THEN 'viewer' ELSE m.role END AS role,
                   coalesce(s.require_2fa, false) AS require_2fa,
                   p.id AS provider, coalesce(NOT p.password_sign_in, false) AS needs_provider,
                   subscription_ended(o) AS expired, coalesce(s.enable_api_access, false) AS accepts_programs,
                   m.returned_at
            FROM organization_members m JOIN organizations o ON o.id = m.organization_id
            LEFT JOIN organization_settings s ON s.organization_id = o.id
            LEFT JOIN identity_providers p ON p.organization_id = o.id
            JOIN users u ON u.id = m.user_id AND u.is_active AND u.status = 'active'
            WHERE m.user_id = ? AND m.organization_id = ?
              AND m.is_active AND o.status IN ('active', 'trial')""";

    /** Remembers where a knowledge base or a chat was last found. It is only a hint: the database decides each time. */
    private final Cache<UUID, UUID> homes =
            Caffeine.newBuilder().maximumSize(10_000).build();

    private final Transactions transactions;

    Memberships(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Returns the caller's membership with a role that allows the endpoint; an organization of others is reported as
     * not found.
     */
    public Membership require(Caller caller, UUID organizationId) {
        return transactions
                .run(TenantContext.of(organizationId, caller.userId()), sql -> find(sql, caller, organizationId))
                .orElseThrow(() -> ProblemException.notFound("organization"))
                .permitting(caller);
    }

    /**
     * Finds {@code what} in the caller's organization that contains it, because row-level security shows one
     * organization at a time; that of others is not found. The role in its organization must allow the endpoint. The
     * last place is tried first, so that this is usually one transaction, and never more than three.
     *
     * @param id of a kind of thing that the database's {@code organization_of} knows
     * @param find runs in the transaction of the membership that it is given
     */
    public <T> T locate(Caller caller, String what, UUID id, BiFunction<JdbcClient, Membership, Optional<T>> find) {
        return locate(caller, what, id, organizationId -> look(caller, organizationId, find));
    }

    /**
     * Finds like {@link #locate(Caller, String, UUID, BiFunction)} with one query, usually in one round trip.
     *
     * @param query has the id as its only parameter, and finds one row or none
     */
    public <T, R> R locate(
            Caller caller, String what, UUID id, String query, RowMapper<T> row, BiFunction<Membership, T, R> result) {
        return locate(caller, what, id, organizationId -> look(caller, organizationId, id, query, row, result));
    }

    private <T> T locate(Caller caller, String what, UUID id, Function<UUID, Optional<T>> look) {
        UUID last = homes.getIfPresent(id);
        if (last != null) {
            Optional<T> found = look.apply(last);
            if (found.isPresent()) {
                return found.get();
            }
        }
        return home(caller, id)
                .filter(organizationId -> !organizationId.equals(last))
                .flatMap(organizationId -> {
                    Optional<T> found = look.apply(organizationId);
                    found.ifPresent(there -> homes.put(id, organizationId));
                    return found;
                })
                .orElseThrow(() -> ProblemException.notFound(what));
    }

    /**
     * Requires like {@link #require} for the organization of the first thing that is in one of the caller's; what
     * belongs only to some members is not checked.
     */
    public void requireHome(Caller caller, Collection<UUID> things) {
        UUID organizationId = things.stream()
                .flatMap(thing -> home(caller, thing).stream())
                .findFirst()
                .orElseThrow(() -> ProblemException.notFound("resource"));
        require(caller, organizationId);
    }

    /** Returns those in which the caller may use the endpoint: of an API key its own, of a user every one. */
    public List<Membership> all(Caller caller) {
        List<UUID> organizations = transactions.run(
                TenantContext.ofUser(caller.userId()),
                sql -> sql.sql("""
                        SELECT organization_id FROM organization_members
                        WHERE user_id = :user AND is_active ORDER BY joined_at""")
                        .param("user", caller.userId())
                        .query(UUID.class)
                        .list());
        return organizations.stream()
                .map(organization -> transactions.run(
                        TenantContext.of(organization, caller.userId()), sql -> find(sql, caller, organization)))
                .flatMap(Optional::stream)
                .filter(membership -> membership.permits(caller))
                .toList();
    }

    private <T> Optional<T> look(
            Caller caller, UUID organizationId, BiFunction<JdbcClient, Membership, Optional<T>> find) {
        return transactions.run(
                TenantContext.of(organizationId, caller.userId()),
                sql -> find(sql, caller, organizationId).flatMap(membership -> {
                    Optional<T> found = find.apply(sql, membership);
                    if (found.isPresent()) {
                        membership.permitting(caller);
                    }
                    return found;
                }));
    }

    private <T, R> Optional<R> look(
            Caller caller,
            UUID organizationId,
            UUID id,
            String query,
            RowMapper<T> row,
            BiFunction<Membership, T, R> result) {
        if (!caller.reaches(organizationId)) {
            return Optional.empty();
        }
        return transactions.read(
                TenantContext.of(organizationId, caller.userId()), FIND + ";\n" + query, new Reading<>() {
                    @Override
                    public void bind(PreparedStatement statement, int first) throws SQLException {
                        statement.setObject(first, caller.userId());
                        statement.setObject(first + 1, organizationId);
                        statement.setObject(first + 2, id);
                    }

                    @Override
                    public Optional<R> read(PreparedStatement statement) throws SQLException {
                        Optional<Membership> membership = one(statement, Memberships::membership);
                        statement.getMoreResults();
                        Optional<T> found = one(statement, row);
                        return membership.flatMap(
                                member -> found.map(it -> result.apply(member.permitting(caller), it)));
                    }
                });
    }

    private static <T> Optional<T> one(PreparedStatement statement, RowMapper<T> row) throws SQLException {
        try (ResultSet rows = statement.getResultSet()) {
            return rows.next() ? Optional.ofNullable(row.mapRow(rows, 0)) : Optional.empty();
        }
    }

    /** Returns a membership as it is in this transaction: reads before a lock may be outdated. */
    public static Membership now(JdbcClient sql, Membership membership) {
        return sql.sql(FIND)
                .param(membership.userId())
                .param(membership.organizationId())
                .query(Memberships::membership)
                .optional()
                .orElseThrow(() -> ProblemException.notFound("organization"));
    }

    /** Finds the membership of a user for whom the product acts without a request; empty if the membership has ended. */
    public Optional<Membership> find(JdbcClient sql, UUID organizationId, UUID userId) {
        return sql.sql(FIND)
                .param(userId)
                .param(organizationId)
                .query(Memberships::membership)
                .optional();
    }

    private static Optional<Membership> find(JdbcClient sql, Caller caller, UUID organizationId) {
        if (!caller.reaches(organizationId)) {
            return Optional.empty();
        }
        return sql.sql(FIND)
                .param(caller.userId())
                .param(organizationId)
                .query(Memberships::membership)
                .optional();
    }

    private Optional<UUID> home(Caller caller, UUID id) {
        return transactions.run(
                TenantContext.ofUser(caller.userId()),
                sql -> sql.sql("SELECT home FROM organization_of(:id) home WHERE home IS NOT NULL")
                        .param("id", id)
                        .query(UUID.class)
                        .optional());
    }

    /** Reads a membership; an account of the system role viewer is a viewer everywhere. */
    private static Membership membership(ResultSet row, int number) throws SQLException {
        OffsetDateTime returned = row.getObject("returned_at", OffsetDateTime.class);
        return new Membership(
                row.getObject("id", UUID.class),
                row.getString("slug"),
                row.getObject("user_id", UUID.class),
                Role.of(row.getString("role")),
                row.getBoolean("require_2fa"),
                row.getObject("provider", UUID.class),
                row.getBoolean("needs_provider"),
                row.getBoolean("expired"),
                row.getBoolean("accepts_programs"),
                returned == null ? null : returned.toInstant());
    }
}
