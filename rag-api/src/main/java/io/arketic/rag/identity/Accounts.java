package io.arketic.rag.identity;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The {@code users} table. Accounts belong to no tenant: they are found by address before anyone is known. */
@Component
class Accounts {

    private final Transactions transactions;
    private final Identifiers identifiers;

    Accounts(Transactions transactions, Identifiers identifiers) {
        this.transactions = transactions;
        this.identifiers = identifiers;
    }

    /** Empty when the address is in use. */
    Optional<User> add(String email, String passwordHash, String firstName, String lastName) {
        UUID id = identifiers.next();
        return transactions.run(
                TenantContext.ofUser(id),
                sql -> sql.sql("""
                        INSERT INTO users (id, email, password_hash, first_name, last_name, role, status)
                        VALUES (:id, :email, :hash, :first, :last, 'user', 'active')
                        ON CONFLICT DO NOTHING
                        RETURNING id, email, first_name, last_name, role, status, is_verified, created_at""")
                        .param("id", id)
                        .param("email", email)
                        .param("hash", passwordHash)
                        .param("first", firstName)
                        .param("last", lastName)
                        .query(Accounts::user)
                        .optional());
    }

    /** Active accounts only. */
    Optional<User> find(UUID userId) {
        return transactions.run(
                TenantContext.ofUser(userId),
                sql -> sql.sql("""
                        SELECT id, email, first_name, last_name, role, status, is_verified, created_at
                        FROM users WHERE id = :id AND is_active AND status = 'active'""").param("id", userId).query(Accounts::user).optional());
    }

    private static User user(ResultSet row, int number) throws SQLException {
        return new User(
                row.getObject("id", UUID.class),
                row.getString("email"),
                row.getString("first_name"),
                row.getString("last_name"),
                row.getString("role"),
                row.getString("status"),
                row.getBoolean("is_verified"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
