package io.arketic.rag.scim;

import com.unboundid.scim2.common.exceptions.BadRequestException;
import com.unboundid.scim2.common.exceptions.ResourceConflictException;
import com.unboundid.scim2.common.exceptions.ScimException;
import com.unboundid.scim2.common.filters.Filter;
import io.arketic.rag.account.AttemptLimiter;
import io.arketic.rag.account.ProviderAccounts;
import io.arketic.rag.account.ProviderAccounts.Person;
import io.arketic.rag.caller.Directory;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.DirectoryMembers;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.scim.FilterSql.Attribute;
import io.arketic.rag.scim.FilterSql.Condition;
import io.arketic.rag.scim.FilterSql.Kind;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Accesses an organization's users for its directory: its members, and former members that the directory has deactivated. The
 * table {@code scim_users} holds the fields that the directory sent. The account itself follows only if the directory made it
 * and its address is of the organization's verified domains.
 */
@Component
class ScimUsers {

    /** Holds one page. */
    record Found(long total, List<ScimUser> users) {}

    /** Computes what a user becomes. */
    @FunctionalInterface
    interface Edit {
        UserFields of(ScimUser present) throws ScimException;
    }

    private static final int ACCOUNTS_AN_HOUR = 5_000;
    private static final int LEAST_INACTIVE = 1_000;
    private static final int INACTIVE_PER_PLACE = 10;
    private static final String USER_NAME = "coalesce(s.user_name, u.email)";
    private static final String MEMBER_OF = """
            EXISTS (
                SELECT FROM group_members x
                WHERE x.user_id = m.user_id AND x.organization_id = m.organization_id AND x.group_id::text = %s)""";
    private static final String FROM = """
            FROM organization_members m
            JOIN users u ON u.id = m.user_id
            LEFT JOIN scim_users s ON s.organization_id = m.organization_id AND s.user_id = m.user_id
            WHERE m.organization_id = :organization AND (m.is_active OR s.id IS NOT NULL)""";
    private static final String SELECT = """
            SELECT m.user_id, coalesce(s.user_name, u.email) AS user_name, s.external_id,
                coalesce(s.first_name, u.first_name) AS first_name, coalesce(s.last_name, u.last_name) AS last_name,
                s.display_name, u.email, m.is_active, s.id IS NOT NULL AS kept, m.role, m.provisioned,
                coalesce(s.created_at, m.joined_at) AS created_at,
                greatest(m.updated_at, s.updated_at) AS updated_at,
                (SELECT coalesce(json_agg(json_build_object('value', g.id, 'display', g.name, 'type', 'direct')
                        ORDER BY g.id), '[]')
                    FROM group_members x JOIN member_groups g ON g.id = x.group_id
                    WHERE x.user_id = m.user_id AND x.organization_id = m.organization_id) AS groups
            """ + FROM;

    private static final Map<String, Attribute> ATTRIBUTES = Map.ofEntries(
            Map.entry("id", new Attribute("m.user_id::text", Kind.FOLDED)),
            Map.entry("username", new Attribute("lower(" + USER_NAME + ")", Kind.FOLDED)),
            Map.entry("externalid", new Attribute("s.external_id", Kind.TEXT)),
            Map.entry("displayname", new Attribute("lower(s.display_name)", Kind.FOLDED)),
            Map.entry("name.givenname", new Attribute("lower(coalesce(s.first_name, u.first_name))", Kind.FOLDED)),
            Map.entry("name.familyname", new Attribute("lower(coalesce(s.last_name, u.last_name))", Kind.FOLDED)),
            Map.entry("emails", new Attribute("lower(u.email)", Kind.FOLDED)),
            Map.entry("emails.value", new Attribute("lower(u.email)", Kind.FOLDED)),
            Map.entry("emails.type", new Attribute("'work'", Kind.FOLDED)),
            Map.entry("emails.primary", new Attribute("true", Kind.FLAG)),
            Map.entry("active", new Attribute("m.is_active", Kind.FLAG)),
            Map.entry("meta.created", new Attribute("coalesce(s.created_at, m.joined_at)", Kind.TIME)),
            Map.entry("meta.lastmodified", new Attribute("greatest(m.updated_at, s.updated_at)", Kind.TIME)),
            Map.entry("groups", new Attribute(MEMBER_OF, Kind.FOLDED)),
            Map.entry("groups.value", new Attribute(MEMBER_OF, Kind.FOLDED)));

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final ProviderAccounts accounts;
    private final DirectoryMembers members;
    private final AttemptLimiter attempts;

