package io.arketic.rag.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;

/** Delivers a message. */
interface MailTransport {

    /** @throws MessagingException when it was not taken over, as {@code IOException}; then it may be tried again */
    void deliver(MimeMessage message) throws MessagingException, IOException;
}
