package io.arketic.rag.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;

/** Delivers a message. */
interface MailTransport {

    /**
     * Delivers a message. After a failure it may be tried again.
     *
     * @throws MessagingException when this message was not taken over
     * @throws IOException when no message is taken over: the server does not answer or refuses the login
     */
    void deliver(MimeMessage message) throws MessagingException, IOException;
}
