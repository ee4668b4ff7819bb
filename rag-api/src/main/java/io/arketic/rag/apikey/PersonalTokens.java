package io.arketic.rag.apikey;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.Identity.Credential.Session;
import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.permission.Scope;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the table {@code personal_tokens}, which stores only the hash and the beginning of a token. */
@Component
class PersonalTokens {

    /** Limits the valid tokens of a user. */
    static final int MOST = 50;

    private static final String COLUMNS = "id, name, token_prefix, scopes, created_at, expires_at, last_used_at";
    private static final String VALID = " FROM personal_tokens WHERE revoked_at IS NULL AND expires_at > now()";
    private static final int PREFIX = SecretToken.PERSONAL.length() + 8;

    private final Transactions transactions;
    private final Identifiers identifiers;

    PersonalTokens(Transactions transactions, Identifiers identifiers) {
        this.transactions = transactions;
        this.identifiers = identifiers;
    }

    /** Creates a token and returns it for the only time. It counts like the caller's session. */
    PersonalToken create(Caller caller, String name, Set<Scope> scopes, Instant expiresAt) {
        Session session = caller.session();
        SecretToken token =
                new SecretToken(SecretToken.PERSONAL + SecretToken.random().text());
        return transactions.run(TenantContext.ofUser(caller.userId()), sql -> {
            requireRoom(sql, caller);
            return sql.sql("""
                            INSERT INTO personal_tokens (
                                id, user_id, name, token_prefix, token_hash, scopes, second_factor, provider,
                                provider_factor, expires_at)
                            VALUES (
                                :id, :user, :name, :prefix, :hash, string_to_array(:scopes, ','), :factor, :provider,
                                :provider_factor, :expires)
                            RETURNING\s""" + COLUMNS)
                    .param("id", identifiers.next())
                    .param("user", caller.userId())
                    .param("name", name)
                    .param("prefix", token.text().substring(0, PREFIX))
                    .param("hash", token.hash())
                    .param(
                            "scopes",
                            String.join(
                                    ",",
                                    scopes.stream().map(Scope::label).sorted().toList()))
                    .param("factor", session.secondFactor())
                    .param("provider", session.provider())
                    .param("provider_factor", session.providerFactor())
                    .param("expires", expiresAt.atOffset(ZoneOffset.UTC))
                    .query(PersonalTokens::token)
                    .single()
                    .shownOnce(token.text());
        });
    }

    /** Locks the account's row, so that parallel creations do not pass the limit. */
    private static void requireRoom(JdbcClient sql, Caller caller) {
        sql.sql("SELECT id FROM users WHERE id = :user FOR NO KEY UPDATE")
                .param("user", caller.userId())
                .query(UUID.class)
                .list();
        int valid = sql.sql("SELECT count(*)" + VALID).query(Integer.class).single();
        if (valid >= MOST) {
            throw new ProblemException(
                    ProblemReason.CONFLICT, "The account has " + MOST + " tokens; revoke one of them first.");
        }
    }

    /** Returns the tokens that are neither revoked nor expired, the newest first. */
    List<PersonalToken> list(Caller caller) {
        return transactions.run(
                TenantContext.ofUser(caller.userId()),
                sql -> sql.sql("SELECT " + COLUMNS + VALID + " ORDER BY id DESC")
                        .query(PersonalTokens::token)
                        .list());
    }

    /** Revokes a token from its next request on. */
    void revoke(Caller caller, UUID id) {
        int revoked = transactions.run(
                TenantContext.ofUser(caller.userId()),
                sql -> sql.sql("UPDATE personal_tokens SET revoked_at = now() WHERE id = :id AND revoked_at IS NULL")
                        .param("id", id)
                        .update());
        if (revoked == 0) {
            throw ProblemException.notFound("personal token");
        }
    }

    private static PersonalToken token(ResultSet row, int number) throws SQLException {
        OffsetDateTime used = row.getObject("last_used_at", OffsetDateTime.class);
        return new PersonalToken(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getString("token_prefix"),
                List.of((String[]) row.getArray("scopes").getArray()),
                instant(row, "created_at"),
                instant(row, "expires_at"),
                used == null ? null : used.toInstant(),
                null);
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
