package io.arketic.rag.identity;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.TenantContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Refresh tokens, each good for one use (RFC 9700, section 4.14.2). The successors of one login are a family; a spent
 * token that shows up again means that two parties hold it, and ends the family. Only hashes are stored.
 */
@Component
class RefreshTokens {

    /** What a token was exchanged for. */
    sealed interface Rotation {

        record Rotated(UUID userId, String successor) implements Rotation {}

        /** Unknown, expired, revoked or spent; in the last case its family has just ended. */
        record Refused() implements Rotation {}
    }

    private record Stored(UUID id, UUID userId, UUID familyId, boolean spent, boolean live) {}

    private static final int TOKEN_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final Transactions transactions;
    private final Identifiers identifiers;
    private final Clock clock;
    private final Duration lifetime;

    RefreshTokens(Transactions transactions, Identifiers identifiers, Clock clock, SecurityProperties security) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.clock = clock;
        this.lifetime = security.refreshTokenLifetime();
    }

    /** The first token of a new family. */
    String issue(UUID userId) {
        return transactions.run(TenantContext.ofUser(userId), sql -> insert(sql, userId, identifiers.next()));
    }

    Rotation rotate(String token) {
        return transactions.run(TenantContext.NONE, sql -> {
            family(sql, token).ifPresent(family -> lock(sql, family));
            var found = sql.sql("""
                            SELECT id, user_id, family_id, rotated_at IS NOT NULL AS spent,
                                   revoked_at IS NULL AND expires_at > now() AS live
                            FROM refresh_tokens WHERE token_hash = :hash""")
                    .param("hash", hash(token))
                    .query((row, number) -> new Stored(
                            row.getObject("id", UUID.class),
                            row.getObject("user_id", UUID.class),
                            row.getObject("family_id", UUID.class),
                            row.getBoolean("spent"),
                            row.getBoolean("live")))
                    .optional();
            if (found.isEmpty() || !found.get().live()) {
                return new Rotation.Refused();
            }
            Stored stored = found.get();
            if (stored.spent()) {
                revoke(sql, stored.familyId());
                return new Rotation.Refused();
            }
            sql.sql("UPDATE refresh_tokens SET rotated_at = now() WHERE id = :id")
                    .param("id", stored.id())
                    .update();
            return new Rotation.Rotated(stored.userId(), insert(sql, stored.userId(), stored.familyId()));
        });
    }

    /** Ends the family of {@code token}; without effect when there is no such token. */
    void end(String token) {
        transactions.execute(
                TenantContext.NONE,
                sql -> family(sql, token).ifPresent(family -> {
                    lock(sql, family);
                    revoke(sql, family);
                }));
    }

    private static Optional<UUID> family(JdbcClient sql, String token) {
        return sql.sql("SELECT family_id FROM refresh_tokens WHERE token_hash = :hash")
                .param("hash", hash(token))
                .query(UUID.class)
                .optional();
    }

    /** Till the commit, so that no successor is inserted beside the end of its family. Statements after it see both. */
    private static void lock(JdbcClient sql, UUID familyId) {
        sql.sql("SELECT pg_advisory_xact_lock(hashtextextended(:family, 0))")
                .param("family", familyId.toString())
                .query((row, number) -> number)
                .list();
    }

    private String insert(JdbcClient sql, UUID userId, UUID familyId) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        sql.sql("""
                        INSERT INTO refresh_tokens (id, user_id, family_id, token_hash, expires_at)
                        VALUES (:id, :user, :family, :hash, :expires)""")
                .param("id", identifiers.next())
                .param("user", userId)
                .param("family", familyId)
                .param("hash", hash(token))
                .param("expires", clock.instant().plus(lifetime).atOffset(ZoneOffset.UTC))
                .update();
        return token;
    }

    private static void revoke(JdbcClient sql, UUID familyId) {
        sql.sql("UPDATE refresh_tokens SET revoked_at = now() WHERE family_id = :family AND revoked_at IS NULL")
                .param("family", familyId)
                .update();
    }

    /** SHA-256, hex: a token has 256 random bits, so nothing slower is needed. */
    private static String hash(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