    ScimUsers(
            Transactions transactions,
            Identifiers identifiers,
            ProviderAccounts accounts,
            DirectoryMembers members,
            AttemptLimiter attempts) {
        this.attempts = attempts;
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.accounts = accounts;
        this.members = members;
    }

    Found list(Directory directory, ScimQuery query) throws ScimException {
        Filter filter = query.filter();
        Condition condition = filter == null ? new Condition("true", Map.of()) : FilterSql.of(filter, ATTRIBUTES);
        return transactions.run(directory.context(), sql -> {
            long total = sql.sql("SELECT count(*) " + FROM + " AND " + condition.sql())
                    .param("organization", directory.organizationId())
                    .params(condition.variables())
                    .query(Long.class)
                    .single();
            List<ScimUser> users = query.count() == 0 || total < query.startIndex()
                    ? List.of()
                    : sql.sql(SELECT + " AND " + condition.sql() + " ORDER BY m.id LIMIT :count OFFSET :skipped")
                            .param("organization", directory.organizationId())
                            .params(condition.variables())
                            .param("count", query.count())
                            .param("skipped", query.startIndex() - 1)
                            .query(ScimUsers::user)
                            .list();
            return new Found(total, users);
        });
    }

    ScimUser require(Directory directory, UUID id) {
        return transactions.run(directory.context(), sql -> find(sql, directory, id));
    }

    /**
     * Adds a user: a new account, or a membership that the directory ended. An account that is no member must accept an
     * invitation first, because the organization owns its address and not the account.
     *
     * @throws ScimException where the organization has the user, or does not own the address
     */
    ScimUser create(Directory directory, UserFields wanted) throws ScimException {
        Optional<UUID> account = account(directory, wanted);
        String password = account.isPresent() ? "" : unknownPassword(directory);
        UUID id = account.orElseGet(identifiers::next);
        TenantContext context =
                account.isPresent() ? directory.context() : TenantContext.of(directory.organizationId(), id);
        try {
            return transactions.run(context, sql -> {
                members.lock(sql, directory.organizationId());
                if (account.isPresent()) {
                    restore(sql, directory, id, wanted);
                } else {
                    requireOwnDomain(sql, wanted.email());
                    accounts.add(sql, id, new Person(wanted.email(), wanted.firstName(), wanted.lastName()), password);
                    members.add(sql, directory.organizationId(), id, directory.defaultRole(), wanted.active());
                }
                keep(sql, directory, id, wanted, account.isEmpty());
                return find(sql, directory, id);
            });
        } catch (DuplicateKeyException taken) {
            throw taken(taken);
        }
    }

    private Optional<UUID> account(Directory directory, UserFields wanted) {
        return transactions.run(directory.context(), sql -> {
            Optional<UUID> account = sql.sql("SELECT id FROM account_by_email(:email)")
                    .param("email", wanted.email())
                    .query(UUID.class)
                    .optional();
            if (account.isEmpty()) {
                // A new account's hash is expensive, so everything else is checked first.
                requireOwnDomain(sql, wanted.email());
                requireRoom(sql, directory);
            }
            return account;
        });
    }

