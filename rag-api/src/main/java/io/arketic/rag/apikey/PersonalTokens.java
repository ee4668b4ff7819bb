package io.arketic.rag.apikey;

import io.arketic.rag.account.AccountMails;
import io.arketic.rag.account.Accounts;
import io.arketic.rag.account.AttemptLimiter;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.Identity.Credential.Session;
import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.mail.Mail;
import io.arketic.rag.mail.MailComposer;
import io.arketic.rag.mail.MailQueue;
import io.arketic.rag.mail.MailValues;
import io.arketic.rag.permission.Scope;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the table {@code personal_tokens}, which stores only the hash and the beginning of a token. */
@Component
class PersonalTokens implements MailComposer {

    /** Limits the valid tokens of a user. */
    static final int MOST = 50;

    private static final int MOST_AN_HOUR = 50;
    private static final String MADE = "personal-token-made";

    private static final String COLUMNS = "id, name, token_prefix, scopes, created_at, expires_at, last_used_at";
    private static final String VALID = " FROM personal_tokens WHERE revoked_at IS NULL AND expires_at > now()";
    private static final int PREFIX = SecretToken.PERSONAL.length() + 8;

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final AttemptLimiter attempts;
    private final Accounts accounts;
    private final AccountMails mails;
    private final MailQueue queue;
    private final PersonalTokenProperties settings;

    PersonalTokens(
            Transactions transactions,
            Identifiers identifiers,
            AttemptLimiter attempts,
            Accounts accounts,
            AccountMails mails,
            MailQueue queue,
            PersonalTokenProperties settings) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.attempts = attempts;
        this.accounts = accounts;
        this.mails = mails;
        this.queue = queue;
        this.settings = settings;
    }

    /**
     * Creates a token and returns it for the only time. It counts like the caller's session, and ends no later than the
     * settings allow.
     */
    PersonalToken create(Caller caller, String name, Set<Scope> scopes, Instant expiresAt) {
        Session session = caller.session();
        AttemptLimiter.Level level = attempts.take(new AttemptLimiter.Bucket(
                "personal tokens", caller.userId().toString(), MOST_AN_HOUR, Duration.ofHours(1)));
        if (!level.admitted()) {
            throw ProblemException.tooManyRequests("Too many personal tokens were made.", level.retryAfter());
        }
        SecretToken token =
                new SecretToken(SecretToken.PERSONAL + SecretToken.random().text());
        return transactions.run(TenantContext.ofUser(caller.userId()), sql -> {
            requireRoom(sql, caller);
            PersonalToken made = insert(sql, session, token, name, scopes, expiresAt);
            queue.sendComposed(sql, MADE, Map.of("user", caller.userId().toString()));
            return made;
        });
    }

    /** Reads the session in this transaction, because it may have ended or lost its second factor meanwhile. */
    private PersonalToken insert(
            JdbcClient sql, Session session, SecretToken token, String name, Set<Scope> scopes, Instant expiresAt) {
        return sql.sql("""
                        INSERT INTO personal_tokens (
                            id, user_id, name, token_prefix, token_hash, scopes, second_factor, provider,
                            provider_factor, expires_at)
                        SELECT :id, s.user_id, :name, :prefix, :hash, string_to_array(:scopes, ','), s.second_factor,
                            s.provider, s.provider_factor,
                            least(CAST(:expires AS timestamptz), now() + make_interval(
                                secs => CASE WHEN s.provider IS NULL THEN :longest ELSE :longest_of_provider END))
                        FROM user_sessions s
                        WHERE s.id = :session AND s.revoked_at IS NULL
                        FOR SHARE
                        RETURNING\s""" + COLUMNS)
                .param("id", identifiers.next())
                .param("session", session.id())
                .param("name", name)
                .param("prefix", token.text().substring(0, PREFIX))
                .param("hash", token.hash())
                .param(
                        "scopes",
                        String.join(
                                ",", scopes.stream().map(Scope::label).sorted().toList()))
                .param("expires", expiresAt.atOffset(ZoneOffset.UTC))
                .param("longest", settings.lifetime().toSeconds())
                .param("longest_of_provider", settings.providerLifetime().toSeconds())
                .query(PersonalTokens::token)
                .optional()
                .orElseThrow(() -> new ProblemException(ProblemReason.UNAUTHENTICATED, "The session has ended."))
                .shownOnce(token.text());
    }

    @Override
    public Map<String, Function<MailValues, Optional<Mail>>> composers() {
        return Map.of(
                MADE, values -> accounts.find(values.id("user")).map(user -> mails.personalTokenMade(user.email())));
    }

    /** Locks the account's row, so that parallel creations do not pass the limit. */
    private static void requireRoom(JdbcClient sql, Caller caller) {
        sql.sql("SELECT id FROM users WHERE id = :user FOR NO KEY UPDATE")
                .param("user", caller.userId())
                .query(UUID.class)
                .list();
        int valid = sql.sql("SELECT count(*)" + VALID).query(Integer.class).single();
        if (valid >= MOST) {
            throw new ProblemException(
                    ProblemReason.CONFLICT, "The account has " + MOST + " tokens; revoke one of them first.");
        }
    }

    /** Returns the tokens that are neither revoked nor expired, the newest first. */
    List<PersonalToken> list(Caller caller) {
        return transactions.run(
                TenantContext.ofUser(caller.userId()),
                sql -> sql.sql("SELECT " + COLUMNS + VALID + " ORDER BY id DESC")
                        .query(PersonalTokens::token)
                        .list());
    }

    /** Revokes a token from its next request on. */
    void revoke(Caller caller, UUID id) {
        int revoked = transactions.run(
                TenantContext.ofUser(caller.userId()),
                sql -> sql.sql("UPDATE personal_tokens SET revoked_at = now() WHERE id = :id AND revoked_at IS NULL")
                        .param("id", id)
                        .update());
        if (revoked == 0) {
            throw ProblemException.notFound("personal token");
        }
    }

    private static PersonalToken token(ResultSet row, int number) throws SQLException {
        OffsetDateTime used = row.getObject("last_used_at", OffsetDateTime.class);
        return new PersonalToken(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getString("token_prefix"),
                List.of((String[]) row.getArray("scopes").getArray()),
                instant(row, "created_at"),
                instant(row, "expires_at"),
                used == null ? null : used.toInstant(),
                null);
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
