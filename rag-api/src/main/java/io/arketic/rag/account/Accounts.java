package io.arketic.rag.account;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Accesses the {@code users} table. Accounts belong to no tenant: they are found by address before the user is known.
 */
@Component
public class Accounts {

    public static final String COLUMNS = "id, email, username, first_name, last_name, role, status, is_verified,"
            + " two_factor_enabled, created_at, updated_at, last_login_at, email_verified_at, password_changed_at";

    private final Transactions transactions;
    private final Identifiers identifiers;

    Accounts(Transactions transactions, Identifiers identifiers) {
        this.transactions = transactions;
        this.identifiers = identifiers;
    }

    /**
     * Holds the known facts about an address.
     *
     * @param reachable whether the account is in use or waits for its verification
     */
    public record Contact(UUID id, boolean verified, boolean pending, boolean reachable) {}

    /**
     * Adds an account; empty if the address is in use.
     *
     * @param whenAdded runs in the same transaction, with the id of the new account
     */
    Optional<User> add(Registrations.Application application, String status, BiConsumer<JdbcClient, UUID> whenAdded) {
        UUID id = identifiers.next();
        return transactions.run(TenantContext.ofUser(id), sql -> {
            Optional<User> added = sql.sql("""
                        INSERT INTO users (id, email, password_hash, first_name, last_name, role, status)
                        VALUES (:id, :email, :hash, :first, :last, 'user', CAST(:status AS user_status))
                        ON CONFLICT DO NOTHING
                        RETURNING """ + " " + COLUMNS)
                    .param("id", id)
                    .param("email", application.email())
                    .param("hash", application.passwordHash())
                    .param("first", application.firstName())
                    .param("last", application.lastName())
                    .param("status", status)
                    .query(Accounts::user)
                    .optional();
            added.ifPresent(user -> whenAdded.accept(sql, user.id()));
            return added;
        });
    }

    /** Gives an account that waits for verification to the later applicant; returns whether it still waits. */
    boolean replacePending(UUID id, Registrations.Application application) {
        return transactions.run(
                        TenantContext.ofUser(id),
                        sql -> sql.sql("""
                                UPDATE users SET password_hash = :hash, first_name = :first, last_name = :last
                                WHERE id = :id AND status = 'pending_verification'""")
                                .param("id", id)
                                .param("hash", application.passwordHash())
                                .param("first", application.firstName())
                                .param("last", application.lastName())
                                .update())
                == 1;
    }

    void verified(JdbcClient sql, UUID id, String email) {
        sql.sql("""
                        UPDATE users SET email = :email, is_verified = true, email_verified_at = now(),
                            status = CASE WHEN status = 'pending_verification' THEN 'active' ELSE status END
                        WHERE id = :id""").param("id", id).param("email", email).update();
    }

    public Optional<Contact> findByEmail(String email) {
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql("""
                        SELECT id, is_verified, status = 'pending_verification' AS pending,
                               is_active AND status IN ('active', 'pending_verification') AS reachable
                        FROM account_by_email(:email)""")
                        .param("email", email)
                        .query((row, number) -> new Contact(
                                row.getObject("id", UUID.class),
                                row.getBoolean("is_verified"),
                                row.getBoolean("pending"),
                                row.getBoolean("reachable")))
                        .optional());
    }

    /** Finds an active account. */
    public Optional<User> find(UUID userId) {
        return transactions.run(
                TenantContext.ofUser(userId),
                sql -> sql.sql("SELECT " + COLUMNS + " FROM users WHERE id = :id AND is_active AND status = 'active'")
                        .param("id", userId)
                        .query(Accounts::user)
                        .optional());
    }

    public static User user(ResultSet row, int number) throws SQLException {
        return new User(
                row.getObject("id", UUID.class),
                row.getString("email"),
                row.getString("username"),
                row.getString("first_name"),
                row.getString("last_name"),
                row.getString("role"),
                row.getString("status"),
                row.getBoolean("is_verified"),
                row.getBoolean("two_factor_enabled"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                instant(row, "last_login_at"),
                instant(row, "email_verified_at"),
                row.getObject("password_changed_at", OffsetDateTime.class).toInstant());
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
