package io.arketic.rag.organization;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Manages the members of an organization. Every change first locks the organization's row, so that of two owners who
 * leave at once one stays.
 */
@Component
class Members {

    private static final String SELECT = """
            SELECT m.id, m.user_id,
                   CASE WHEN :admin OR m.user_id = current_user_id() OR shows_profile(m.user_id) THEN u.email END AS email,
                   u.first_name, u.last_name, m.role, m.invited_by_id, m.joined_at,
                   m.updated_at
            FROM organization_members m JOIN users u ON u.id = m.user_id
            WHERE m.organization_id = :organization AND m.is_active""";

    private final Transactions transactions;

    Members(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Returns the newest first.
     *
     * @param skill a skill or a certification, in any case, that the members show in their profiles; null returns all
     */
    List<Member> list(Membership membership, @Nullable String skill, Cursor cursor, int limit) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql(SELECT + """
                         AND m.id < :after
                          AND (CAST(:skill AS text) IS NULL OR EXISTS (
                            SELECT FROM user_profiles f
                            CROSS JOIN LATERAL jsonb_array_elements_text(
                                coalesce(f.skills, '[]') || coalesce(f.certifications, '[]')) s (name)
                            WHERE f.user_id = m.user_id AND lower(s.name) = lower(:skill)))
                        ORDER BY m.id DESC LIMIT :limit""")
                        .param("organization", membership.organizationId())
                        .param("admin", membership.role().isAtLeast(Role.ADMIN))
                        .param("skill", skill)
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query(Members::member)
                        .list());
    }

    Member require(Membership membership, UUID id) {
        return transactions.run(membership.context(), sql -> find(sql, membership, id));
    }

    /** Changes a member; only owners make and change owners, and the last one stays. */
    Member change(Membership by, UUID id, EntityTag basis, Role role) {
        return transactions.run(by.context(), sql -> {
            Membership now = locked(sql, by);
            Member member = find(sql, by, id);
            basis.mustMatch(member.updatedAt());
            mayTouchOwner(now, member, role);
            if (role != Role.OWNER) {
                notTheLastOwner(sql, by, member);
            }
            setRole(sql, by, id, role);
            return find(sql, by, id);
        });
    }

    void remove(Membership by, UUID id) {
        transactions.execute(by.context(), sql -> {
            Membership now = locked(sql, by);
            Member member = find(sql, by, id);
            mayTouchOwner(now, member, Role.VIEWER);
            end(sql, by, member);
        });
    }

    void leave(Membership membership) {
        transactions.execute(membership.context(), sql -> {
            locked(sql, membership);
            UUID own = sql.sql("""
                            SELECT id FROM organization_members
                            WHERE organization_id = :organization AND user_id = :user AND is_active""")
                    .param("organization", membership.organizationId())
                    .param("user", membership.userId())
                    .query(UUID.class)
                    .optional()
                    .orElseThrow(() -> ProblemException.notFound("organization"));
            end(sql, membership, find(sql, membership, own));
        });
    }

    /** Makes the member an owner and the caller an admin, in one commit. */
    Member transfer(Membership by, UUID id) {
        return transactions.run(by.context(), sql -> {
            if (locked(sql, by).role() != Role.OWNER) {
                throw new ProblemException(ProblemReason.FORBIDDEN, "Only an owner transfers the organization.");
            }
            Member member = find(sql, by, id);
            if (member.userId().equals(by.userId())) {
                throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "member_id", "is your own membership");
            }
            setRole(sql, by, id, Role.OWNER);
            sql.sql("""
                            UPDATE organization_members SET role = 'admin'
                            WHERE organization_id = :organization AND user_id = :user""")
                    .param("organization", by.organizationId())
                    .param("user", by.userId())
                    .update();
            return find(sql, by, id);
        });
    }

    private static void mayTouchOwner(Membership by, Member member, Role next) {
        boolean concernsOwner = next == Role.OWNER || Role.of(member.role()) == Role.OWNER;
        if (concernsOwner && by.role() != Role.OWNER) {
            throw new ProblemException(ProblemReason.FORBIDDEN, "Only an owner makes, changes or removes owners.");
        }
    }

    private static void end(JdbcClient sql, Membership by, Member member) {
        notTheLastOwner(sql, by, member);
        sql.sql("UPDATE organization_members SET is_active = false WHERE organization_id = :organization AND id = :id")
                .param("organization", by.organizationId())
                .param("id", member.id())
                .update();
    }

    private static void notTheLastOwner(JdbcClient sql, Membership by, Member member) {
        long others = sql.sql("""
                        SELECT count(*) FROM organization_members m JOIN users u ON u.id = m.user_id
                        WHERE m.organization_id = :organization AND m.role = 'owner' AND m.is_active AND m.id <> :id
                          AND u.is_active""")
                .param("organization", by.organizationId())
                .param("id", member.id())
                .query(Long.class)
                .single();
        if (Role.of(member.role()) == Role.OWNER && others == 0) {
            throw new ProblemException(
                    ProblemReason.LAST_OWNER, "The organization needs an owner; transfer it to another member first.");
        }
    }

    private static void setRole(JdbcClient sql, Membership by, UUID id, Role role) {
        sql.sql("""
                        UPDATE organization_members SET role = CAST(:role AS organization_role)
                        WHERE organization_id = :organization AND id = :id""")
                .param("organization", by.organizationId())
                .param("id", id)
                .param("role", role.label())
                .update();
    }

    /** Locks the organization and returns the caller's present membership, which may have changed while it waited. */
    private static Membership locked(JdbcClient sql, Membership by) {
        sql.sql("SELECT id FROM organizations WHERE id = :organization FOR UPDATE")
                .param("organization", by.organizationId())
                .query(UUID.class)
                .single();
        return Memberships.now(sql, by);
    }

    private static Member find(JdbcClient sql, Membership by, UUID id) {
        return sql.sql(SELECT + " AND m.id = :id")
                .param("organization", by.organizationId())
                .param("admin", by.role().isAtLeast(Role.ADMIN))
                .param("id", id)
                .query(Members::member)
                .optional()
                .orElseThrow(() -> ProblemException.notFound("member"));
    }

    private static Member member(ResultSet row, int number) throws SQLException {
        return new Member(
                row.getObject("id", UUID.class),
                row.getObject("user_id", UUID.class),
                row.getString("email"),
                row.getString("first_name"),
                row.getString("last_name"),
                row.getString("role"),
                row.getObject("invited_by_id", UUID.class),
                row.getObject("joined_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
