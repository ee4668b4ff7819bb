package io.arketic.rag.login;

import io.arketic.rag.account.AccountMails;
import io.arketic.rag.account.Accounts;
import io.arketic.rag.account.AttemptLimiter;
import io.arketic.rag.account.Credentials;
import io.arketic.rag.caller.SecurityProperties;
import io.arketic.rag.mail.Mail;
import io.arketic.rag.mail.MailComposer;
import io.arketic.rag.mail.MailQueue;
import io.arketic.rag.mail.MailValues;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Records failed logins, and informs the owner when strangers have locked the account. */
@Component
class FailedLogins implements MailComposer {

    private static final String LOCKED = "account-locked";
    private static final int LETTERS_A_DAY = 3;

    private final Credentials credentials;
    private final Accounts accounts;
    private final AttemptLimiter attempts;
    private final MailQueue queue;
    private final AccountMails mails;
    private final SecurityProperties security;

    FailedLogins(
            Credentials credentials,
            Accounts accounts,
            AttemptLimiter attempts,
            MailQueue queue,
            AccountMails mails,
            SecurityProperties security) {
        this.credentials = credentials;
        this.accounts = accounts;
        this.attempts = attempts;
        this.queue = queue;
        this.mails = mails;
        this.security = security;
    }

    /** Records a failure, with the same work for an id without an account. */
    void note(UUID userId) {
        credentials.noteFailure(userId);
    }

    /** Locks the account like {@link #note}, for logins without a device token. */
    void lock(UUID userId) {
        credentials.lock(userId, sql -> queue.sendComposed(sql, LOCKED, Map.of("user", userId.toString())));
    }

    @Override
    public Map<String, Function<MailValues, Optional<Mail>>> composers() {
        return Map.of(LOCKED, values -> locked(values.id("user")));
    }

    private Optional<Mail> locked(UUID userId) {
        return accounts.find(userId)
                .filter(user -> attempts.take(letters(userId)).admitted())
                .map(user -> mails.locked(user.email(), security.lockoutDuration()));
    }

    private static AttemptLimiter.Bucket letters(UUID userId) {
        return new AttemptLimiter.Bucket("letter of a lock", userId.toString(), LETTERS_A_DAY, Duration.ofDays(1));
    }
}
