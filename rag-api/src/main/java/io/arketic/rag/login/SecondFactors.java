package io.arketic.rag.login;

import io.arketic.schema.encryption.ColumnEncryption;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.bouncycastle.util.encoders.Base32;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Manages the authenticator of an account. Its secret is stored encrypted. The last used step is stored, so that a code
 * that another person saw is worthless. Every method runs in a transaction of the user.
 */
@Component
class SecondFactors {

    private record Stored(@Nullable String secret, long lastStep) {}

    private static final String COLUMN = "users.two_factor_secret";
    private static final int SECRET_BYTES = 20;

    private final SecureRandom random = new SecureRandom();
    private final ColumnEncryption encryption;
    private final RecoveryCodes recoveryCodes;
    private final Clock clock;

    SecondFactors(ColumnEncryption encryption, RecoveryCodes recoveryCodes, Clock clock) {
        this.encryption = encryption;
        this.recoveryCodes = recoveryCodes;
        this.clock = clock;
    }

    /** Creates a secret in Base32 that is valid after its confirmation; it replaces an unconfirmed one. */
    String begin(JdbcClient sql, UUID userId) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = Base32.toBase32String(bytes);
        sql.sql("UPDATE users SET two_factor_secret = :secret, last_totp_step = NULL WHERE id = :id")
                .param("secret", encryption.encrypt(secret, COLUMN, userId))
                .param("id", userId)
                .update();
        return secret;
    }

    /** Returns the content of a QR code for authenticator apps (the common Key Uri Format). */
    static String uri(String email, String secret) {
        String account = URLEncoder.encode("Arketic:" + email, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%3A", ":");
        return "otpauth://totp/" + account + "?secret=" + secret + "&issuer=Arketic";
    }

    /** Checks a code of the authenticator, or a recovery code; each is valid once. */
    boolean accepts(JdbcClient sql, UUID userId, String code) {
        String plain = code.replaceAll("[\\s-]", "");
        return plain.matches("\\d{6}") ? acceptsTimeCode(sql, userId, plain) : recoveryCodes.spend(sql, userId, code);
    }

    boolean acceptsTimeCode(JdbcClient sql, UUID userId, String code) {
        Stored stored = stored(sql, userId).orElseThrow();
        if (stored.secret() == null) {
            return false;
        }
        String secret = encryption.decrypt(stored.secret(), COLUMN, userId);
        OptionalLong step = TimeCodes.step(secret, code.strip(), stored.lastStep(), clock.instant());
        if (step.isEmpty()) {
            return false;
        }
        sql.sql("UPDATE users SET last_totp_step = :step, two_factor_secret = :secret WHERE id = :id")
                .param("step", step.getAsLong())
                .param(
                        "secret",
                        encryption.isCurrent(stored.secret())
                                ? stored.secret()
                                : encryption.encrypt(secret, COLUMN, userId))
                .param("id", userId)
                .update();
        return true;
    }

    /** Enables the factor, and marks the current session as authenticated with it. */
    void enable(JdbcClient sql, UUID userId, UUID sessionId) {
        sql.sql("UPDATE users SET two_factor_enabled = true WHERE id = :id")
                .param("id", userId)
                .update();
        sql.sql("UPDATE user_sessions SET second_factor = true WHERE id = :id")
                .param("id", sessionId)
                .update();
    }

    void disable(JdbcClient sql, UUID userId) {
        sql.sql("""
                        UPDATE users SET two_factor_enabled = false, two_factor_secret = NULL, last_totp_step = NULL
                        WHERE id = :id""").param("id", userId).update();
        sql.sql("UPDATE user_sessions SET second_factor = false WHERE user_id = :id")
                .param("id", userId)
                .update();
        sql.sql("UPDATE personal_tokens SET second_factor = false WHERE user_id = :id AND second_factor")
                .param("id", userId)
                .update();
        recoveryCodes.deleteAll(sql, userId);
    }

    private static Optional<Stored> stored(JdbcClient sql, UUID userId) {
        // Two statements: the second one sees what was committed before the lock was taken.
        sql.sql("SELECT id FROM users WHERE id = :id FOR UPDATE")
                .param("id", userId)
                .query(UUID.class)
                .optional();
        return sql.sql("SELECT two_factor_secret, coalesce(last_totp_step, -1) AS last_step FROM own_secrets()")
                .query((row, number) -> new Stored(row.getString("two_factor_secret"), row.getLong("last_step")))
                .optional();
    }
}
