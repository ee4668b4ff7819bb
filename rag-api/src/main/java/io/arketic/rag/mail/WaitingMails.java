package io.arketic.rag.mail;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.encryption.ColumnEncryption;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Accesses the table {@code outgoing_mails}. Messages are encrypted there, with their tokens, until they are sent. */
@Component
class WaitingMails {

    private static final String TABLE = "outgoing_mails";
    private static final JsonMapper JSON = new JsonMapper();

    /** Holds a message that is due, still encrypted. */
    record Waiting(UUID id, String encrypted, int attempts) {}

    private final Transactions maintenance;
    private final Identifiers identifiers;
    private final ColumnEncryption encryption;

    WaitingMails(MaintenanceDatabase maintenance, Identifiers identifiers, ColumnEncryption encryption) {
        this.maintenance = maintenance.transactions();
        this.identifiers = identifiers;
        this.encryption = encryption;
    }

    void add(MailOrder order) {
        UUID id = identifiers.next();
        String encrypted = encrypt(id, order);
        maintenance.single(sql -> sql.sql("INSERT INTO outgoing_mails (id, encrypted_mail) VALUES (:id, :mail)")
                .param("id", id)
                .param("mail", encrypted)
                .update());
    }

    /** Returns the message that is due for the longest time. */
    Optional<Waiting> next() {
        return maintenance.single(sql -> sql.sql("SELECT id, encrypted_mail, attempts FROM next_mail()")
                .query((row, number) -> new Waiting(
                        row.getObject("id", UUID.class), row.getString("encrypted_mail"), row.getInt("attempts")))
                .optional());
    }

    MailOrder read(Waiting waiting) {
        return JSON.readValue(encryption.decrypt(waiting.encrypted(), TABLE, waiting.id()), MailOrder.class);
    }

    /** Keeps a message for another attempt. */
    void postpone(Waiting waiting, String encrypted, Duration pause) {
        maintenance.single(sql -> sql.sql("""
                        UPDATE outgoing_mails
                        SET encrypted_mail = :mail, attempts = attempts + 1,
                            next_attempt_at = now() + make_interval(secs => :pause)
                        WHERE id = :id""")
                .param("mail", encrypted)
                .param("pause", pause.toSeconds())
                .param("id", waiting.id())
                .update());
    }

    String encrypt(UUID id, MailOrder order) {
        return encryption.encrypt(JSON.writeValueAsString(order), TABLE, id);
    }

    void remove(Waiting waiting) {
        maintenance.single(sql -> sql.sql("DELETE FROM outgoing_mails WHERE id = :id")
                .param("id", waiting.id())
                .update());
    }
}
