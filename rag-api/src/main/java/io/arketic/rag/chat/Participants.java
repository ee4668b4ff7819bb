package io.arketic.rag.chat;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Manages the participants of a chat. Every change first locks the chat's row, so that of two owners who leave at once
 * one stays. Then it checks the caller's rights, which may have changed while it waited. A user who has left keeps an
 * inactive row, because the user's messages stay.
 */
@Component
public class Participants {

    /** Holds what a participant is and may do; null leaves it unchanged, or is the default for a new one. */
    record Place(
            @Nullable Role role,
            @Nullable Boolean canSendMessages,
            @Nullable Boolean canUploadFiles,
            @Nullable Boolean isMuted) {

        boolean concernsOthers() {
            return role != null || canSendMessages != null || canUploadFiles != null;
        }
    }

    private static final Place USUAL = new Place(Role.MEMBER, true, true, false);

    private static final String SELECT = """
            SELECT p.id, p.user_id, u.first_name, u.last_name, p.role, p.can_send_messages AND w.writes AS can_send_messages,
                   p.can_upload_files AND w.writes AS can_upload_files, p.last_read_message_id, p.message_count, p.joined_at,
                   p.updated_at
            FROM chat_participants p JOIN users u ON u.id = p.user_id
            CROSS JOIN LATERAL (SELECT NOT p.joined OR chat_granted(p.chat_id, p.user_id, 'edit') AS writes) w
            WHERE p.chat_id = :chat""";

    private static final String ACTIVE = SELECT + " AND p.is_active";

    private final Transactions transactions;

