package io.arketic.rag.account;

import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.caller.SecurityProperties;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.mail.Mail;
import io.arketic.rag.mail.MailComposer;
import io.arketic.rag.mail.MailQueue;
import io.arketic.rag.mail.MailValues;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.TenantContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Registers accounts. If an address must be verified before the first login, the caller learns nothing about it: all
 * further steps go to the address by mail.
 */
@Component
public class Registrations implements MailComposer {

    /** Holds an application for an account. */
    public record Application(String email, String passwordHash, String firstName, String lastName) {}

    private static final String APPLICATION = "application";
    private static final String VERIFICATION = "verification";
    private static final String REMINDER = "verification-reminder";
    private static final String ADDRESS_CHANGE = "address-change";
    private static final int LETTERS_AN_HOUR = 3;
    private static final int ADDRESS_CHANGES_A_DAY = 10;

    private final Transactions transactions;
    private final Accounts accounts;
    private final EmailVerifications verifications;
    private final Passwords passwords;
    private final Credentials credentials;
    private final AttemptLimiter attempts;
    private final DeviceTokens devices;
    private final MailQueue queue;
    private final AccountMails mails;
    private final boolean required;

    Registrations(
            Transactions transactions,
            Accounts accounts,
            EmailVerifications verifications,
            Passwords passwords,
            Credentials credentials,
            AttemptLimiter attempts,
            DeviceTokens devices,
            MailQueue queue,
            AccountMails mails,
            SecurityProperties security) {
        this.transactions = transactions;
        this.accounts = accounts;
        this.verifications = verifications;
        this.passwords = passwords;
        this.credentials = credentials;
        this.attempts = attempts;
        this.devices = devices;
        this.queue = queue;
        this.mails = mails;
        this.required = security.requireVerification() == null ? queue.reachesPeople() : security.requireVerification();
    }

    /** Registers; returns the account if it can be used at once, and empty if the address must be verified first. */
    public Optional<User> register(Application application) {
        if (required) {
            queue.sendComposed(
                    APPLICATION,
                    Map.of(
                            "email", application.email(),
                            "password_hash", application.passwordHash(),
                            "first_name", application.firstName(),
                            "last_name", application.lastName()));
            return Optional.empty();
        }
        return Optional.of(accounts.add(
                        application,
                        "active",
                        (sql, id) -> queue.sendComposed(
                                sql, VERIFICATION, Map.of("user", id.toString(), "email", application.email())))
                .orElseThrow(() -> ProblemException.ofField(
                        ProblemReason.EMAIL_TAKEN, "email", "is in use by an account already")));
    }

    /** Sends another message to an address that waits for its verification; has no effect on every other address. */
    public void remind(String email) {
        queue.sendComposed(REMINDER, Map.of("email", email));
    }

    /** Sends a message to the new address of an account, and a notice to the old one. */
    public void changeAddress(UUID userId, String oldEmail, String newEmail) {
        AttemptLimiter.Level changes = attempts.take(new AttemptLimiter.Bucket(
                "address change", userId.toString(), ADDRESS_CHANGES_A_DAY, Duration.ofDays(1)));
        if (!changes.admitted()) {
            throw ProblemException.tooManyRequests("The address was changed too often.", changes.retryAfter());
        }
        transactions.execute(TenantContext.ofUser(userId), sql -> {
            queue.send(sql, mails.addressChanging(oldEmail));
            queue.sendComposed(sql, ADDRESS_CHANGE, Map.of("user", userId.toString(), "email", newEmail));
        });
    }

    /**
     * Verifies an address with the password, so that a stranger that registered it cannot make its owner confirm it
     * unknowingly.
     *
     * @return a device token: the mail was read where it goes
     */
    public String verify(SecretToken token, String password) {
        EmailVerifications.Claim claim = verifications.find(token).orElseThrow(Registrations::invalid);
        if (!passwords.matches(password, claim.passwordSalt(), hash -> credentials.opens(claim.userId(), hash))) {
            throw invalid();
        }
        UUID userId = claim.userId();
        String email = EmailAddress.normalise(claim.email());
        try {
            transactions.execute(TenantContext.ofUser(userId), sql -> {
                if (!verifications.spend(sql, token)) {
                    throw invalid();
                }
                accounts.verified(sql, userId, email);
            });
        } catch (DuplicateKeyException taken) {
            throw new ProblemException(ProblemReason.EMAIL_TAKEN, "Another account has this address by now.", taken);
        }
        return devices.issue(email, claim.passwordSalt());
    }

    @Override
    public Map<String, Function<MailValues, Optional<Mail>>> composers() {
        return Map.of(
                APPLICATION,
                values -> invite(new Application(
                        values.text("email"),
                        values.text("password_hash"),
                        values.text("first_name"),
                        values.text("last_name"))),
                VERIFICATION,
                values -> verificationMail(values.id("user"), values.text("email")),
                REMINDER,
                values -> reminder(values.text("email")),
                ADDRESS_CHANGE,
                values -> addressChange(values.id("user"), values.text("email")));
    }

    private Optional<Mail> reminder(String email) {
        return accounts.findByEmail(email)
                .filter(account -> !account.verified() && account.reachable())
                .flatMap(account -> verificationMail(account.id(), email));
    }

    private Optional<Mail> addressChange(UUID userId, String email) {
        return accounts.findByEmail(email).isPresent()
                        || !attempts.take(letters(email)).admitted()
                ? Optional.empty()
                : verificationMail(userId, email);
    }

    private Optional<Mail> invite(Application application) {
        Optional<User> added = accounts.add(application, "pending_verification", (sql, id) -> {});
        if (added.isPresent()) {
            return verificationMail(added.get().id(), application.email());
        }
        return accounts.findByEmail(application.email()).flatMap(known -> {
            if (!known.pending()) {
                return known.reachable()
                                && attempts.take(letters(application.email())).admitted()
                        ? Optional.of(mails.alreadyRegistered(application.email()))
                        : Optional.empty();
            }
            // The address is not verified yet: the latest applicant gets the message, with that applicant's password.
            return accounts.replacePending(known.id(), application)
                    ? verificationMail(known.id(), application.email())
                    : Optional.empty();
        });
    }

    /** Returns the limit of this message, which any stranger can request. */
    private static AttemptLimiter.Bucket letters(String email) {
        return new AttemptLimiter.Bucket("letter to an account", email, LETTERS_AN_HOUR, Duration.ofHours(1));
    }

    private Optional<Mail> verificationMail(UUID userId, String email) {
        return transactions
                .run(TenantContext.ofUser(userId), (JdbcClient sql) -> verifications.issue(sql, userId, email))
                .map(token -> mails.verification(email, token, EmailVerifications.LIFETIME));
    }

    private static ProblemException invalid() {
        return new ProblemException(
                ProblemReason.TOKEN_INVALID,
                "The token is unknown, expired or used, or the password is not that of its account.");
    }
}
