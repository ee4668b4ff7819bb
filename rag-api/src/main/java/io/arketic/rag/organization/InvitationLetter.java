package io.arketic.rag.organization;

import io.arketic.rag.mail.Mail;
import java.util.regex.Pattern;

/**
 * Writes the message to an invited address. The organization's name is free text of a stranger: it is only in the body,
 * in quotes, cut, and without anything that a mail program turns into a link.
 */
record InvitationLetter(String sender, String organization, String role, String instructions, String expiresAt) {

    private static final int LONGEST_NAME = 60;
    private static final Pattern NOT_OF_NAMES = Pattern.compile("[^\\p{L}\\p{M}\\p{N}&'’-]+");

    Mail to(String address) {
        return new Mail(address, "You are invited to an organization at Arketic", """
                %s invites you as %s to an organization at Arketic that calls itself “%s”.

                %s

                It opens once, until %s. If you do not know the sender, do nothing.
                """.formatted(
                        sender, role, name(), instructions, expiresAt));
    }

    private String name() {
        String plain = NOT_OF_NAMES.matcher(organization).replaceAll(" ").strip();
        return plain.codePointCount(0, plain.length()) <= LONGEST_NAME
                ? plain
                : plain.substring(0, plain.offsetByCodePoints(0, LONGEST_NAME)).strip() + "…";
    }
}
