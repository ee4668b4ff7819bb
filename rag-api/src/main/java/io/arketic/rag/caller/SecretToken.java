package io.arketic.rag.caller;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Proves something by being known. Only its {@link #hash()} is stored: SHA-256, since a token holds 256 random bits, and
 * nothing slower protects what cannot be guessed.
 */
public record SecretToken(String text) {

    /** How the text of an organization's API key begins, so that it is told from other tokens. */
    public static final String API_KEY = "ark_";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;

    /** 43 characters that need no escaping in addresses. */
    public static SecretToken random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new SecretToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** 64 hexadecimal digits. */
    public String hash() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /** Nothing of it. */
    @Override
    public String toString() {
        return "SecretToken[…]";
    }
}
