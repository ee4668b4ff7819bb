package io.arketic.rag.mail;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.encryption.ColumnEncryption;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Accesses the table {@code outgoing_mails}. Messages are encrypted there, with their tokens, until they are sent. */
@Component
class WaitingMails {

    private static final String TABLE = "outgoing_mails";
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Holds a claimed message, still encrypted.
     *
     * @param attempts with this one; names the claim
     */
    record Claimed(UUID id, String encrypted, int attempts, Instant createdAt) {}

    private final Transactions maintenance;
    private final Identifiers identifiers;
    private final ColumnEncryption encryption;

    WaitingMails(MaintenanceDatabase maintenance, Identifiers identifiers, ColumnEncryption encryption) {
        this.maintenance = maintenance.transactions();
        this.identifiers = identifiers;
        this.encryption = encryption;
    }

    /** Adds a message in the transaction of its cause, a request. */
    void add(JdbcClient sql, MailOrder order) {
        UUID id = identifiers.next();
        sql.sql("SELECT queue_mail(:id, :mail)")
                .param("id", id)
                .param("mail", encrypt(id, order))
                .query((row, number) -> true)
                .single();
    }

    /** Adds a message like {@link #add}, in a transaction of {@link MaintenanceDatabase}. */
    void addByMaintenance(JdbcClient sql, MailOrder order) {
        UUID id = identifiers.next();
        sql.sql("INSERT INTO outgoing_mails (id, encrypted_mail) VALUES (:id, :mail)")
                .param("id", id)
                .param("mail", encrypt(id, order))
                .update();
    }

    /** Claims the message that is due for the longest time; no other process gets it for this time. */
    Optional<Claimed> claim(Duration time) {
        return maintenance.single(sql -> sql.sql("SELECT * FROM claim_mail(make_interval(secs => :time))")
                .param("time", time.toSeconds())
                .query((row, number) -> new Claimed(
                        row.getObject("id", UUID.class),
                        row.getString("encrypted_mail"),
                        row.getInt("attempts"),
                        row.getObject("created_at", OffsetDateTime.class).toInstant()))
                .optional());
    }

    MailOrder read(Claimed claimed) {
        return JSON.readValue(encryption.decrypt(claimed.encrypted(), TABLE, claimed.id()), MailOrder.class);
    }

    /** Keeps a composed message, so that each attempt sends the same; returns false if the claim was lost. */
    boolean keep(Claimed claimed, Mail mail) {
        String encrypted = encrypt(claimed.id(), MailOrder.of(mail));
        return maintenance.single(sql -> sql.sql("""
                        UPDATE outgoing_mails SET encrypted_mail = :mail WHERE id = :id AND attempts = :attempts""")
                        .param("mail", encrypted)
                        .param("id", claimed.id())
                        .param("attempts", claimed.attempts())
                        .update()
                == 1);
    }

    /** Ends a claim: the message is due again after a pause. */
    void postpone(Claimed claimed, Duration pause) {
        maintenance.single(sql -> sql.sql("""
                        UPDATE outgoing_mails SET next_attempt_at = now() + make_interval(secs => :pause)
                        WHERE id = :id AND attempts = :attempts""")
                .param("pause", pause.toSeconds())
                .param("id", claimed.id())
                .param("attempts", claimed.attempts())
                .update());
    }

    void remove(Claimed claimed) {
        maintenance.single(sql -> sql.sql("DELETE FROM outgoing_mails WHERE id = :id")
                .param("id", claimed.id())
                .update());
    }

    private String encrypt(UUID id, MailOrder order) {
        return encryption.encrypt(JSON.writeValueAsString(order), TABLE, id);
    }
}
