package io.arketic.store;

import java.time.Duration;

/**
 * Describes how a store is reached.
 *
 * @param region empty for the one that the store names when it is asked first
 * @param connect how long a connection may take
 * @param silence how long the store may send or take nothing
 */
public record StoreAccess(
        String endpoint, String accessKey, String secretKey, String region, Duration connect, Duration silence) {

    private static final Duration USUAL_CONNECT = Duration.ofSeconds(30);
    private static final Duration USUAL_SILENCE = Duration.ofMinutes(5);

    /** Takes the usual limits of time, and the region that the store names. */
    public StoreAccess(String endpoint, String accessKey, String secretKey) {
        this(endpoint, accessKey, secretKey, "", USUAL_CONNECT, USUAL_SILENCE);
    }

    /** Omits the secret. */
    @Override
    public String toString() {
        return "StoreAccess[" + endpoint + ", " + accessKey + "]";
    }
}
