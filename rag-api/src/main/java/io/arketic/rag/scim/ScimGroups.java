package io.arketic.rag.scim;

import com.unboundid.scim2.common.exceptions.BadRequestException;
import com.unboundid.scim2.common.exceptions.ResourceConflictException;
import com.unboundid.scim2.common.exceptions.ScimException;
import com.unboundid.scim2.common.filters.Filter;
import io.arketic.rag.caller.Directory;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.scim.FilterSql.Attribute;
import io.arketic.rag.scim.FilterSql.Condition;
import io.arketic.rag.scim.FilterSql.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Accesses an organization's groups for its directory. A directory takes over the groups that it changes,
 * also those that an admin made. Members cannot change such a group while the organization has a token.
 */
@Component
class ScimGroups {

    /** Holds one page. */
    record Found(long total, List<ScimGroup> groups) {}

    /** Limits the members that one page of groups shows; such a page has fewer groups. */
    private static final int MEMBERS_OF_PAGE = 20_000;

    private static final String FROM = """
            FROM member_groups g WHERE g.organization_id = :organization""";
    private static final String COLUMNS = """
            g.id, g.name, g.external_id, g.provided, g.created_at, g.updated_at,
            CASE WHEN :members THEN (
                SELECT coalesce(json_agg(json_build_object('value', x.user_id, 'type', 'User', 'display',
                        trim(concat_ws(' ', u.first_name, u.last_name))) ORDER BY x.user_id), '[]')
                FROM group_members x JOIN users u ON u.id = x.user_id
                WHERE x.group_id = g.id) END AS members
            """;
    private static final String MEMBER = """
            EXISTS (SELECT FROM group_members x WHERE x.group_id = g.id AND x.user_id::text = %s)""";

    private static final Map<String, Attribute> ATTRIBUTES = Map.of(
            "id", new Attribute("g.id::text", Kind.FOLDED),
            "displayname", new Attribute("lower(g.name)", Kind.FOLDED),
            "externalid", new Attribute("g.external_id", Kind.TEXT),
            "members", new Attribute(MEMBER, Kind.FOLDED),
            "members.value", new Attribute(MEMBER, Kind.FOLDED),
            "meta.created", new Attribute("g.created_at", Kind.TIME),
            "meta.lastmodified", new Attribute("g.updated_at", Kind.TIME));

    private final Transactions transactions;
    private final Identifiers identifiers;

