package io.arketic.rag.limit;

import io.lettuce.core.RedisURI;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures the Redis or Valkey that all API processes share. Without it, each process limits by itself.
 *
 * @param url {@code redis://USER:PASSWORD@HOST:PORT/DATABASE}, or {@code rediss://} for TLS; empty for none
 * @param keyPrefix begins the name of each key; deployments that share a database need different ones
 * @param caFile certificates in PEM that the server's is checked with; empty for those of the machine
 */
@ConfigurationProperties("arketic.redis")
record RedisProperties(
        @DefaultValue("") String url,
        @DefaultValue("arketic") String keyPrefix,
        @DefaultValue("") String caFile) {

    RedisProperties {
        if (!url.isBlank()) {
            uri(url);
        }
        if (keyPrefix.isBlank()) {
            throw new IllegalArgumentException("arketic.redis.key-prefix (ARKETIC_REDIS_KEY_PREFIX) must not be empty");
        }
    }

    /** Returns the address; empty for none. */
    Optional<RedisURI> uri() {
        return url.isBlank() ? Optional.empty() : Optional.of(uri(url));
    }

    private static RedisURI uri(String url) {
        try {
            return RedisURI.create(url.strip());
        } catch (RuntimeException e) {
            // The message of the cause may hold the password.
            throw new IllegalArgumentException(
                    "arketic.redis.url (ARKETIC_REDIS_URL) must be redis://USER:PASSWORD@HOST:PORT/DATABASE, or"
                            + " rediss://… for TLS");
        }
    }

    /** Shows no password. */
    @Override
    public String toString() {
        return "RedisProperties[…]";
    }
}
