package io.arketic.rag.providerkey;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.encryption.ColumnEncryption;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the table {@code provider_keys}, which is encrypted; only calls of a provider read the keys back. */
@Component
public class ProviderKeys {

    private record Stored(UUID id, String encrypted) {}

    private static final String COLUMN = "provider_keys.encrypted_key";
    private static final String COLUMNS = "id, provider, name, last_four, created_at, updated_at";
    private static final String OWNED =
            "(user_id = CAST(:user AS uuid) OR organization_id = CAST(:organization AS uuid))";
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
     * Returns the user's own key for a provider, like {@link #keyFor(TenantContext, String)} without an organization.
     */
    public Optional<String> keyFor(UUID userId, String provider) {
        return keyFor(TenantContext.ofUser(userId), provider);
    }

    /**
     * Returns the user's own key for a provider, or that of the organization, decrypted, only for a call to that
     * provider for the user: it is never logged, stored or returned to a client. Of several it is the one named {@code
     * default}, or the newest; empty if there is none. It takes one short transaction, which also encrypts a key again
     * that an older encryption key protects.
     *
     * @param asker as a membership gives it: that the user belongs to the organization is not asked again
     * @param provider as its endpoint is named, in lower case
     */
    public Optional<String> keyFor(TenantContext asker, String provider) {
        return transactions.run(
                asker,
                sql -> sql.sql("SELECT id, encrypted_key FROM provider_key(:provider)")
                        .param("provider", provider)
                        .query((row, number) ->
                                new Stored(row.getObject("id", UUID.class), row.getString("encrypted_key")))
                        .optional()
                        .map(stored -> read(sql, stored)));
    }

    /** Returns whether the transaction's user or organization has a key for a provider, as {@link #keyFor} finds it. */
    public boolean has(JdbcClient sql, String provider) {
        return sql.sql("SELECT EXISTS (SELECT FROM provider_key(:provider))")
                .param("provider", provider)
                .query(Boolean.class)
                .single();
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

    ProviderKey add(KeyOwner owner, String provider, String name, String key) {
        UUID id = identifiers.next();
        try {
            return transactions.run(owner.context(), sql -> {
                requireRoom(sql, owner);
                return sql.sql("""
                                INSERT INTO provider_keys (
                                    id, user_id, organization_id, created_by_id, provider, name, encrypted_key, last_four)
                                VALUES (
                                    :id, CAST(:user AS uuid), CAST(:organization AS uuid), :acting, :provider, :name,
                                    :encrypted, :end)
                                RETURNING\s""" + COLUMNS)
                        .param("id", id)
                        .param("user", owner.userId())
                        .param("organization", owner.organizationId())
                        .param("acting", owner.acting())
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

    /** Returns the newest first. */
    List<ProviderKey> list(KeyOwner owner) {
        return transactions.run(
                owner.context(),
                sql -> owned(
                                sql.sql("SELECT " + COLUMNS + " FROM provider_keys WHERE " + OWNED
                                        + " ORDER BY id DESC"),
                                owner)
                        .query(ProviderKeys::providerKey)
                        .list());
    }

    /** Replaces the key and keeps its row. */
    ProviderKey replace(KeyOwner owner, UUID id, String key) {
        return transactions.run(
                owner.context(),
                sql -> owned(sql.sql("""
                                UPDATE provider_keys SET encrypted_key = :encrypted, last_four = :end
                                WHERE id = :id AND\s""" + OWNED + " RETURNING " + COLUMNS), owner)
                        .param("encrypted", encryption.encrypt(key, COLUMN, id))
                        .param("end", end(key))
                        .param("id", id)
                        .query(ProviderKeys::providerKey)
                        .optional()
                        .orElseThrow(() -> ProblemException.notFound("provider key")));
    }

    void delete(KeyOwner owner, UUID id) {
        int deleted = transactions.run(
                owner.context(),
                sql -> owned(sql.sql("DELETE FROM provider_keys WHERE id = :id AND " + OWNED), owner)
                        .param("id", id)
                        .update());
        if (deleted == 0) {
            throw ProblemException.notFound("provider key");
        }
    }

    /** Checks the number of keys; the owner's row is locked, so that parallel requests come one after the other. */
    private static void requireRoom(JdbcClient sql, KeyOwner owner) {
        sql.sql(
                        owner.organizationId() == null
                                ? "SELECT id FROM users WHERE id = :owner FOR UPDATE"
                                : "SELECT id FROM organizations WHERE id = :owner FOR UPDATE")
                .param("owner", owner.organizationId() == null ? owner.userId() : owner.organizationId())
                .query(UUID.class)
                .single();
        long kept = owned(sql.sql("SELECT count(*) FROM provider_keys WHERE " + OWNED), owner)
                .query(Long.class)
                .single();
        if (kept >= MOST) {
            throw new ProblemException(ProblemReason.CONFLICT, "There are " + MOST + " keys already; delete one.");
        }
    }

    private static JdbcClient.StatementSpec owned(JdbcClient.StatementSpec statement, KeyOwner owner) {
        return statement.param("user", owner.userId()).param("organization", owner.organizationId());
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
