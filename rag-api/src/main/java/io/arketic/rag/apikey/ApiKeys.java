package io.arketic.rag.apikey;

import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.permission.Scope;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the table {@code api_keys}, which stores only the hash and the beginning of a key. */
@Component
class ApiKeys {

    private static final String COLUMNS =
            "id, name, key_prefix, scopes, created_by_id, created_at, expires_at, last_used_at";
    private static final int PREFIX = SecretToken.API_KEY.length() + 8;

    private final Transactions transactions;
    private final Identifiers identifiers;

    ApiKeys(Transactions transactions, Identifiers identifiers) {
        this.transactions = transactions;
        this.identifiers = identifiers;
    }

    /**
     * Creates a key and returns it for the only time. It is refused if the organization does not accept keys, because
     * it would open nothing.
     */
    ApiKey create(Membership membership, String name, Set<Scope> scopes, @Nullable Instant expiresAt) {
        SecretToken key =
                new SecretToken(SecretToken.API_KEY + SecretToken.random().text());
        UUID id = identifiers.next();
        return transactions.run(membership.context(), sql -> {
            requireAccess(sql, membership);
            return sql.sql("""
                            INSERT INTO api_keys (
                                id, organization_id, created_by_id, name, key_prefix, key_hash, scopes, expires_at)
                            VALUES (
                                :id, :organization, :user, :name, :prefix, :hash,
                                string_to_array(:scopes, ','), :expires)
                            RETURNING\s""" + COLUMNS)
                    .param("id", id)
                    .param("organization", membership.organizationId())
                    .param("user", membership.userId())
                    .param("name", name)
                    .param("prefix", key.text().substring(0, PREFIX))
                    .param("hash", key.hash())
                    .param(
                            "scopes",
                            String.join(
                                    ",",
                                    scopes.stream().map(Scope::label).sorted().toList()))
                    .param("expires", expiresAt == null ? null : expiresAt.atOffset(ZoneOffset.UTC))
                    .query(ApiKeys::apiKey)
                    .single()
                    .shownOnce(key.text());
        });
    }

    private static void requireAccess(JdbcClient sql, Membership membership) {
        boolean on = sql.sql(
                        "SELECT enable_api_access FROM organization_settings WHERE organization_id = :organization")
                .param("organization", membership.organizationId())
                .query(Boolean.class)
                .single();
        if (!on) {
            throw new ProblemException(
                    ProblemReason.API_ACCESS_OFF,
                    "Set enable_api_access to true first: PATCH /api/v1/organizations/" + membership.organizationId()
                            + "/settings.");
        }
    }

    /** Returns the keys that are not revoked, the newest first. */
    List<ApiKey> list(Membership membership) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("SELECT " + COLUMNS + " FROM api_keys WHERE revoked_at IS NULL ORDER BY id DESC")
                        .query(ApiKeys::apiKey)
                        .list());
    }

    /** Revokes a key from its next request on. */
    void revoke(Membership membership, UUID id) {
        int revoked = transactions.run(
                membership.context(),
                sql -> sql.sql("UPDATE api_keys SET revoked_at = now() WHERE id = :id AND revoked_at IS NULL")
                        .param("id", id)
                        .update());
        if (revoked == 0) {
            throw ProblemException.notFound("API key");
        }
    }

    private static ApiKey apiKey(ResultSet row, int number) throws SQLException {
        return new ApiKey(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getString("key_prefix"),
                List.of((String[]) row.getArray("scopes").getArray()),
                row.getObject("created_by_id", UUID.class),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row, "expires_at"),
                instant(row, "last_used_at"),
                null);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
