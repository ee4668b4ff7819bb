package io.arketic.rag.account;

import io.arketic.rag.caller.SecurityProperties;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * Hashes with Argon2id, 19 MiB, 2 passes and 1 lane: the first choice of the OWASP password storage cheat sheet.
 * Simultaneous hashes are limited, so that a burst of logins takes time instead of heap.
 */
@Component
public class Passwords {

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int MEMORY_KIB = 19456;
    private static final int PASSES = 2;
    private static final int LANES = 1;
    /** Limits the waiting logins; more would take the threads of all other requests. */
    private static final int WAITING_FOR_EACH = 12;

    private static final Pattern SALT = Pattern.compile(
            "\\$argon2id\\$v=(\\d{1,3})\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,3})\\$([A-Za-z0-9+/]+)\\$");

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Argon2PasswordEncoder encoder =
            new Argon2PasswordEncoder(SALT_BYTES, HASH_BYTES, LANES, MEMORY_KIB, PASSES);
    private final PasswordStrength strength = new PasswordStrength();
    private final Semaphore permits;
    private final int mostWaiting;
    private final String saltOfNobody;

    Passwords(SecurityProperties security) {
        permits = new Semaphore(security.concurrentHashes(), true);
        mostWaiting = security.concurrentHashes() * WAITING_FOR_EACH;
        saltOfNobody = salt(encode("the account that does not exist"));
    }

    /**
     * Hashes a password that a user chooses.
     *
     * @param field the request's, for a refusal to name
     * @param known facts about the user, which an attacker would try first
     */
    public String hash(String field, String password, List<String> known) {
        if (!wellFormed(password)) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, field, "holds half a character");
        }
        return limited(() -> {
            String weakness = strength.weakness(password, known);
            if (weakness != null) {
                throw ProblemException.ofField(ProblemReason.INVALID_INPUT, field, weakness);
            }
            return encode(password);
        });
    }

    /** Hashes a random password that no user chooses or knows. */
    String unknown(String password) {
        return limited(() -> encode(password));
    }

    /**
     * Checks a password. Without an account there is no {@code salt}; the check then takes the same time and fails.
     *
     * @param salt as {@link #salt} gives it
     * @param opens whether a hash is the account's
     */
    public boolean matches(String password, @Nullable String salt, Predicate<String> opens) {
        String attempt = wellFormed(password) ? password : "";
        String hash = limited(() -> hash(attempt, salt == null ? saltOfNobody : salt));
        return opens.test(hash) && salt != null;
    }

    /** Returns the parameters of a hash, which reproduce it from the same password. */
    public static String salt(String hash) {
        return hash.substring(0, hash.lastIndexOf('$') + 1);
    }

    /** Hashes with these parameters; with foreign ones it takes the same time and matches no account. */
    private String hash(String password, String salt) {
        Matcher made = SALT.matcher(salt);
        if (!made.matches()) {
            return hash(password, saltOfNobody);
        }
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Integer.parseInt(made.group(1)))
                .withMemoryAsKB(Integer.parseInt(made.group(2)))
                .withIterations(Integer.parseInt(made.group(3)))
                .withParallelism(Integer.parseInt(made.group(4)))
                .withSalt(Base64.getDecoder().decode(made.group(5)))
                .build());
        byte[] hash = new byte[HASH_BYTES];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        return salt + Base64.getEncoder().withoutPadding().encodeToString(hash);
    }

    /** Returns whether the text can be encoded: JSON can contain half of a surrogate pair. */
    private static boolean wellFormed(String password) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(password);
    }

    private String encode(String password) {
        String hash = encoder.encode(password);
        if (hash == null) {
            throw new IllegalArgumentException("A password is required");
        }
        return hash;
    }

    private <T> T limited(Supplier<T> hashing) {
        if (permits.getQueueLength() >= mostWaiting) {
            throw ProblemException.tooManyRequests("Too many logins at once.", PATIENCE);
        }
        try {
            if (!permits.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw ProblemException.tooManyRequests("Too many logins at once.", PATIENCE);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw ProblemException.tooManyRequests("The server is stopping.", PATIENCE);
        }
        try {
            return hashing.get();
        } finally {
            permits.release();
        }
    }
}
