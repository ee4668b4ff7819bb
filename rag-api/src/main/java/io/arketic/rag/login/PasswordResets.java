package io.arketic.rag.login;

import io.arketic.rag.account.OneTimeTokens;
import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Tokens that allow another password: {@link OneTimeTokens}, good for an hour. */
@Component
class PasswordResets {

    static final Duration LIFETIME = Duration.ofHours(1);

    private final OneTimeTokens tokens = new OneTimeTokens("password_reset_tokens");
    private final Transactions transactions;

    PasswordResets(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Empty when too many went out. */
    Optional<SecretToken> issue(JdbcClient sql, UUID userId) {
        if (!tokens.begin(sql, userId)) {
            return Optional.empty();
        }
        SecretToken token = SecretToken.random();
        sql.sql("""
                        INSERT INTO password_reset_tokens (user_id, token_hash, expires_at)
                        VALUES (:user, :hash, now() + make_interval(secs => :seconds))""")
                .param("user", userId)
                .param("hash", token.hash())
                .param("seconds", LIFETIME.toSeconds())
                .update();
        return Optional.of(token);
    }

    /** Empty when the token is unknown, expired or spent. */
    Optional<UUID> find(SecretToken token) {
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql("""
                        SELECT id FROM password_reset_claim(:hash)""")
                        .param("hash", token.hash())
                        .query(UUID.class)
                        .optional());
    }

    /** Whether it was still good. */
    boolean spend(JdbcClient sql, SecretToken token) {
        return tokens.spend(sql, token);
    }

    void spendAll(JdbcClient sql, UUID userId) {
        tokens.spendAll(sql, userId);
    }
}
