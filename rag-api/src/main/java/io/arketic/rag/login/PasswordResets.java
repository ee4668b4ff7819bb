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

/** Issues tokens that allow a new password: {@link OneTimeTokens}, valid for an hour. */
@Component
class PasswordResets {

    static final Duration LIFETIME = Duration.ofHours(1);

    private final OneTimeTokens tokens = new OneTimeTokens("password_reset_tokens");
    private final Transactions transactions;

    PasswordResets(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Issues a token; empty after too many. */
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

    /** Finds a token; empty if it is unknown, expired or used. */
    Optional<UUID> find(SecretToken token) {
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql("""
                        SELECT id FROM password_reset_claim(:hash)""")
                        .param("hash", token.hash())
                        .query(UUID.class)
                        .optional());
    }

    /** Marks a token as used; returns whether it was valid. */
    boolean spend(JdbcClient sql, SecretToken token) {
        return tokens.spend(sql, token);
    }

    void spendAll(JdbcClient sql, UUID userId) {
        tokens.spendAll(sql, userId);
    }
}
