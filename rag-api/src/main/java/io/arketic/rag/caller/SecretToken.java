package io.arketic.rag.caller;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Holds a secret of 256 random bits. Only its {@link #hash()} is stored: SHA-256, because a slower hash adds no
 * protection to what cannot be guessed.
 */
public record SecretToken(String text) {

    /** Begins the text of an organization's API key, which distinguishes it from other tokens. */
    public static final String API_KEY = "ark_";

    /** Begins the text of the token with which an organization's directory provisions users. */
    public static final String SCIM = "scim_";

    /** Begins the text of a user's personal token. */
    public static final String PERSONAL = "arp_";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;

    /** Returns 43 characters that need no escaping in addresses. */
    public static SecretToken random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new SecretToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** Returns whether the text is that of an API key or a personal token, and no access token of a session. */
    static boolean ofProgram(String text) {
        return text.startsWith(API_KEY) || text.startsWith(PERSONAL);
    }

    /** Returns 64 hexadecimal digits. */
    public String hash() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /** Shows no token. */
    @Override
    public String toString() {
        return "SecretToken[…]";
    }
}