    /** Limits the users whose memberships have ended: they take no place of a member. */
    private static void requireRoom(JdbcClient sql, Directory directory) {
        boolean room = sql.sql("""
                        SELECT count(*) < greatest(:least, :inactive_per_place * max(o.max_members))
                        FROM organizations o
                        LEFT JOIN organization_members m ON m.organization_id = o.id AND NOT m.is_active
                            AND EXISTS (
                                SELECT FROM scim_users s
                                WHERE s.organization_id = m.organization_id AND s.user_id = m.user_id)
                        WHERE o.id = :organization""")
                .param("least", LEAST_INACTIVE)
                .param("inactive_per_place", INACTIVE_PER_PLACE)
                .param("organization", directory.organizationId())
                .query(Boolean.class)
                .single();
        if (!room) {
            throw new ProblemException(
                    ProblemReason.CONFLICT, "The organization has too many inactive users; delete some of them first.");
        }
    }

    private String unknownPassword(Directory directory) {
        AttemptLimiter.Level level = attempts.take(new AttemptLimiter.Bucket(
                "accounts of a directory",
                directory.organizationId().toString(),
                ACCOUNTS_AN_HOUR,
                Duration.ofHours(1)));
        if (!level.admitted()) {
            throw ProblemException.tooManyRequests("The directory has made too many accounts.", level.retryAfter());
        }
        return accounts.unknownPassword();
    }

    /** Gives a membership back that the directory ended. */
    private void restore(JdbcClient sql, Directory directory, UUID id, UserFields wanted) {
        if (present(sql, directory, id).isPresent()) {
            throw new ProblemException(ProblemReason.CONFLICT, "The organization has a user with this address.");
        }
        DirectoryMembers.State state = members.state(sql, directory.organizationId(), id);
        if (state == DirectoryMembers.State.NONE) {
            // Like the sign-in through the organization's provider: its user agrees first.
            throw new ProblemException(
                    ProblemReason.NO_MEMBER,
                    "An account with this address exists and is no member. Invite it; it is provisioned once it accepts.");
        }
        requireOwnDomain(sql, wanted.email());
        if (wanted.active()) {
            members.activate(sql, directory.organizationId(), id);
        }
    }

    /**
     * Replaces a user's fields; has no effect where nothing differs. Without {@code active}, the membership ends, and what
     * depends on it.
     *
     * @throws ScimException where the edit is refused, or the organization may not change the address
     */
    ScimUser update(Directory directory, UUID id, Edit edit) throws ScimException {
        try {
            return transactions.run(directory.context(), sql -> {
                members.lock(sql, directory.organizationId());
                ScimUser present = find(sql, directory, id);
                UserFields wanted = edited(edit, present);
                UserFields now = present.fields();
                if (!wanted.equals(now) || !present.kept()) {
                    change(sql, directory, present, wanted);
                }
                return find(sql, directory, id);
            });
        } catch (DuplicateKeyException taken) {
            throw taken(taken);
        } catch (Refused refused) {
            throw refused.refusal();
        }
    }

    private void change(JdbcClient sql, Directory directory, ScimUser present, UserFields wanted) {
        UserFields now = present.fields();
        keep(sql, directory, present.id(), wanted, false);
        boolean moved = !wanted.email().equals(now.email());
        if (moved
                || !wanted.firstName().equals(now.firstName())
                || !wanted.lastName().equals(now.lastName())) {
            boolean changed = sql.sql("SELECT change_scim_account(:user, :email, :first, :last)")
                    .param("user", present.id())
                    .param("email", wanted.email())
                    .param("first", wanted.firstName())
                    .param("last", wanted.lastName())
                    .query(Boolean.class)
                    .single();
            if (moved && !changed) {
                throw new Refused(BadRequestException.mutability(
                        "Only the user changes the address of this account. The directory changes it for accounts that it made,"
                                + " within the organization's verified domains."));
            }
        }
        if (now.active() && !wanted.active()) {
            members.deactivate(sql, directory.organizationId(), present.id());
        } else if (!now.active() && wanted.active()) {
            members.activate(sql, directory.organizationId(), present.id());
        }
    }

    /** Ends the membership, and forgets what the directory said. The account stays. */
    void delete(Directory directory, UUID id) {
        transactions.execute(directory.context(), sql -> {
            members.lock(sql, directory.organizationId());
            ScimUser present = find(sql, directory, id);
            if (present.fields().active()) {
                members.deactivate(sql, directory.organizationId(), id);
            }
            sql.sql("DELETE FROM group_members WHERE organization_id = :organization AND user_id = :user")
                    .param("organization", directory.organizationId())
                    .param("user", id)
                    .update();
            sql.sql("DELETE FROM scim_users WHERE organization_id = :organization AND user_id = :user")
                    .param("organization", directory.organizationId())
                    .param("user", id)
                    .update();
        });
    }

