package io.arketic.rag.login;

import io.arketic.rag.account.AccountMails;
import io.arketic.rag.account.Accounts;
import io.arketic.rag.account.Credentials;
import io.arketic.rag.account.DeviceTokens;
import io.arketic.rag.account.EmailVerifications;
import io.arketic.rag.account.Passwords;
import io.arketic.rag.account.User;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.caller.Sessions;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.mail.Mail;
import io.arketic.rag.mail.MailComposer;
import io.arketic.rag.mail.MailQueue;
import io.arketic.rag.mail.MailValues;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.TenantContext;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Changes passwords. Each change ends every session of the account and invalidates every issued token. */
@Component
class PasswordChanges implements MailComposer {

    private static final String RESET = "password-reset";
    private static final String CHANGED = "password-changed";

    private final Transactions transactions;
    private final Accounts accounts;
    private final Credentials credentials;
    private final Passwords passwords;
    private final PasswordResets resets;
    private final EmailVerifications verifications;
    private final Sessions sessions;
    private final Logins logins;
    private final LoginThrottle throttle;
    private final DeviceTokens devices;
    private final MailQueue queue;
    private final AccountMails mails;
    private final Clock clock;

    PasswordChanges(
            Transactions transactions,
            Accounts accounts,
            Credentials credentials,
            Passwords passwords,
            PasswordResets resets,
            EmailVerifications verifications,
            Sessions sessions,
            Logins logins,
            LoginThrottle throttle,
            DeviceTokens devices,
            MailQueue queue,
            AccountMails mails,
            Clock clock) {
        this.transactions = transactions;
        this.accounts = accounts;
        this.credentials = credentials;
        this.passwords = passwords;
        this.resets = resets;
        this.verifications = verifications;
        this.sessions = sessions;
        this.logins = logins;
        this.throttle = throttle;
        this.devices = devices;
        this.queue = queue;
        this.mails = mails;
        this.clock = clock;
    }

    /** Requests a reset; without an account it does the same work and has no effect. */
    void requestReset(String email) {
        queue.sendComposed(RESET, Map.of("email", email));
    }

    @Override
    public Map<String, Function<MailValues, Optional<Mail>>> composers() {
        return Map.of(
                RESET,
                values -> resetMail(values.text("email")),
                CHANGED,
                values -> accounts.find(values.id("user")).map(user -> mails.passwordChanged(user.email())));
    }

    private Optional<Mail> resetMail(String email) {
        return accounts.findByEmail(email)
                .filter(Accounts.Contact::reachable)
                .flatMap(account -> transactions
                        .run(TenantContext.ofUser(account.id()), (JdbcClient sql) -> resets.issue(sql, account.id()))
                        .map(token -> mails.passwordReset(email, token, PasswordResets.LIFETIME)
                                .until(clock.instant().plus(PasswordResets.LIFETIME))));
    }

    /**
     * Sets a new password, which also verifies the address of an account that waits for it.
     *
     * @return a device token: the mail was read where it goes
     */
    String reset(SecretToken token, String newPassword) {
        UUID owner = resets.find(token).orElseThrow(PasswordChanges::invalid);
        String hash = hash(owner, newPassword);
        boolean done = transactions.run(TenantContext.ofUser(owner), sql -> {
            if (!resets.spend(sql, token)) {
                return false;
            }
            replace(sql, owner, hash);
            // Another user may have made tokens with the lost password.
            sql.sql("UPDATE personal_tokens SET revoked_at = now() WHERE user_id = :id AND revoked_at IS NULL")
                    .param("id", owner)
                    .update();
            sql.sql("""
                            UPDATE users SET is_verified = true,
                                email_verified_at = coalesce(email_verified_at, now()),
                                status = CASE WHEN status = 'pending_verification' THEN 'active' ELSE status END
                            WHERE id = :id""").param("id", owner).update();
            return true;
        });
        if (!done) {
            throw invalid();
        }
        String email = accounts.find(owner).map(User::email).orElseThrow(PasswordChanges::invalid);
        throttle.confirmed(email);
        return devices.issue(email, Passwords.salt(hash));
    }

    /** Changes the password; the caller continues with a new session, with the factors of the old one. */
    Tokens change(Caller caller, Credentials.Known known, String newPassword, String userAgent) {
        String hash = hash(caller.userId(), newPassword);
        Tokens tokens = transactions
                .run(TenantContext.ofUser(caller.userId()), sql -> {
                    if (!credentials.stillOpen(sql, known)) {
                        return Optional.<Tokens>empty();
                    }
                    Sessions.@Nullable Origin origin =
                            sessions.origin(sql, caller.session().id()).orElse(null);
                    replace(sql, caller.userId(), hash);
                    return Optional.of(
                            logins.open(sql, caller.userId(), caller.session().secondFactor(), userAgent, origin));
                })
                .orElseThrow(Reauthentication::refusal);
        return accounts.find(caller.userId())
                .map(user -> tokens.on(devices.issue(user.email(), Passwords.salt(hash))))
                .orElse(tokens);
    }

    private String hash(UUID userId, String newPassword) {
        List<String> known = accounts.find(userId)
                .map(user -> List.of(user.email(), user.firstName(), user.lastName()))
                .orElse(List.of());
        return passwords.hash("new_password", newPassword, known);
    }

    private static ProblemException invalid() {
        return new ProblemException(ProblemReason.TOKEN_INVALID, "The token is unknown, expired or used.");
    }

    private void replace(JdbcClient sql, UUID userId, String hash) {
        sql.sql("""
                        UPDATE users SET password_hash = :hash, password_changed_at = now(),
                            failed_login_attempts = 0, locked_until = NULL
                        WHERE id = :id""").param("hash", hash).param("id", userId).update();
        resets.spendAll(sql, userId);
        verifications.spendAll(sql, userId);
        sessions.endAll(sql, userId);
        queue.sendComposed(sql, CHANGED, Map.of("user", userId.toString()));
    }
}
