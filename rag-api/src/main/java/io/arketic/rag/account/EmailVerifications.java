package io.arketic.rag.account;

import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Issues tokens that prove that the user read a message to an address: {@link OneTimeTokens}, valid for a day. */
@Component
public class EmailVerifications {

    /** Says whose address a token proves. */
    record Claim(UUID userId, String email, String passwordSalt) {}

    static final Duration LIFETIME = Duration.ofHours(24);

    private final OneTimeTokens tokens = new OneTimeTokens("email_verification_tokens");
    private final Transactions transactions;

    EmailVerifications(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Issues a token; empty after too many. */
    Optional<SecretToken> issue(JdbcClient sql, UUID userId, String email) {
        if (!tokens.begin(sql, userId)) {
            return Optional.empty();
        }
        SecretToken token = SecretToken.random();
        sql.sql("""
                        INSERT INTO email_verification_tokens (user_id, email, token_hash, expires_at)
                        VALUES (:user, :email, :hash, now() + make_interval(secs => :seconds))""")
                .param("user", userId)
                .param("email", email)
                .param("hash", token.hash())
                .param("seconds", LIFETIME.toSeconds())
                .update();
        return Optional.of(token);
    }

    /** Finds a token; empty if it is unknown, expired or used. */
    Optional<Claim> find(SecretToken token) {
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql("""
                        SELECT id, email, password_salt FROM verification_claim(:hash)""")
                        .param("hash", token.hash())
                        .query((row, number) -> new Claim(
                                row.getObject("id", UUID.class),
                                row.getString("email"),
                                row.getString("password_salt")))
                        .optional());
    }

    /** Marks a token as used; returns whether it was valid. */
    boolean spend(JdbcClient sql, SecretToken token) {
        return tokens.spend(sql, token);
    }

    public void spendAll(JdbcClient sql, UUID userId) {
        tokens.spendAll(sql, userId);
    }
}
