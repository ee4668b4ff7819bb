package io.arketic.rag.caller;

import io.arketic.embeddings.SettingValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures how callers authenticate.
 *
 * @param tokenSecret signs access tokens with HMAC-SHA256; at least 32 bytes, the same on every node
 * @param accessTokenLifetime of a token; its session may end sooner
 * @param refreshTokenLifetime of each token of a family, from its issue
 * @param providerSessionLifetime of a session that an identity provider opened, after which the provider is asked again
 * @param concurrentHashes passwords hashed at once; each takes 19 MiB
 * @param lockoutAfter wrong passwords or codes for one account from one source that make this source wait; ten times as
 *     many from all sources that nothing vouches for make all of these wait
 * @param lockoutDuration how long
 * @param requireVerification whether an address is verified before the first login; null for where messages leave the
 *     machine
 */
@ConfigurationProperties("arketic.security")
public record SecurityProperties(
        @DefaultValue("") String tokenSecret,
        @DefaultValue("15m") Duration accessTokenLifetime,
        @DefaultValue("30d") Duration refreshTokenLifetime,
        @DefaultValue("12h") Duration providerSessionLifetime,
        @DefaultValue("2") int concurrentHashes,
        @DefaultValue("10") int lockoutAfter,
        @DefaultValue("15m") Duration lockoutDuration,
        @Nullable Boolean requireVerification) {

    private static final int LEAST_SECRET_BYTES = 32;

    public SecurityProperties {
        if (tokenSecret.getBytes(StandardCharsets.UTF_8).length < LEAST_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "arketic.security.token-secret (ARKETIC_SECURITY_TOKEN_SECRET) must hold at least "
                            + LEAST_SECRET_BYTES + " bytes; make one with: openssl rand -hex 32");
        }
        SettingValue.positive("arketic.security.access-token-lifetime", accessTokenLifetime);
        SettingValue.positive("arketic.security.refresh-token-lifetime", refreshTokenLifetime);
        SettingValue.positive("arketic.security.provider-session-lifetime", providerSessionLifetime);
        SettingValue.atLeast("arketic.security.concurrent-hashes", concurrentHashes, 1);
        SettingValue.atLeast("arketic.security.lockout-after", lockoutAfter, 1);
        SettingValue.positive("arketic.security.lockout-duration", lockoutDuration);
    }

    public SecretKey key() {
        return new SecretKeySpec(tokenSecret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "SecurityProperties[accessTokenLifetime=" + accessTokenLifetime + ", refreshTokenLifetime="
                + refreshTokenLifetime + ", providerSessionLifetime=" + providerSessionLifetime + ", concurrentHashes="
                + concurrentHashes + ", lockoutAfter=" + lockoutAfter
                + ", lockoutDuration=" + lockoutDuration + ", requireVerification=" + requireVerification + "]";
    }
}
