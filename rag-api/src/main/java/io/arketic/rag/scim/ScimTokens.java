package io.arketic.rag.scim;

import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the table {@code scim_tokens}, which stores only the hash and the beginning of a token. */
@Component
class ScimTokens {

    private static final String COLUMNS =
            "id, name, default_role, token_prefix, created_by_id, created_at, rotated_at, last_used_at,"
                    + " EXISTS (SELECT FROM organization_members m WHERE m.organization_id = scim_tokens.organization_id"
                    + " AND m.user_id = scim_tokens.created_by_id AND m.is_active AND m.role = 'owner') AS creator_is_owner";
    private static final int PREFIX = SecretToken.SCIM.length() + 8;
    private static final int MOST = 10;

    private final Transactions transactions;
    private final Identifiers identifiers;

    ScimTokens(Transactions transactions, Identifiers identifiers) {
        this.transactions = transactions;
        this.identifiers = identifiers;
    }

    /** Creates a token and returns it for the only time. */
    ScimToken create(Membership membership, String name, Role defaultRole) {
        SecretToken token = random();
        UUID id = identifiers.next();
        return transactions.run(membership.context(), sql -> {
            lock(sql, membership);
            long present = sql.sql("SELECT count(*) FROM scim_tokens WHERE revoked_at IS NULL")
                    .query(Long.class)
                    .single();
            if (present >= MOST) {
                throw new ProblemException(
                        ProblemReason.CONFLICT, "There are " + MOST + " SCIM tokens already; revoke one.");
            }
            return sql.sql("""
                            INSERT INTO scim_tokens (
                                id, organization_id, created_by_id, name, default_role, token_prefix, token_hash)
                            VALUES (:id, :organization, :user, :name, CAST(:role AS organization_role), :prefix, :hash)
                            RETURNING\s""" + COLUMNS)
                    .param("id", id)
                    .param("organization", membership.organizationId())
                    .param("user", membership.userId())
                    .param("name", name)
                    .param("role", defaultRole.label())
                    .param("prefix", token.text().substring(0, PREFIX))
                    .param("hash", token.hash())
                    .query(ScimTokens::token)
                    .single()
                    .shownOnce(token.text());
        });
    }

    /** Returns the tokens that are not revoked, the newest first. */
    List<ScimToken> list(Membership membership) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("SELECT " + COLUMNS + " FROM scim_tokens WHERE revoked_at IS NULL ORDER BY id DESC")
                        .query(ScimTokens::token)
                        .list());
    }

    /** Replaces the secret; the former one is refused from its next request on. */
    ScimToken rotate(Membership membership, UUID id) {
        SecretToken token = random();
        return transactions
                .run(
                        membership.context(),
                        sql -> sql.sql("""
                                        UPDATE scim_tokens
                                        SET token_prefix = :prefix, token_hash = :hash, rotated_at = now()
                                        WHERE id = :id AND revoked_at IS NULL
                                        RETURNING\s""" + COLUMNS)
                                .param("id", id)
                                .param("prefix", token.text().substring(0, PREFIX))
                                .param("hash", token.hash())
                                .query(ScimTokens::token)
                                .optional())
                .orElseThrow(() -> ProblemException.notFound("SCIM token"))
                .shownOnce(token.text());
    }

    /**
     * Revokes a token from its next request on. With the last one, the directory's groups forget former members: only a
     * directory keeps them up to date.
     */
    void revoke(Membership membership, UUID id) {
        int revoked = transactions.run(membership.context(), sql -> {
            lock(sql, membership);
            int ended = sql.sql("UPDATE scim_tokens SET revoked_at = now() WHERE id = :id AND revoked_at IS NULL")
                    .param("id", id)
                    .update();
            sql.sql("""
                            DELETE FROM group_members g USING organization_members m
                            WHERE m.organization_id = g.organization_id AND m.user_id = g.user_id AND NOT m.is_active
                              AND g.organization_id = :organization
                              AND NOT EXISTS (SELECT FROM scim_tokens t WHERE t.revoked_at IS NULL)""").param("organization", membership.organizationId()).update();
            return ended;
        });
        if (revoked == 0) {
            throw ProblemException.notFound("SCIM token");
        }
    }

    private static SecretToken random() {
        return new SecretToken(SecretToken.SCIM + SecretToken.random().text());
    }

    private static void lock(JdbcClient sql, Membership membership) {
        sql.sql("SELECT id FROM organizations WHERE id = :organization FOR UPDATE")
                .param("organization", membership.organizationId())
                .query(UUID.class)
                .single();
    }

    private static ScimToken token(ResultSet row, int number) throws SQLException {
        return new ScimToken(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getString("default_role"),
                row.getString("token_prefix"),
                row.getObject("created_by_id", UUID.class),
                row.getBoolean("creator_is_owner"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row, "rotated_at"),
                instant(row, "last_used_at"),
                null);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
