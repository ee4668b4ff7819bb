package io.arketic.rag.account;

import io.arketic.rag.caller.SecurityProperties;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Issues tokens that prove that a device opened the account or read its mail before. They open no account: a login with
 * one is counted separately, so that failing strangers do not block it. These are the device cookies of OWASP ("Slow
 * Down Online Guessing Attacks with Device Cookies"), in the body; only the console keeps them in cookies. They are not
 * stored: a token is a name and its HMAC with the address and the salt of the password's hash, so a new password
 * invalidates all of them.
 */
@Component
public class DeviceTokens {

    private static final Pattern TOKEN = Pattern.compile("([A-Za-z0-9_-]{22})\\.([A-Za-z0-9_-]{43})");
    private static final int NAME_BYTES = 16;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecureRandom random = new SecureRandom();
    private final SecretKey key;

    DeviceTokens(SecurityProperties security) {
        this.key = security.key();
    }

    /** Issues the token of a new device. */
    public String issue(String email, String passwordSalt) {
        byte[] name = new byte[NAME_BYTES];
        random.nextBytes(name);
        return of(text(name), email, passwordSalt);
    }

    /** Issues a token for a device that already has a name. */
    public String of(String device, String email, String passwordSalt) {
        return device + "." + sign(device, email, passwordSalt);
    }

    /**
     * Returns the device's name; empty if the token is not of this account.
     *
     * @param passwordSalt null when there is no account
     */
    public Optional<String> device(@Nullable String token, String email, @Nullable String passwordSalt) {
        Matcher parts = TOKEN.matcher(token == null ? "" : token);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String expected = sign(parts.group(1), email, String.valueOf(passwordSalt));
        boolean right = MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.US_ASCII), parts.group(2).getBytes(StandardCharsets.US_ASCII));
        return right && passwordSalt != null ? Optional.of(parts.group(1)) : Optional.empty();
    }

    private String sign(String device, String email, String passwordSalt) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            String signed = "device token\n" + device + "\n" + email + "\n" + passwordSalt;
            return text(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
