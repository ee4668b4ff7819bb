package io.arketic.rag.outbound;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.encryption.ColumnEncryption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

/** The table {@code workflow_secrets}. */
@Component
class WorkflowSecrets {

    /** In the clear, for one call. */
    record Opened(String value, Set<String> hosts) {}

    private record Stored(UUID id, String encrypted, Set<String> hosts) {}

    private static final String COLUMN = "workflow_secrets.encrypted_key";
    private static final int MOST = 100;

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final ColumnEncryption encryption;

    WorkflowSecrets(Transactions transactions, Identifiers identifiers, ColumnEncryption encryption) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.encryption = encryption;
    }

    WorkflowSecret add(Membership membership, String name, String value, List<String> hosts) {
        UUID id = identifiers.next();
        try {
            return transactions.run(membership.context(), sql -> {
                if (sql.sql("SELECT count(*) FROM workflow_secrets")
                                .query(Integer.class)
                                .single()
                        >= MOST) {
                    throw new ProblemException(ProblemReason.CONFLICT, "There are " + MOST + " secrets already.");
                }
                return sql.sql("""
                                INSERT INTO workflow_secrets (id, name, allowed_hosts, encrypted_key)
                                VALUES (:id, :name, string_to_array(:hosts, ','), :encrypted)
                                RETURNING id, name, allowed_hosts, created_at, updated_at""")
                        .param("id", id)
                        .param("name", name)
                        .param("hosts", String.join(",", hosts))
                        .param("encrypted", encryption.encrypt(value, COLUMN, id))
                        .query(WorkflowSecrets::secret)
                        .single();
            });
        } catch (DuplicateKeyException taken) {
            throw ProblemException.ofField(
                    ProblemReason.CONFLICT, "name", "is that of another secret; delete that first");
        }
    }

    /** The newest first. */
    List<WorkflowSecret> list(Membership membership, Cursor cursor, int limit) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        SELECT id, name, allowed_hosts, created_at, updated_at FROM workflow_secrets
                        WHERE id < :after ORDER BY id DESC LIMIT :limit""")
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query(WorkflowSecrets::secret)
                        .list());
    }

    void delete(Membership membership, UUID id) {
        int deleted = transactions.run(
                membership.context(),
                sql -> sql.sql("DELETE FROM workflow_secrets WHERE id = :id")
                        .param("id", id)
                        .update());
        if (deleted == 0) {
            throw ProblemException.notFound("secret");
        }
    }

    /** Finds and decrypts a secret by its name. */
    Optional<Opened> open(Membership membership, String name) {
        return transactions
                .run(
                        membership.context(),
                        sql -> sql.sql("SELECT * FROM workflow_secret(:name)")
                                .param("name", name)
                                .query((row, number) -> new Stored(
                                        row.getObject("id", UUID.class),
                                        String.valueOf(row.getString("encrypted_key")),
                                        Set.of((String[])
                                                row.getArray("allowed_hosts").getArray())))
                                .optional())
                .map(stored -> new Opened(encryption.decrypt(stored.encrypted(), COLUMN, stored.id()), stored.hosts()));
    }

    private static WorkflowSecret secret(ResultSet row, int number) throws SQLException {
        return new WorkflowSecret(
                row.getObject("id", UUID.class),
                row.getString("name"),
                List.of((String[]) row.getArray("allowed_hosts").getArray()),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
