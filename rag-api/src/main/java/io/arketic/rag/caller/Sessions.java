package io.arketic.rag.caller;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Manages open logins. Every request calls {@link #enter}, so an end (logout, a new password, a suspended account, too
 * long an idle time) takes effect at the next request, on every node.
 */
@Component
public class Sessions {

    /** Holds a session as its owner sees it. */
    public record View(
            UUID id,
            Instant createdAt,
            Instant lastSeenAt,
            boolean secondFactor,
            @Nullable String userAgent,
            boolean current) {}

    /**
     * Names the provider that vouched for a session's user.
     *
     * @param provider the name of one of the deployment's, or the id of an organization's
     * @param session the provider's name of its own session
     * @param secondFactor whether the provider asked for a second factor, as far as its organization trusts it
     * @param endsAt when the provider must be asked again; null as long from now as the settings say
     */
    public record Origin(
            String provider,
            String subject,
            @Nullable String session,
            boolean secondFactor,
            @Nullable Instant endsAt) {}

    private static final int USER_AGENT_LENGTH = 300;

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final Clock clock;
    private final Duration providerLifetime;

    Sessions(Transactions transactions, Identifiers identifiers, Clock clock, SecurityProperties security) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.clock = clock;
        this.providerLifetime = security.providerSessionLifetime();
    }

    /**
     * Opens a session, within the transaction that authenticated the user.
     *
     * @param secondFactor whether the user showed the account's own second factor
     * @param origin null after a login with the password
     */
    public UUID open(JdbcClient sql, UUID userId, boolean secondFactor, String userAgent, @Nullable Origin origin) {
        UUID id = identifiers.next();
        sql.sql("""
                        INSERT INTO user_sessions (
                            id, user_id, second_factor, user_agent, provider, provider_subject, provider_session,
                            provider_factor, ends_at)
                        VALUES (:id, :user, :factor, :agent, :provider, :subject, :session, :provider_factor, :ends)""")
                .param("id", id)
                .param("user", userId)
                .param("factor", secondFactor)
                .param("provider", origin == null ? null : origin.provider())
                .param("subject", origin == null ? null : origin.subject())
                .param("session", origin == null ? null : origin.session())
                .param("provider_factor", origin != null && origin.secondFactor())
                .param("ends", origin == null ? null : end(origin).atOffset(ZoneOffset.UTC))
                .param("agent", userAgent.substring(0, Math.min(userAgent.length(), USER_AGENT_LENGTH)))
                .update();
        return id;
    }

    private Instant end(Origin origin) {
        return origin.endsAt() == null ? clock.instant().plus(providerLifetime) : origin.endsAt();
    }

    /** Returns the provider that vouched for a session's user, in a transaction of the user; empty after a password. */
    public Optional<Origin> origin(JdbcClient sql, UUID sessionId) {
        return sql.sql("""
                        SELECT provider, provider_subject, provider_session, provider_factor,
                            coalesce(ends_at, now()) AS ends_at
                        FROM user_sessions WHERE id = :id AND provider IS NOT NULL""")
                .param("id", sessionId)
                .query((row, number) -> new Origin(
                        row.getString("provider"),
                        row.getString("provider_subject"),
                        row.getString("provider_session"),
                        row.getBoolean("provider_factor"),
                        row.getObject("ends_at", OffsetDateTime.class).toInstant()))
                .optional();
    }

    /** Records the use of a session; empty if it has ended. */
    Optional<Identity> enter(UUID sessionId) {
        return transactions.single(sql -> enter(sql, sessionId));
    }

    public Optional<Identity> enter(JdbcClient sql, UUID sessionId) {
        return sql.sql("SELECT user_id, role, second_factor, provider, provider_factor FROM enter_session(:session)")
                .param("session", sessionId)
                .query((row, number) -> {
                    Identity.Credential.Session session = new Identity.Credential.Session(
                            sessionId,
                            row.getBoolean("second_factor"),
                            row.getString("provider"),
                            row.getBoolean("provider_factor"));
                    return identity(
                            row.getObject("user_id", UUID.class),
                            SystemRole.of(row.getString("role")),
                            session,
                            session);
                })
                .optional();
    }

    /** Gives no role in the platform to a user that an organization's provider vouches for. */
    static Identity identity(
            UUID userId, SystemRole role, Identity.Credential.Session session, Identity.Credential credential) {
        boolean limited = session.organizationsProvider().isPresent() && role.mayWrite();
        return new Identity(userId, limited ? SystemRole.USER : role, credential);
    }

    /** Locks the session until the commit, so that no token is issued beside its end. */
    public void lock(JdbcClient sql, UUID sessionId) {
        sql.sql("SELECT id FROM user_sessions WHERE id = :id FOR UPDATE")
                .param("id", sessionId)
                .query(UUID.class)
                .optional();
    }

    /** Ends a session; has no effect if it has already ended. */
    public void end(JdbcClient sql, UUID sessionId) {
        sql.sql("UPDATE user_sessions SET revoked_at = now() WHERE id = :id AND revoked_at IS NULL")
                .param("id", sessionId)
                .update();
    }

    /** Ends all sessions of the user, except those that the same transaction opens afterwards. */
    public void endAll(JdbcClient sql, UUID userId) {
        sql.sql("UPDATE users SET sessions_revoked_at = now() WHERE id = :user")
                .param("user", userId)
                .update();
        sql.sql("UPDATE user_sessions SET revoked_at = now() WHERE user_id = :user AND revoked_at IS NULL")
                .param("user", userId)
                .update();
    }

    /**
     * Ends the sessions that a provider reports as ended, if they began until {@code reported}.
     *
     * @param subject null for every user
     * @param session null for every session of the subject
     * @return how many
     */
    public int endOfProvider(String provider, @Nullable String subject, @Nullable String session, Instant reported) {
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql("SELECT end_provider_sessions(:provider, :subject, :session, :reported)")
                        .param("provider", provider)
                        .param("subject", subject)
                        .param("session", session)
                        .param("reported", reported.atOffset(ZoneOffset.UTC))
                        .query(Integer.class)
                        .single());
    }

    /** Returns the open sessions, the newest first. */
    public List<View> list(Caller caller) {
        return transactions.run(
                TenantContext.ofUser(caller.userId()),
                sql -> sql.sql("""
                        SELECT s.id, s.created_at, s.last_seen_at, s.second_factor, s.user_agent
                        FROM user_sessions s
                        WHERE s.user_id = :user AND s.revoked_at IS NULL
                          AND EXISTS (
                              SELECT FROM refresh_tokens t
                              WHERE t.family_id = s.id AND t.rotated_at IS NULL AND t.expires_at > now())
                        ORDER BY s.id DESC""")
                        .param("user", caller.userId())
                        .query((row, number) -> {
                            UUID id = row.getObject("id", UUID.class);
                            return new View(
                                    id,
                                    row.getObject("created_at", OffsetDateTime.class)
                                            .toInstant(),
                                    row.getObject("last_seen_at", OffsetDateTime.class)
                                            .toInstant(),
                                    row.getBoolean("second_factor"),
                                    row.getString("user_agent"),
                                    id.equals(caller.session().id()));
                        })
                        .list());
    }

    /** Ends a session; returns whether it was the user's and open. */
    public boolean end(UUID userId, UUID sessionId) {
        return transactions.run(
                        TenantContext.ofUser(userId),
                        sql -> sql.sql("""
                                UPDATE user_sessions SET revoked_at = now()
                                WHERE id = :id AND user_id = :user AND revoked_at IS NULL""")
                                .param("id", sessionId)
                                .param("user", userId)
                                .update())
                == 1;
    }
}
