package io.arketic.rag.organization;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the tables {@code member_groups} and {@code group_members}. */
@Component
class MemberGroups {

    /** Holds a group and the caller's access to it. */
    record GroupAccess(Membership membership, MemberGroup group) {}

    /** Holds a member of a group. */
    record GroupMember(UUID userId, String displayName) {}

    private static final String COLUMNS = """
            SELECT g.id, g.organization_id, g.name, g.created_at, g.updated_at,
                (SELECT count(*) FROM group_members m
                    JOIN organization_members o
                        ON o.user_id = m.user_id AND o.organization_id = m.organization_id AND o.is_active
                    WHERE m.group_id = g.id) AS member_count,
                g.provided AND EXISTS (SELECT FROM scim_tokens t WHERE t.revoked_at IS NULL) AS provided
            FROM member_groups g\s""";

    private static final String ONE = COLUMNS + "WHERE g.id = ?";

    private final Transactions transactions;
    private final Memberships memberships;
    private final Identifiers identifiers;

    MemberGroups(Transactions transactions, Memberships memberships, Identifiers identifiers) {
        this.transactions = transactions;
        this.memberships = memberships;
        this.identifiers = identifiers;
    }

    GroupAccess require(Caller caller, UUID id) {
        return memberships.locate(caller, "group", id, ONE, MemberGroups::group, GroupAccess::new);
    }

    List<MemberGroup> list(Membership membership, Cursor cursor, int limit) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql(COLUMNS + "WHERE g.id < :after ORDER BY g.id DESC LIMIT :limit")
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query(MemberGroups::group)
                        .list());
    }

    MemberGroup create(Membership membership, String name) {
        UUID id = identifiers.next();
        return named(membership, sql -> {
            sql.sql("INSERT INTO member_groups (id, organization_id, name) VALUES (:id, :organization, :name)")
                    .param("id", id)
                    .param("organization", membership.organizationId())
                    .param("name", name)
                    .update();
            return one(sql, id);
        });
    }

    MemberGroup rename(GroupAccess access, EntityTag basis, String name) {
        UUID id = access.group().id();
        return named(access.membership(), sql -> {
            lock(sql, id);
            MemberGroup present = changeable(sql, id);
            basis.mustMatch(present.updatedAt());
            sql.sql("UPDATE member_groups SET name = :name WHERE id = :id")
                    .param("name", name)
                    .param("id", id)
                    .update();
            return one(sql, id);
        });
    }

    /** Deletes a group, and with it its members' access to what was shared with it. */
    void delete(GroupAccess access) {
        UUID id = access.group().id();
        transactions.execute(access.membership().context(), sql -> {
            lock(sql, id);
            changeable(sql, id);
            sql.sql("DELETE FROM member_groups WHERE id = :id").param("id", id).update();
        });
    }

    /** Returns those that are members of the organization now. */
    List<GroupMember> members(GroupAccess access, Cursor cursor, int limit) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                                SELECT m.user_id, coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), '') AS name
                                FROM group_members m
                                JOIN organization_members o
                                    ON o.user_id = m.user_id AND o.organization_id = m.organization_id AND o.is_active
                                JOIN users u ON u.id = m.user_id
                                WHERE m.group_id = :group AND m.user_id < :after
                                ORDER BY m.user_id DESC LIMIT :limit""")
                        .param("group", access.group().id())
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query((row, number) ->
                                new GroupMember(row.getObject("user_id", UUID.class), row.getString("name")))
                        .list());
    }

    /** Replaces the earlier list; fails if the group is no longer that of {@code basis}. */
    MemberGroup replaceMembers(GroupAccess access, EntityTag basis, Set<UUID> users) {
        UUID id = access.group().id();
        String[] ids = users.stream().map(UUID::toString).toArray(String[]::new);
        return transactions.run(access.membership().context(), sql -> {
            lock(sql, id);
            MemberGroup present = changeable(sql, id);
            basis.mustMatch(present.updatedAt());
            sql.sql("DELETE FROM group_members WHERE group_id = :group AND user_id <> ALL (CAST(:users AS uuid[]))")
                    .param("group", id)
                    .param("users", ids)
                    .update();
            sql.sql("""
                            INSERT INTO group_members (organization_id, group_id, user_id)
                            SELECT o.organization_id, :group, o.user_id
                            FROM organization_members o
                            WHERE o.organization_id = :organization AND o.is_active
                              AND o.user_id = ANY (CAST(:users AS uuid[]))
                            ON CONFLICT (group_id, user_id) DO NOTHING""")
                    .param("group", id)
                    .param("organization", access.membership().organizationId())
                    .param("users", ids)
                    .update();
            sql.sql("UPDATE member_groups SET name = name WHERE id = :group")
                    .param("group", id)
                    .update();
            MemberGroup changed = one(sql, id);
            if (changed.memberCount() != users.size()) {
                throw ProblemException.ofField(
                        ProblemReason.INVALID_INPUT, "user_ids", "must name members of the organization");
            }
            return changed;
        });
    }

    private static void lock(JdbcClient sql, UUID id) {
        sql.sql("SELECT id FROM member_groups WHERE id = :id FOR UPDATE")
                .param("id", id)
                .query(UUID.class)
                .list();
    }

    private MemberGroup named(Membership membership, Function<JdbcClient, MemberGroup> work) {
        try {
            return transactions.run(membership.context(), work);
        } catch (DuplicateKeyException taken) {
            throw ProblemException.ofField(ProblemReason.CONFLICT, "name", "is that of another group");
        }
    }

    private static MemberGroup changeable(JdbcClient sql, UUID id) {
        MemberGroup group = one(sql, id);
        if (group.provided()) {
            throw new ProblemException(
                    ProblemReason.GROUP_PROVIDED, "The organization's directory provides this group; change it there.");
        }
        return group;
    }

    private static MemberGroup one(JdbcClient sql, UUID id) {
        return sql.sql(ONE)
                .param(id)
                .query(MemberGroups::group)
                .optional()
                .orElseThrow(() -> ProblemException.notFound("group"));
    }

    private static MemberGroup group(ResultSet row, int number) throws SQLException {
        return new MemberGroup(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getString("name"),
                row.getLong("member_count"),
                row.getBoolean("provided"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
