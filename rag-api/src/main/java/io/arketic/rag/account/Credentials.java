package io.arketic.rag.account;

import io.arketic.rag.caller.SecurityProperties;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads the credentials of an account, and counts its failed logins since the last success. */
@Component
public class Credentials {

    /**
     * Holds what a login needs.
     *
     * @param passwordSalt how the password's hash was made; another password has another one
     * @param active whether the account may be used at all
     * @param locked whether too many logins failed from where nothing vouches for the account's owner
     */
    public record Known(UUID userId, String passwordSalt, boolean active, boolean locked, boolean twoFactor) {}

    private static final String SELECT = """
            SELECT id, password_salt, two_factor_enabled, is_active AND status = 'active' AS active,
                   coalesce(locked_until > now(), false) AS locked
            FROM\s""";

    private final Transactions transactions;
    private final Duration lockoutDuration;

    Credentials(Transactions transactions, SecurityProperties security) {
        this.transactions = transactions;
        this.lockoutDuration = security.lockoutDuration();
    }

    public Optional<Known> find(String email) {
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql(SELECT + "login_by_email(:email)")
                        .param("email", email)
                        .query(Credentials::known)
                        .optional());
    }

    public Optional<Known> find(UUID userId) {
        return transactions.run(
                TenantContext.ofUser(userId),
                sql -> sql.sql(SELECT + """
                        (SELECT u.id, s.password_salt, u.two_factor_enabled, u.is_active, u.status, u.locked_until
                         FROM users u, own_secrets() s WHERE u.id = :id) own""")
                        .param("id", userId)
                        .query(Credentials::known)
                        .optional());
    }

    /** Returns whether this is the hash of the account's password, which no request may read. */
    public boolean opens(UUID userId, String hash) {
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql("SELECT password_opens(:id, :hash)")
                        .param("id", userId)
                        .param("hash", hash)
                        .query(Boolean.class)
                        .single());
    }

    /**
     * Locks the account's row, and returns whether earlier reads are still valid: a password that was changed meanwhile
     * ends the attempt.
     */
    public boolean stillOpen(JdbcClient sql, Known known) {
        return sql.sql("""
                        SELECT two_factor_enabled = :factor AND is_active AND status = 'active'
                        FROM users WHERE id = :id FOR UPDATE""")
                        .param("factor", known.twoFactor())
                        .param("id", known.userId())
                        .query(Boolean.class)
                        .optional()
                        .orElse(false)
                // A separate statement sees what was committed before the lock was taken.
                && sql.sql("SELECT password_salt = :salt FROM own_secrets()")
                        .param("salt", known.passwordSalt())
                        .query(Boolean.class)
                        .single();
    }

    public void noteSuccess(JdbcClient sql, UUID userId) {
        sql.sql("UPDATE users SET last_login_at = now(), failed_login_attempts = 0 WHERE id = :id")
                .param("id", userId)
                .update();
    }

    /**
     * Counts a failure. It does the same work for an id without an account, and does not wait for the disk, so that the
     * response time does not reveal whether an account exists.
     */
    public void noteFailure(UUID userId) {
        note(userId, "failed_login_attempts = failed_login_attempts + 1", "true", sql -> {});
    }

    /**
     * Locks the account, with the precautions of {@link #noteFailure}.
     *
     * @param whenLocked runs in the same transaction if the account was not locked before
     */
    public void lock(UUID userId, Consumer<JdbcClient> whenLocked) {
        note(
                userId,
                "locked_until = now() + make_interval(secs => :seconds)",
                "coalesce(locked_until <= now(), true)",
                whenLocked);
    }

    private void note(UUID userId, String change, String condition, Consumer<JdbcClient> whenChanged) {
        transactions.execute(TenantContext.ofUser(userId), sql -> {
            sql.sql("SELECT set_config('synchronous_commit', 'off', true)")
                    .query(String.class)
                    .single();
            int changed = sql.sql("UPDATE users SET " + change + " WHERE id = :id AND " + condition)
                    .param("seconds", lockoutDuration.toSeconds())
                    .param("id", userId)
                    .update();
            if (changed == 1) {
                whenChanged.accept(sql);
            }
        });
    }

    private static Known known(ResultSet row, int number) throws SQLException {
        return new Known(
                row.getObject("id", UUID.class),
                row.getString("password_salt"),
                row.getBoolean("active"),
                row.getBoolean("locked"),
                row.getBoolean("two_factor_enabled"));
    }
}
