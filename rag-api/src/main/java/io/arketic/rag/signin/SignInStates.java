package io.arketic.rag.signin;

import io.arketic.rag.caller.Sessions;
import io.arketic.schema.encryption.ColumnEncryption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Seals what a process must know again when the browser comes back: in the parameter {@code state}, encrypted and bound to
 * the browser. So no process keeps it, each process can read it, and two tabs may sign in at once.
 */
@Component
class SignInStates {

    static final Duration LIFETIME = Duration.ofMinutes(10);

    private static final String REQUEST = "sign_in.state";
    private static final String STEP = "sign_in.step";

    /** Holds a sign-in that waits for the provider. */
    record Begun(String provider, String nonce, String verifier, String redirectUri, String returnTo, long expires) {}

    /** Holds a sign-in that waits for the code of the account's second factor. */
    record Vouched(String provider, Sessions.Origin origin, String returnTo, long expires) {}

    private final ColumnEncryption encryption;
    private final JsonMapper json;
    private final Clock clock;

    SignInStates(ColumnEncryption encryption, JsonMapper json, Clock clock) {
        this.encryption = encryption;
        this.json = json;
        this.clock = clock;
    }

    long expiry() {
        return clock.instant().plus(LIFETIME).getEpochSecond();
    }

    String seal(Begun begun, UUID browser) {
        return seal(begun, REQUEST, browser);
    }

    String seal(Vouched vouched, UUID browser) {
        return seal(vouched, STEP, browser);
    }

    /** Returns what was sealed for this browser; empty if it is not ours, of another browser, or too old. */
    Optional<Begun> begun(String sealed, UUID browser) {
        return open(sealed, REQUEST, browser, Begun.class).filter(begun -> isOpen(begun.expires()));
    }

    /** Returns what was sealed like {@link #begun}. */
    Optional<Vouched> vouched(String sealed, UUID browser) {
        return open(sealed, STEP, browser, Vouched.class).filter(vouched -> isOpen(vouched.expires()));
    }

    private boolean isOpen(long expires) {
        return Instant.ofEpochSecond(expires).isAfter(clock.instant());
    }

    private String seal(Object content, String purpose, UUID browser) {
        return encryption
                .encrypt(json.writeValueAsString(content), purpose, browser)
                .replace('+', '-')
                .replace('/', '_')
                .replace("=", "");
    }

    private <T> Optional<T> open(String sealed, String purpose, UUID browser, Class<T> type) {
        try {
            String encrypted = sealed.replace('-', '+').replace('_', '/');
            return Optional.of(json.readValue(encryption.decrypt(encrypted, purpose, browser), type));
        } catch (IllegalStateException | IllegalArgumentException | JacksonException foreign) {
            return Optional.empty();
        }
    }
}
