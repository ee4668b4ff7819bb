package io.arketic.rag.account;

import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.mail.Mail;
import io.arketic.rag.mail.MailQueue;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Writes the messages about accounts. No part of a message comes from the user that caused it. */
@Component
public class AccountMails {

    private final MailQueue queue;

    AccountMails(MailQueue queue) {
        this.queue = queue;
    }

    Mail verification(String to, SecretToken token, Duration lifetime) {
        return new Mail(to, "Confirm your e-mail address", """
                This address was given for an account at Arketic, probably by you. Confirm it with the account's
                password:

                %s

                It is good for %s. If it was not you, do nothing: without you there is no account.
                """.formatted(
                        queue.instructions("verify-email", token.text()), words(lifetime)));
    }

    Mail alreadyRegistered(String to) {
        return new Mail(to, "You have an account already", """
                A new account at Arketic was requested with this address, probably by you. There is one already.
                Log in with it, or ask for another password if you do not know yours. If it was not you, do nothing.
                """);
    }

    public Mail passwordReset(String to, SecretToken token, Duration lifetime) {
        return new Mail(to, "Choose another password", """
                A new password was requested for your account at Arketic, probably by you. Choose one:

                %s

                It is good once and for %s. If it was not you, do nothing: your password stays as it is.
                """.formatted(
                        queue.instructions("password-reset", token.text()), words(lifetime)));
    }

    public Mail passwordChanged(String to) {
        return new Mail(to, "Your password was changed", """
                The password of your account at Arketic was changed, and every session of it has ended.
                If it was not you, ask for another password at once.
                """);
    }

    public Mail locked(String to, Duration duration) {
        return new Mail(to, "Strangers try to log in to your account", """
                Too many wrong passwords or codes were given for your account at Arketic, from many places. For %s only
                devices that have logged in before can log in. If yours cannot, choose another password by mail there.
                """.formatted(words(duration)));
    }

    Mail addressChanging(String to) {
        return new Mail(to, "Your account gets another e-mail address", """
                A user with your password has requested another e-mail address for your account at Arketic. The
                new one counts once it is confirmed. If it was not you, change your password at once.
                """);
    }

    public Mail twoFactorChanged(String to, boolean enabled) {
        return new Mail(
                to, "Two-factor authentication is " + (enabled ? "on" : "off"), """
                Two-factor authentication of your account at Arketic was switched %s. If it was not you, change your
                password at once.
                """.formatted(enabled ? "on" : "off"));
    }

    public Mail personalTokenMade(String to) {
        return new Mail(to, "A personal token was made for your account", """
                A personal token was made for your account at Arketic. It lets a program act for you. If it was not you,
                revoke the token on the page of your account, and change your password at once.
                """);
    }

    public Mail erased(String to) {
        return new Mail(to, "Your account is erased", """
                Your account at Arketic was erased by a user with its password. Its content is gone, and this is the
                last message about it.
                """);
    }

    private static String words(Duration duration) {
        long minutes = Math.max(1, duration.toMinutes());
        if (minutes % 60 != 0) {
            return minutes == 1 ? "one minute" : minutes + " minutes";
        }
        return minutes == 60 ? "one hour" : minutes / 60 + " hours";
    }
}
