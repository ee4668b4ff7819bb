package io.arketic.rag.providerkey;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.encryption.ColumnEncryption;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Users' own rows of the table {@code provider_keys}: encrypted, and read back by nobody but who calls a provider. */
@Component
public class ProviderKeys {

    private record Stored(UUID id, String encrypted) {}

    private static final String COLUMN = "provider_keys.encrypted_key";
    private static final int MOST = 50;
    private static final int SHOWN = 4;

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final ColumnEncryption encryption;

    ProviderKeys(Transactions transactions, Identifiers identifiers, ColumnEncryption encryption) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.encryption = encryption;
    }

    /**
     * The user's own key for a provider, in the clear, for a call to that provider on the user's behalf and for nothing
     * else: it is never logged, stored or answered. Of several the one named {@code default}, else the newest; empty when
     * there is none. One short transaction; what an older encryption key encrypted is encrypted anew by it.
     *
     * @param provider as the user wrote it, in lower case
     */
    public Optional<String> keyFor(UUID userId, String provider) {
        return transactions.run(
                TenantContext.ofUser(userId),
                sql -> sql.sql("""
                        SELECT id, encrypted_key FROM provider_keys
                        WHERE user_id = :user AND provider = :provider
                        ORDER BY name = 'default' DESC, id DESC LIMIT 1""")
                        .param("user", userId)
                        .param("provider", provider)
                        .query((row, number) ->
                                new Stored(row.getObject("id", UUID.class), row.getString("encrypted_key")))
                        .optional()
                        .map(stored -> read(sql, stored)));
    }

    private String read(JdbcClient sql, Stored stored) {
        String key = encryption.decrypt(stored.encrypted(), COLUMN, stored.id());
        if (!encryption.isCurrent(stored.encrypted())) {
            sql.sql("UPDATE provider_keys SET encrypted_key = :encrypted WHERE id = :id")
                    .param("encrypted", encryption.encrypt(key, COLUMN, stored.id()))
                    .param("id", stored.id())
                    .update();
        }
        return key;
    }

    ProviderKey add(UUID userId, String provider, String name, String key) {
        UUID id = identifiers.next();
        try {
            return transactions.run(TenantContext.ofUser(userId), sql -> {
                requireRoom(sql, userId);
                return sql.sql("""
                                INSERT INTO provider_keys (id, user_id, provider, name, encrypted_key, last_four)
                                VALUES (:id, :user, :provider, :name, :encrypted, :end)
                                RETURNING *""")
                        .param("id", id)
                        .param("user", userId)
                        .param("provider", provider)
                        .param("name", name)
                        .param("encrypted", encryption.encrypt(key, COLUMN, id))
                        .param("end", end(key))
                        .query(ProviderKeys::providerKey)
                        .single();
            });
        } catch (DuplicateKeyException taken) {
            throw ProblemException.ofField(
                    ProblemReason.CONFLICT, "name", "is that of another key for the provider; replace or delete that");
        }
    }

    /** The newest first. */
    List<ProviderKey> list(UUID userId) {
        return transactions.run(
                TenantContext.ofUser(userId),
                sql -> sql.sql("SELECT * FROM provider_keys WHERE user_id = :user ORDER BY id DESC")
                        .param("user", userId)
                        .query(ProviderKeys::providerKey)
                        .list());
    }

    /** The place stays, the key is another one. */
    ProviderKey replace(UUID userId, UUID id, String key) {
        return transactions.run(
                TenantContext.ofUser(userId),
                sql -> sql.sql("""
                                UPDATE provider_keys SET encrypted_key = :encrypted, last_four = :end
                                WHERE id = :id AND user_id = :user
                                RETURNING *""")
                        .param("encrypted", encryption.encrypt(key, COLUMN, id))
                        .param("end", end(key))
                        .param("id", id)
                        .param("user", userId)
                        .query(ProviderKeys::providerKey)
                        .optional()
                        .orElseThrow(() -> ProblemException.notFound("provider key")));
    }

    void delete(UUID userId, UUID id) {
        int deleted = transactions.run(
                TenantContext.ofUser(userId),
                sql -> sql.sql("DELETE FROM provider_keys WHERE id = :id AND user_id = :user")
                        .param("id", id)
                        .param("user", userId)
                        .update());
        if (deleted == 0) {
            throw ProblemException.notFound("provider key");
        }
    }

    /** The user's row is locked, so that many at once come one after the other. */
    private static void requireRoom(JdbcClient sql, UUID userId) {
        sql.sql("SELECT id FROM users WHERE id = :user FOR UPDATE")
                .param("user", userId)
                .query(UUID.class)
                .single();
        long kept = sql.sql("SELECT count(*) FROM provider_keys WHERE user_id = :user")
                .param("user", userId)
                .query(Long.class)
                .single();
        if (kept >= MOST) {
            throw new ProblemException(ProblemReason.CONFLICT, "There are " + MOST + " keys already; delete one.");
        }
    }

    private static String end(String key) {
        return key.substring(key.length() - SHOWN);
    }

    private static ProviderKey providerKey(ResultSet row, int number) throws SQLException {
        return new ProviderKey(
                row.getObject("id", UUID.class),
                row.getString("provider"),
                row.getString("name"),
                "…" + row.getString("last_four"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
