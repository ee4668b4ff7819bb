package io.arketic.rag.login;

import com.eatthepath.otp.HmacOneTimePasswordGenerator;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;

/** Computes time-based one-time passwords like authenticator apps: RFC 6238 with SHA-1, 30 seconds, six digits. */
final class TimeCodes {

    private static final Duration STEP = Duration.ofSeconds(30);
    /** Sets the accepted steps before and after the present one, for inexact clocks and codes typed late. */
    private static final int TOLERANCE = 1;

    private static final HmacOneTimePasswordGenerator GENERATOR = new HmacOneTimePasswordGenerator();

    private TimeCodes() {}

    /**
     * Returns the step of {@code code}; empty if it is not of now, or of a step up to {@code lastUsed}: a code is valid
     * once.
     *
     * @param secret in Base32
     */
    static OptionalLong step(String secret, String code, long lastUsed, Instant now) {
        long present = now.getEpochSecond() / STEP.toSeconds();
        OptionalLong matching = OptionalLong.empty();
        for (long step = present - TOLERANCE; step <= present + TOLERANCE; step++) {
            boolean same = MessageDigest.isEqual(
                    code(secret, step).getBytes(StandardCharsets.US_ASCII), code.getBytes(StandardCharsets.UTF_8));
            if (same && step > lastUsed) {
                matching = OptionalLong.of(step);
            }
        }
        return matching;
    }

    static String code(String secret, long step) {
        try {
            return GENERATOR.generateOneTimePasswordString(new SecretKeySpec(Base32.decode(secret), "HmacSHA1"), step);
        } catch (InvalidKeyException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