    Participants(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Returns the newest first. */
    List<Participant> list(ChatAccess access, Cursor cursor, int limit) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql(ACTIVE + " AND p.id < :after ORDER BY p.id DESC LIMIT :limit")
                        .param("chat", access.chat().id())
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query(Participants::participant)
                        .list());
    }

    /** Returns those of the ids that take part or once did. */
    public static List<Participant> all(JdbcClient sql, UUID chat, List<UUID> ids) {
        return sql.sql(SELECT + " AND p.id IN (:ids)")
                .param("chat", chat)
                .param("ids", ids)
                .query(Participants::participant)
                .list();
    }

    /** Returns whether the caller is still the participant and member that it was at the start, and its groups show the chat. */
    static boolean takesPart(JdbcClient sql, ChatAccess access) {
        return sql.sql("""
                        SELECT EXISTS (
                            SELECT FROM chat_participants p
                            JOIN organization_members m
                                ON m.organization_id = p.organization_id AND m.user_id = p.user_id AND m.is_active
                            JOIN users u ON u.id = p.user_id AND u.is_active AND u.status = 'active'
                            JOIN chats c ON c.id = p.chat_id
                            WHERE p.chat_id = :chat AND p.user_id = :user AND p.is_active
                              AND (NOT p.joined OR c.chat_type = 'channel' OR c.id = ANY (granted_chats('view'))))""")
                .param("chat", access.chat().id())
                .param("user", access.membership().userId())
                .query(Boolean.class)
                .single();
    }

    /** Adds another member of the organization. */
    Participant invite(ChatAccess access, UUID user, Place place) {
        access.administering();
        notBetweenTwo(access);
        return transactions.run(access.membership().context(), sql -> {
            ChatAccess now = Chats.locked(sql, access).administering();
            mayTouchOwner(now, Role.VIEWER, place.role());
            requireMembers(sql, access.membership(), List.of(user), "user_id");
            if (find(sql, access, "p.user_id", user).isPresent()) {
                throw new ProblemException(ProblemReason.ALREADY_MEMBER, "The user already takes part in the chat.");
            }
            enter(sql, access.membership(), access.chat().id(), user, place);
            return find(sql, access, "p.user_id", user).orElseThrow();
        });
    }

    /**
     * Joins a channel, or a chat that is shared with a group of the user. The user writes only while one of its groups has the
     * right to edit; the database decides with each request. A present participant stays unchanged. A former participant keeps
     * what an admin of the chat forbade it; one that was removed from a channel comes back as a reader.
     */
    Participant join(ChatAccess access) {
        UUID user = access.membership().userId();
        return transactions.run(access.membership().context(), sql -> {
            Chats.locked(sql, access);
            Optional<Participant> already = find(sql, access, "p.user_id", user);
            if (already.isEmpty()) {
                notBetweenTwo(access);
                sql.sql("""
                                INSERT INTO chat_participants AS p (organization_id, chat_id, user_id, role, joined)
                                VALUES (:organization, :chat, :user, 'member', true)
                                ON CONFLICT (chat_id, user_id) DO UPDATE
                                SET is_active = true, joined = true, is_removed = false, is_muted = false, joined_at = now(),
                                    role = CASE p.role WHEN 'viewer' THEN p.role ELSE excluded.role END,
                                    can_send_messages = p.can_send_messages AND NOT p.is_removed,
                                    can_upload_files = p.can_upload_files AND NOT p.is_removed""")
                        .param("organization", access.membership().organizationId())
                        .param("chat", access.chat().id())
                        .param("user", user)
                        .update();
            }
            return already.or(() -> find(sql, access, "p.user_id", user)).orElseThrow();
        });
    }

    Participant require(ChatAccess access, UUID id) {
        return transactions.run(access.membership().context(), sql -> require(sql, access, id));
    }

    /**
     * Changes a participant; fails if it is no longer that of {@code basis}. A participant that joined takes part without its
     * groups from then on if it is given a role, or a right that no group gives it.
     */
    Participant change(ChatAccess access, UUID id, EntityTag basis, Place place) {
        return transactions.run(access.membership().context(), sql -> {
            ChatAccess now = Chats.locked(sql, access);
            Participant target = require(sql, access, id);
            basis.mustMatch(target.updatedAt());
            if (place.isMuted() != null && !isSelf(access, target)) {
                throw ProblemException.ofField(
                        ProblemReason.INVALID_INPUT, "is_muted", "is each participant's own to change");
            }
            if (place.concernsOthers()) {
                now.administering();
                mayTouchOwner(now, Role.of(target.role()), place.role());
                if (place.role() != null && place.role() != Role.OWNER) {
                    notTheLastOwner(sql, access, target);
                }
            }
            sql.sql("""
                            UPDATE chat_participants p
                            SET role = coalesce(CAST(:role AS participant_role), p.role),
                                joined = p.joined AND NOT given.own,
                                can_send_messages =
                                    coalesce(:send, p.can_send_messages AND (given.writes OR NOT given.own)),
                                can_upload_files =
                                    coalesce(:upload, p.can_upload_files AND (given.writes OR NOT given.own)),
                                is_muted = coalesce(:muted, p.is_muted)
                            FROM (
                                SELECT w.writes, CAST(:role AS participant_role) IS NOT NULL
                                    OR NOT w.writes AND (coalesce(:send, false) OR coalesce(:upload, false)) AS own
                                FROM chat_participants q
                                CROSS JOIN LATERAL (
                                    SELECT NOT q.joined OR chat_granted(q.chat_id, q.user_id, 'edit') AS writes) w
                                WHERE q.id = :id) given
                            WHERE p.id = :id""")
                    .param("role", label(place.role()))
                    .param("send", place.canSendMessages())
                    .param("upload", place.canUploadFiles())
                    .param("muted", place.isMuted())
                    .param("id", id)
                    .update();
            return require(sql, access, id);
        });
    }

    /** Removes a participant, or the caller itself. */
    void remove(ChatAccess access, UUID id) {
        transactions.execute(access.membership().context(), sql -> {
            ChatAccess now = Chats.locked(sql, access);
            Participant target = require(sql, access, id);
            notBetweenTwo(access);
            if (!isSelf(access, target)) {
                now.administering();
                mayTouchOwner(now, Role.of(target.role()), null);
            }
            end(sql, access, target);
        });
    }

    void leave(ChatAccess access) {
        notBetweenTwo(access);
        transactions.execute(access.takingPart().membership().context(), sql -> {
            Chats.locked(sql, access);
            find(sql, access, "p.user_id", access.membership().userId()).ifPresent(target -> end(sql, access, target));
        });
    }

    /** Adds the first participants of a new chat. */
    static void found(JdbcClient sql, Membership membership, UUID chat, List<UUID> others) {
        enter(sql, membership, chat, membership.userId(), new Place(Role.OWNER, true, true, false));
        others.forEach(user -> enter(sql, membership, chat, user, USUAL));
    }

    /**
     * Refuses users who are not active members of the organization, without distinguishing others' users from unknown
     * ones.
     */
    static void requireMembers(JdbcClient sql, Membership membership, List<UUID> users, String field) {
        if (users.isEmpty()) {
            return;
        }
        long members = sql.sql("""
                        SELECT count(*) FROM organization_members m JOIN users u ON u.id = m.user_id
                        WHERE m.organization_id = :organization AND m.user_id IN (:users) AND m.is_active AND u.is_active""")
                .param("organization", membership.organizationId())
                .param("users", users)
                .query(Long.class)
                .single();
        if (members < users.size()) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, field, "must be of members of the organization");
        }
    }

    private static void enter(JdbcClient sql, Membership membership, UUID chat, UUID user, Place place) {
        sql.sql("""
                        INSERT INTO chat_participants AS p (
                            organization_id, chat_id, user_id, role, can_send_messages, can_upload_files)
                        VALUES (:organization, :chat, :user, CAST(:role AS participant_role), :send, :upload)
                        ON CONFLICT (chat_id, user_id) DO UPDATE
                        SET is_active = true, role = excluded.role, can_send_messages = excluded.can_send_messages,
                            can_upload_files = excluded.can_upload_files, is_muted = false, joined_at = now(),
                            joined = false, is_removed = false""")
                .param("organization", membership.organizationId())
                .param("chat", chat)
                .param("user", user)
                .param(
                        "role",
                        place.role() == null
                                ? Role.MEMBER.label()
                                : place.role().label())
                .param("send", !Boolean.FALSE.equals(place.canSendMessages()))
                .param("upload", !Boolean.FALSE.equals(place.canUploadFiles()))
                .update();
    }

    private static void end(JdbcClient sql, ChatAccess access, Participant target) {
        notTheLastOwner(sql, access, target);
        sql.sql("UPDATE chat_participants SET is_active = false, is_removed = :removed WHERE id = :id")
                .param("removed", !isSelf(access, target))
                .param("id", target.id())
                .update();
    }

    private static void notBetweenTwo(ChatAccess access) {
        if (access.chat().chatType().equals(Chat.DIRECT)) {
            throw new ProblemException(
                    ProblemReason.CONFLICT,
                    "A direct chat keeps its two participants; start a group, or archive this one.");
        }
    }

    private static void mayTouchOwner(ChatAccess access, Role was, @Nullable Role next) {
        Participation own = access.chat().participation();
        if ((was == Role.OWNER || next == Role.OWNER) && (own == null || !own.owns())) {
            throw new ProblemException(ProblemReason.FORBIDDEN, "Only an owner makes, changes or removes owners.");
        }
    }

    private static void notTheLastOwner(JdbcClient sql, ChatAccess access, Participant target) {
        long others = sql.sql("""
                        SELECT count(*) FROM chat_participants
                        WHERE chat_id = :chat AND role = 'owner' AND is_active AND id <> :id""")
                .param("chat", access.chat().id())
                .param("id", target.id())
                .query(Long.class)
                .single();
        if (Role.of(target.role()) == Role.OWNER && others == 0) {
            throw new ProblemException(
                    ProblemReason.LAST_OWNER, "The chat needs an owner; make another one first, or delete it.");
        }
    }

    private static boolean isSelf(ChatAccess access, Participant target) {
        return target.userId().equals(access.membership().userId());
    }

    private static Participant require(JdbcClient sql, ChatAccess access, UUID id) {
        return find(sql, access, "p.id", id).orElseThrow(() -> ProblemException.notFound("participant"));
    }

    private static Optional<Participant> find(JdbcClient sql, ChatAccess access, String column, UUID value) {
        return sql.sql(ACTIVE + " AND " + column + " = :value")
                .param("chat", access.chat().id())
                .param("value", value)
                .query(Participants::participant)
                .optional();
    }

    private static @Nullable String label(@Nullable Role role) {
        return role == null ? null : role.label();
    }

    private static Participant participant(ResultSet row, int number) throws SQLException {
        return new Participant(
                row.getObject("id", UUID.class),
                row.getObject("user_id", UUID.class),
                row.getString("first_name"),
                row.getString("last_name"),
                row.getString("role"),
                row.getBoolean("can_send_messages"),
                row.getBoolean("can_upload_files"),
                row.getObject("last_read_message_id", UUID.class),
                row.getInt("message_count"),
                row.getObject("joined_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
