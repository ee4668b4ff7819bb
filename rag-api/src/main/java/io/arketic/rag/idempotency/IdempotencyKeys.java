package io.arketic.rag.idempotency;

import io.arketic.rag.caller.Identity;
import io.arketic.rag.caller.Identity.Credential.Session;
import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.encryption.ColumnEncryption;
import io.arketic.schema.tenancy.TenantContext;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Accesses the table {@code idempotency_keys}. One transaction claims a key before the work and another finishes it
 * afterwards, so that no connection is held meanwhile and every API process sees it. Answers are stored encrypted,
 * because some show a secret once.
 */
@Component
class IdempotencyKeys {

    /** Represents what a request finds under its key. */
    sealed interface Claim {

        /** The key was free, and now belongs to this request. */
        record Made(UUID id) implements Claim {}

        record Answered(Answer answer) implements Claim {}

        /** @param id of the first request's claim */
        record UnderWay(UUID id) implements Claim {}

        /** The key belongs to a request with another content. */
        record OtherRequest() implements Claim {}
    }

    private record Stored(
            UUID id, String requestHash, @Nullable String answer) {}

    private static final Duration LIFETIME = Duration.ofHours(24);

    /** Sets the time, longer than any request takes, after which the claiming process counts as dead. */
    private static final Duration LONGEST_WORK = Duration.ofMinutes(15);

    private static final String COLUMN = "idempotency_keys.answer";

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final ColumnEncryption encryption;
    private final JsonMapper json;

    IdempotencyKeys(Transactions transactions, Identifiers identifiers, ColumnEncryption encryption, JsonMapper json) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.encryption = encryption;
        this.json = json;
    }

    Claim claim(Identity caller, String key, String requestHash) {
        UUID callerId = caller.credential() instanceof Session
                ? caller.userId()
                : caller.credential().id();
        String keyHash = new SecretToken(key).hash();
        UUID id = identifiers.next();
        return transactions.run(TenantContext.ofUser(caller.userId()), sql -> {
            if (take(sql, id, caller.userId(), callerId, keyHash, requestHash)) {
                return new Claim.Made(id);
            }
            return find(sql, caller.userId(), callerId, keyHash)
                    .map(stored -> claimed(stored, requestHash))
                    .orElseGet(() -> new Claim.UnderWay(id));
        });
    }

    /** Stores the answer; has no effect if another request took over the claim. */
    void finish(Identity caller, UUID claim, Answer answer) {
        String encrypted = encryption.encrypt(json.writeValueAsString(answer), COLUMN, claim);
        transactions.execute(
                TenantContext.ofUser(caller.userId()),
                sql -> sql.sql("UPDATE idempotency_keys SET answer = :answer WHERE id = :id")
                        .param("answer", encrypted)
                        .param("id", claim)
                        .update());
    }

    /** Releases the key, so that the next request under it is executed. */
    void release(Identity caller, UUID claim) {
        transactions.execute(
                TenantContext.ofUser(caller.userId()),
                sql -> sql.sql("DELETE FROM idempotency_keys WHERE id = :id AND answer IS NULL")
                        .param("id", claim)
                        .update());
    }

    private Claim claimed(Stored stored, String requestHash) {
        if (!stored.requestHash().equals(requestHash)) {
            return new Claim.OtherRequest();
        }
        return stored.answer() == null
                ? new Claim.UnderWay(stored.id())
                : new Claim.Answered(
                        json.readValue(encryption.decrypt(stored.answer(), COLUMN, stored.id()), Answer.class));
    }

    private static boolean take(
            JdbcClient sql, UUID id, UUID userId, UUID callerId, String keyHash, String requestHash) {
        return sql.sql("""
                                INSERT INTO idempotency_keys AS k (
                                    id, user_id, caller_id, key_hash, request_hash, claimed_until, expires_at)
                                VALUES (
                                    :id, :user, :caller, :key, :request, now() + make_interval(secs => :work),
                                    now() + make_interval(secs => :lifetime))
                                ON CONFLICT (user_id, caller_id, key_hash) DO UPDATE
                                SET id = excluded.id, request_hash = excluded.request_hash, answer = NULL,
                                    created_at = now(), claimed_until = excluded.claimed_until,
                                    expires_at = excluded.expires_at
                                WHERE k.expires_at <= now() OR (k.answer IS NULL AND k.claimed_until <= now())""")
                        .param("id", id)
                        .param("user", userId)
                        .param("caller", callerId)
                        .param("key", keyHash)
                        .param("request", requestHash)
                        .param("work", LONGEST_WORK.toSeconds())
                        .param("lifetime", LIFETIME.toSeconds())
                        .update()
                == 1;
    }

    private static Optional<Stored> find(JdbcClient sql, UUID userId, UUID callerId, String keyHash) {
        return sql.sql("""
                        SELECT id, request_hash, answer FROM idempotency_keys
                        WHERE user_id = :user AND caller_id = :caller AND key_hash = :key""")
                .param("user", userId)
                .param("caller", callerId)
                .param("key", keyHash)
                .query((row, number) -> new Stored(
                        row.getObject("id", UUID.class), row.getString("request_hash"), row.getString("answer")))
                .optional();
    }
}