    ScimGroups(Transactions transactions, Identifiers identifiers) {
        this.transactions = transactions;
        this.identifiers = identifiers;
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
            if (query.count() == 0 || total < query.startIndex()) {
                return new Found(total, List.of());
            }
            List<ScimGroup> groups = sql.sql("""
                            SELECT\s""" + COLUMNS + """
                            FROM (
                                SELECT p.*, sum(p.size) OVER (ORDER BY p.id) - p.size AS before
                                FROM (
                                    SELECT g.*, (
                                        SELECT count(*) FROM group_members x WHERE x.group_id = g.id) AS size
                                    """ + FROM + " AND " + condition.sql() + """
                                     ORDER BY g.id LIMIT :count OFFSET :skipped) p) g
                            WHERE NOT :members OR g.before <= :most
                            ORDER BY g.id""")
                    .param("organization", directory.organizationId())
                    .params(condition.variables())
                    .param("members", query.shows("members"))
                    .param("most", MEMBERS_OF_PAGE)
                    .param("count", query.count())
                    .param("skipped", query.startIndex() - 1)
                    .query(ScimGroups::group)
                    .list();
            return new Found(total, groups);
        });
    }

    ScimGroup require(Directory directory, UUID id, boolean members) {
        return transactions.run(directory.context(), sql -> find(sql, directory, id, members));
    }

    ScimGroup create(Directory directory, List<GroupChange> changes, boolean members) throws ScimException {
        UUID id = identifiers.next();
        return written(directory, sql -> {
            sql.sql("""
                            INSERT INTO member_groups (id, organization_id, name, provided)
                            VALUES (:id, :organization, :name, true)""")
                    .param("id", id)
                    .param("organization", directory.organizationId())
                    .param("name", name(changes))
                    .update();
            changes.forEach(change -> apply(sql, directory, id, change));
            requireFew(sql, id);
            return find(sql, directory, id, members);
        });
    }

    /** Applies all changes or none; has no effect where nothing differs. */
    ScimGroup update(Directory directory, UUID id, List<GroupChange> changes, boolean members) throws ScimException {
        return written(directory, sql -> {
            sql.sql("SELECT id FROM member_groups WHERE id = :id FOR UPDATE")
                    .param("id", id)
                    .query(UUID.class)
                    .list();
            find(sql, directory, id, false);
            boolean changed = sql.sql("UPDATE member_groups SET provided = true WHERE id = :id AND NOT provided")
                            .param("id", id)
                            .update()
                    > 0;
            for (GroupChange change : changes) {
                changed |= apply(sql, directory, id, change);
            }
            if (changed) {
                requireFew(sql, id);
                sql.sql("UPDATE member_groups SET name = name WHERE id = :id")
                        .param("id", id)
                        .update();
            }
            return find(sql, directory, id, members);
        });
    }

    /** Deletes a group, and with it its members' access to what was shared with it. */
    void delete(Directory directory, UUID id) {
        int deleted = transactions.run(
                directory.context(),
                sql -> sql.sql("DELETE FROM member_groups WHERE id = :id AND organization_id = :organization")
                        .param("id", id)
                        .param("organization", directory.organizationId())
                        .update());
        if (deleted == 0) {
            throw ProblemException.notFound("group");
        }
    }

    private static String name(List<GroupChange> changes) {
        return changes.stream()
                .filter(GroupChange.Name.class::isInstance)
                .map(change -> ((GroupChange.Name) change).name())
                .findFirst()
                .orElseThrow();
    }

    private static boolean apply(JdbcClient sql, Directory directory, UUID id, GroupChange change) {
        if (change instanceof GroupChange.Name wanted) {
            return sql.sql("UPDATE member_groups SET name = :name WHERE id = :id AND name <> :name")
                            .param("name", wanted.name())
                            .param("id", id)
                            .update()
                    > 0;
        }
        if (change instanceof GroupChange.ExternalId wanted) {
            return sql.sql("""
                                    UPDATE member_groups SET external_id = :external
                                    WHERE id = :id AND external_id IS DISTINCT FROM :external""")
                            .param("external", wanted.externalId(), Types.VARCHAR)
                            .param("id", id)
                            .update()
                    > 0;
        }
        if (change instanceof GroupChange.Add wanted) {
            return add(sql, directory, id, wanted.users());
        }
        if (change instanceof GroupChange.Remove wanted) {
            return remove(sql, id, wanted.users(), true);
        }
        Set<UUID> all = ((GroupChange.Members) change).users();
        boolean removed = remove(sql, id, all, false);
        return add(sql, directory, id, all) || removed;
    }

    private static boolean add(JdbcClient sql, Directory directory, UUID id, Set<UUID> users) {
        String[] ids = texts(users);
        long known = sql.sql("""
                        SELECT count(*) FROM organization_members m
                        WHERE m.organization_id = :organization AND m.user_id = ANY (CAST(:users AS uuid[]))
                          AND (m.is_active OR EXISTS (
                            SELECT FROM scim_users s
                            WHERE s.organization_id = m.organization_id AND s.user_id = m.user_id))""")
                .param("organization", directory.organizationId())
                .param("users", ids)
                .query(Long.class)
                .single();
        if (known != users.size()) {
            boolean groups = sql.sql(
                            "SELECT EXISTS (SELECT FROM member_groups WHERE id = ANY (CAST(:users AS uuid[])))")
                    .param("users", ids)
                    .query(Boolean.class)
                    .single();
            throw new Refused(
                    groups
                            ? GroupChange.nested()
                            : BadRequestException.invalidValue("A member is not a user of the organization."));
        }
        return sql.sql("""
                                INSERT INTO group_members (organization_id, group_id, user_id)
                                SELECT :organization, :group, user_id FROM unnest(CAST(:users AS uuid[])) AS user_id
                                ON CONFLICT (group_id, user_id) DO NOTHING""")
                        .param("organization", directory.organizationId())
                        .param("group", id)
                        .param("users", ids)
                        .update()
                > 0;
    }

    /** @param these whether to remove these users, or all others */
    private static boolean remove(JdbcClient sql, UUID id, Set<UUID> users, boolean these) {
        return sql.sql("""
                                DELETE FROM group_members
                                WHERE group_id = :group AND (user_id = ANY (CAST(:users AS uuid[]))) = :these""")
                        .param("group", id)
                        .param("users", texts(users))
                        .param("these", these)
                        .update()
                > 0;
    }

    private static String[] texts(Set<UUID> users) {
        return users.stream().map(UUID::toString).toArray(String[]::new);
    }

    private static void requireFew(JdbcClient sql, UUID id) {
        long members = sql.sql("SELECT count(*) FROM group_members WHERE group_id = :group")
                .param("group", id)
                .query(Long.class)
                .single();
        if (members > GroupChange.MOST_MEMBERS) {
            throw new Refused(GroupChange.tooMany());
        }
    }

    private ScimGroup written(Directory directory, Function<JdbcClient, ScimGroup> work) throws ScimException {
        try {
            return transactions.run(directory.context(), work);
        } catch (DuplicateKeyException taken) {
            throw new ResourceConflictException(
                    "Another group has this displayName.", ResourceConflictException.UNIQUENESS, taken);
        } catch (Refused refused) {
            throw refused.refusal();
        }
    }

    private static ScimGroup find(JdbcClient sql, Directory directory, UUID id, boolean members) {
        return sql.sql("SELECT " + COLUMNS + FROM + " AND g.id = :id")
                .param("organization", directory.organizationId())
                .param("members", members)
                .param("id", id)
                .query(ScimGroups::group)
                .optional()
                .orElseThrow(() -> ProblemException.notFound("group"));
    }

    private static ScimGroup group(ResultSet row, int number) throws SQLException {
        return new ScimGroup(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getString("external_id"),
                row.getBoolean("provided"),
                row.getString("members"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
