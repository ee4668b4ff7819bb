package io.arketic.rag.login;

import io.arketic.rag.caller.Identity;
import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.caller.SecurityProperties;
import io.arketic.rag.caller.Sessions;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Manages refresh tokens, each valid for one use (RFC 9700, section 4.14.2). The successors of one login are a family,
 * its session. A used token that is presented again means that two parties hold it, and ends the session. Within {@link
 * #GRACE}, they count as two tabs of one browser that refreshed at once: each gets a separate successor.
 */
@Component
class RefreshTokens {

    /** Says what a token was exchanged for. */
    sealed interface Rotation {

        record Rotated(UUID userId, UUID sessionId, SecretToken successor) implements Rotation {}

        /**
         * The token is unknown, expired, of an ended session, or already used; in the last case its session has just
         * ended.
         */
        record Refused() implements Rotation {}
    }

    /** @param twice spent, and not just now */
    private record Stored(UUID id, boolean twice, boolean expired) {}

    /** Sets a time longer than the distance of two simultaneous requests. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private record Holder(UUID sessionId, UUID userId) {

        TenantContext context() {
            return TenantContext.ofUser(userId);
        }
    }

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final Sessions sessions;
    private final Clock clock;
    private final Duration lifetime;

    RefreshTokens(
            Transactions transactions,
            Identifiers identifiers,
            Sessions sessions,
            Clock clock,
            SecurityProperties security) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.sessions = sessions;
        this.clock = clock;
        this.lifetime = security.refreshTokenLifetime();
    }

    /** Issues the next token of a session. */
    SecretToken issue(JdbcClient sql, UUID userId, UUID sessionId) {
        SecretToken token = SecretToken.random();
        sql.sql("""
                        INSERT INTO refresh_tokens (id, user_id, family_id, token_hash, expires_at)
                        VALUES (:id, :user, :family, :hash, :expires)""")
                .param("id", identifiers.next())
                .param("user", userId)
                .param("family", sessionId)
                .param("hash", token.hash())
                .param("expires", clock.instant().plus(lifetime).atOffset(ZoneOffset.UTC))
                .update();
        return token;
    }

    Rotation rotate(SecretToken token) {
        return holder(token).map(holder -> rotate(token, holder)).orElseGet(Rotation.Refused::new);
    }

    private Rotation rotate(SecretToken token, Holder holder) {
        UUID sessionId = holder.sessionId();
        return transactions.run(holder.context(), sql -> {
            sessions.lock(sql, sessionId);
            Stored stored = stored(sql, token);
            if (stored.twice()) {
                sessions.end(sql, sessionId);
                return new Rotation.Refused();
            }
            Optional<Identity> identity = sessions.enter(sql, sessionId);
            if (stored.expired() || identity.isEmpty()) {
                return new Rotation.Refused();
            }
            sql.sql("UPDATE refresh_tokens SET rotated_at = coalesce(rotated_at, now()) WHERE id = :id")
                    .param("id", stored.id())
                    .update();
            UUID userId = identity.get().userId();
            return new Rotation.Rotated(userId, sessionId, issue(sql, userId, sessionId));
        });
    }

    /** Ends the session of {@code token}; has no effect if there is no such token. */
    void end(SecretToken token) {
        holder(token)
                .ifPresent(
                        holder -> transactions.execute(holder.context(), sql -> sessions.end(sql, holder.sessionId())));
    }

    private Optional<Holder> holder(SecretToken token) {
        return transactions.single(sql -> sql.sql("SELECT session_id, user_id FROM session_of_token(:hash)")
                .param("hash", token.hash())
                .query((row, number) ->
                        new Holder(row.getObject("session_id", UUID.class), row.getObject("user_id", UUID.class)))
                .optional());
    }

    /** Reads a token after the lock, and so in the state that the last holder left. */
    private static Stored stored(JdbcClient sql, SecretToken token) {
        return sql.sql("""
                        SELECT id, coalesce(rotated_at < now() - make_interval(secs => :grace), false) AS twice,
                            expires_at <= now() AS expired
                        FROM refresh_tokens WHERE token_hash = :hash""")
                .param("grace", GRACE.toSeconds())
                .param("hash", token.hash())
                .query((row, number) ->
                        new Stored(row.getObject("id", UUID.class), row.getBoolean("twice"), row.getBoolean("expired")))
                .single();
    }
}
