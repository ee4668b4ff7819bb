package io.arketic.schema.knowledge;

import io.arketic.schema.encryption.ColumnEncryption;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the passwords that a knowledge base keeps for its encrypted files. Safe for use by several threads. */
public final class FilePasswords {

    /** Names the column for {@link ColumnEncryption}. */
    public static final String COLUMN = "file_passwords.encrypted_key";

    private static final Logger LOG = LoggerFactory.getLogger(FilePasswords.class);

    /**
     * Holds the passwords in the order in which they are tried.
     *
     * @param undecrypted how many further passwords this process cannot decrypt
     */
    public record Known(List<String> passwords, int undecrypted) {

        public Known {
            passwords = List.copyOf(passwords);
        }

        /** Shows no passwords. */
        @Override
        public String toString() {
            return "Known[passwords=" + passwords.size() + ", undecrypted=" + undecrypted + "]";
        }
    }

    private record Row(UUID id, String encrypted) {}

    private final TenantDatabase database;
    private final Supplier<ColumnEncryption> encryption;

    /** @param encryption is first asked for when a knowledge base has passwords */
    public FilePasswords(TenantDatabase database, Supplier<ColumnEncryption> encryption) {
        this.database = database;
        this.encryption = encryption;
    }

    /**
     * Returns the passwords of the target's knowledge base, and of no other.
     *
     * @throws RuntimeException that of the encryption's supplier, if there are no keys that can be read
     */
    public Known of(KnowledgeTarget target) throws SQLException {
        List<Row> rows = database.transaction(target.context(), connection -> rows(connection, target));
        if (rows.isEmpty()) {
            return new Known(List.of(), 0);
        }
        ColumnEncryption keys = encryption.get();
        List<String> passwords = new ArrayList<>();
        String failed = "";
        for (Row row : rows) {
            try {
                passwords.add(keys.decrypt(row.encrypted(), COLUMN, row.id()));
            } catch (RuntimeException failure) { // not by the key that encrypted it
                failed = failure.toString();
            }
        }
        int undecrypted = rows.size() - passwords.size();
        if (undecrypted > 0) {
            LOG.warn(
                    "{} of {} passwords of knowledge base {} cannot be decrypted: {}",
                    undecrypted,
                    rows.size(),
                    target.knowledgeBaseId(),
                    failed);
        }
        return new Known(passwords, undecrypted);
    }

    private static List<Row> rows(Connection connection, KnowledgeTarget target) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select id, encrypted_key from file_passwords(?)")) {
            statement.setObject(1, target.knowledgeBaseId());
            List<Row> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(row.getObject(1, UUID.class), row.getString(2)));
                }
            }
            return rows;
        }
    }
}
