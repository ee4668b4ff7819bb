package io.arketic.rag.login;

import io.arketic.rag.caller.SecretToken;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.bouncycastle.util.encoders.Base32;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Manages the codes for an account whose authenticator is lost: ten codes of 80 random bits, each valid once, stored as
 * hashes.
 */
@Component
class RecoveryCodes {

    private static final int CODES = 10;
    private static final int BYTES = 10;
    private static final int GROUP = 4;

    private final SecureRandom random = new SecureRandom();

    /** Replaces all codes with new ones, which are shown only this time. */
    List<String> renew(JdbcClient sql, UUID userId) {
        deleteAll(sql, userId);
        List<String> codes = Stream.generate(this::next).limit(CODES).toList();
        for (String code : codes) {
            sql.sql("INSERT INTO two_factor_recovery_codes (user_id, code_hash) VALUES (:user, :hash)")
                    .param("user", userId)
                    .param("hash", hash(code))
                    .update();
        }
        return codes;
    }

    /** Marks a code as used; returns whether it was valid. */
    boolean spend(JdbcClient sql, UUID userId, String code) {
        return sql.sql("""
                                UPDATE two_factor_recovery_codes SET used_at = now()
                                WHERE user_id = :user AND code_hash = :hash AND used_at IS NULL""").param("user", userId).param("hash", hash(code)).update() == 1;
    }

    void deleteAll(JdbcClient sql, UUID userId) {
        sql.sql("DELETE FROM two_factor_recovery_codes WHERE user_id = :user")
                .param("user", userId)
                .update();
    }

    private String next() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return String.join(
                "-", Base32.toBase32String(bytes).toLowerCase(Locale.ROOT).split("(?<=\\G.{" + GROUP + "})"));
    }

    /** Hashes only the letters and digits: dashes, blanks and case are for readers. */
    private static String hash(String code) {
        return new SecretToken(code.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "")).hash();
    }
}
