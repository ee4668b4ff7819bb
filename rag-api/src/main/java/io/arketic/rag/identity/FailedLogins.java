package io.arketic.rag.identity;

import io.arketic.rag.mail.MailQueue;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Counts what did not open an account, and tells its owner when that has locked it. */
@Component
class FailedLogins {

    private final Credentials credentials;
    private final Accounts accounts;
    private final MailQueue queue;
    private final AccountMails mails;
    private final SecurityProperties security;

    FailedLogins(
            Credentials credentials,
            Accounts accounts,
            MailQueue queue,
            AccountMails mails,
            SecurityProperties security) {
        this.credentials = credentials;
        this.accounts = accounts;
        this.queue = queue;
        this.mails = mails;
        this.security = security;
    }

    /** Does the same for an id that nobody has. */
    void note(UUID userId) {
        if (credentials.noteFailure(userId)) {
            queue.sendComposed(
                    () -> accounts.find(userId).map(user -> mails.locked(user.email(), security.lockoutDuration())));
        }
    }
}