    private void keep(JdbcClient sql, Directory directory, UUID id, UserFields fields, boolean madeAccount) {
        requireFreeName(sql, directory, id, fields.userName());
        sql.sql("""
                        INSERT INTO scim_users AS s (
                            id, organization_id, user_id, user_name, external_id, first_name, last_name, display_name,
                            made_account)
                        VALUES (:id, :organization, :user, :name, :external, :first, :last, :display, :made)
                        ON CONFLICT (organization_id, user_id) DO UPDATE
                        SET user_name = excluded.user_name, external_id = excluded.external_id,
                            first_name = excluded.first_name, last_name = excluded.last_name,
                            display_name = excluded.display_name
                        WHERE (s.user_name, s.external_id, s.first_name, s.last_name, s.display_name)
                            IS DISTINCT FROM (excluded.user_name, excluded.external_id, excluded.first_name,
                                excluded.last_name, excluded.display_name)""")
                .param("id", identifiers.next())
                .param("organization", directory.organizationId())
                .param("user", id)
                .param("name", fields.userName())
                .param("external", fields.externalId())
                .param("first", fields.firstName())
                .param("last", fields.lastName())
                .param("display", fields.displayName())
                .param("made", madeAccount)
                .update();
    }

    /** Refuses the address of a member as another user's name: the member's own name is its address until it gets one. */
    private static void requireFreeName(JdbcClient sql, Directory directory, UUID id, String userName) {
        boolean taken = sql.sql("SELECT EXISTS (SELECT " + FROM + " AND s.id IS NULL AND m.user_id <> :user"
                        + " AND lower(u.email) = lower(:name))")
                .param("organization", directory.organizationId())
                .param("user", id)
                .param("name", userName)
                .query(Boolean.class)
                .single();
        if (taken) {
            throw new DuplicateKeyException("userName");
        }
    }

    private static void requireOwnDomain(JdbcClient sql, String email) {
        boolean own = sql.sql("""
                        SELECT EXISTS (
                            SELECT FROM organization_domains WHERE domain = :domain AND verified_at IS NOT NULL)""")
                .param("domain", email.substring(email.lastIndexOf('@') + 1))
                .query(Boolean.class)
                .single();
        if (!own) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT,
                    "emails",
                    "must be of a mail domain that the organization has verified");
        }
    }

    private static Optional<ScimUser> present(JdbcClient sql, Directory directory, UUID id) {
        return sql.sql(SELECT + " AND m.user_id = :user")
                .param("organization", directory.organizationId())
                .param("user", id)
                .query(ScimUsers::user)
                .optional();
    }

    private static ScimUser find(JdbcClient sql, Directory directory, UUID id) {
        return present(sql, directory, id).orElseThrow(() -> ProblemException.notFound("user"));
    }

    private static UserFields edited(Edit edit, ScimUser present) {
        try {
            return edit.of(present);
        } catch (ScimException refusal) {
            throw new Refused(refusal);
        }
    }

    private static ScimException taken(DuplicateKeyException cause) {
        return new ResourceConflictException(
                "Another user has this userName or address.", ResourceConflictException.UNIQUENESS, cause);
    }

    private static ScimUser user(ResultSet row, int number) throws SQLException {
        @Nullable String external = row.getString("external_id");
        return new ScimUser(
                row.getObject("user_id", UUID.class),
                new UserFields(
                        row.getString("user_name"),
                        external,
                        row.getString("first_name"),
                        row.getString("last_name"),
                        row.getString("display_name"),
                        row.getString("email"),
                        row.getBoolean("is_active")),
                row.getBoolean("kept"),
                Role.of(row.getString("role")),
                row.getString("provisioned"),
                row.getString("groups"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
