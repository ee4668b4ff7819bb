package io.arketic.rag.identity;

import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What opens an account, and how often it failed to. An account that took too many wrong passwords or codes in a row is
 * locked for a while.
 */
@Component
class Credentials {

    /**
     * What a login needs.
     *
     * @param open whether the account is active and not locked
     */
    record Known(UUID userId, String passwordHash, boolean open, boolean twoFactor) {}

    private static final String SELECT = """
            SELECT id, password_hash, two_factor_enabled,
                   is_active AND status = 'active' AND coalesce(locked_until <= now(), true) AS open
            FROM users""";

    private final Transactions transactions;
    private final int lockoutAfter;
    private final Duration lockoutDuration;

    Credentials(Transactions transactions, SecurityProperties security) {
        this.transactions = transactions;
        this.lockoutAfter = security.lockoutAfter();
        this.lockoutDuration = security.lockoutDuration();
    }

    Optional<Known> find(String email) {
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql(SELECT + " WHERE email = :email")
                        .param("email", email)
                        .query(Credentials::known)
                        .optional());
    }

    Optional<Known> find(UUID userId) {
        return transactions.run(
                TenantContext.ofUser(userId),
                sql -> sql.sql(SELECT + " WHERE id = :id")
                        .param("id", userId)
                        .query(Credentials::known)
                        .optional());
    }

    /**
     * Locks the account's row, and tells whether what was read of it before still holds: a password that was changed
     * meanwhile, or a lock that other attempts have brought about, ends the attempt.
     */
    boolean stillOpen(JdbcClient sql, Known known) {
        return sql.sql("""
                        SELECT password_hash = :hash AND two_factor_enabled = :factor
                               AND is_active AND status = 'active' AND coalesce(locked_until <= now(), true)
                        FROM users WHERE id = :id FOR UPDATE""")
                .param("hash", known.passwordHash())
                .param("factor", known.twoFactor())
                .param("id", known.userId())
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    void noteSuccess(JdbcClient sql, UUID userId) {
        sql.sql("""
                        UPDATE users SET last_login_at = now(), failed_login_attempts = 0, locked_until = NULL
                        WHERE id = :id""").param("id", userId).update();
    }

    /**
     * Does the same work for an id that nobody has, and does not wait for the disk, so that the time of an answer does
     * not tell whether there is an account.
     *
     * @return whether this failure locked the account
     */
    boolean noteFailure(UUID userId) {
        return transactions.run(TenantContext.ofUser(userId), sql -> {
            sql.sql("SELECT set_config('synchronous_commit', 'off', true)")
                    .query(String.class)
                    .single();
            return sql.sql("""
                            UPDATE users SET
                                failed_login_attempts =
                                    CASE WHEN locked_until IS NULL THEN failed_login_attempts + 1 ELSE 1 END,
                                locked_until =
                                    CASE WHEN locked_until IS NULL AND failed_login_attempts + 1 >= :after
                                              OR locked_until IS NOT NULL AND :after = 1
                                         THEN now() + make_interval(secs => :seconds) END
                            WHERE id = :id AND coalesce(locked_until <= now(), true)
                            RETURNING locked_until IS NOT NULL""")
                    .param("after", lockoutAfter)
                    .param("seconds", lockoutDuration.toSeconds())
                    .param("id", userId)
                    .query(Boolean.class)
                    .optional()
                    .orElse(false);
        });
    }

    private static Known known(ResultSet row, int number) throws SQLException {
        return new Known(
                row.getObject("id", UUID.class),
                row.getString("password_hash"),
                row.getBoolean("open"),
                row.getBoolean("two_factor_enabled"));
    }
}
