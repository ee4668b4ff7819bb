package io.arketic.schema.tenancy;

import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.postgresql.Driver;

/**
 * Holds a process's access to the database.
 *
 * @param url a JDBC address, {@code jdbc:postgresql://host:port/name}. Beyond this machine it says
 *     {@code sslmode=verify-full}, or {@code sslmode=disable} for a network that is trusted; anything between would
 *     believe any server
 * @param poolSize connections held at most; one pool per process
 */
public record DatabaseSettings(String url, String user, String password, int poolSize) {

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d+){3}|\\[?::1]?");
    private static final List<String> DELIBERATE = List.of("verify-full", "disable");

    public DatabaseSettings {
        if (poolSize < 1) {
            throw new IllegalArgumentException("poolSize must be at least 1: " + poolSize);
        }
        requireKnownServer(url);
    }

    /**
     * Refuses the address of a remote database that would trust any server, for callers that only pass it on.
     *
     * @throws IllegalArgumentException naming the setting and what to add to it
     */
    public static void requireKnownServer(String url) {
        Properties address = Driver.parseURL(url, null);
        if (address == null) {
            throw new IllegalArgumentException("ARKETIC_DATABASE_URL must be jdbc:postgresql://host:port/name"
                    + " (ARKETIC_DATABASE_OWNER_URL for migrations), not " + url.replaceAll("[?].*", ""));
        }
        String hosts = address.getProperty("PGHOST", "localhost");
        boolean local = List.of(hosts.split(",")).stream()
                .allMatch(host -> LOOPBACK.matcher(host).matches());
        if (!local && !DELIBERATE.contains(address.getProperty("sslmode", ""))) {
            throw new IllegalArgumentException(
                    "ARKETIC_DATABASE_URL (ARKETIC_DATABASE_OWNER_URL for migrations) leads to "
                            + hosts
                            + ", and nothing proves that it is the database: add ?sslmode=verify-full (and sslrootcert=FILE"
                            + " for an authority of your own), or ?sslmode=disable in a network where you trust every machine");
        }
    }

    /** Shows no password. */
    @Override
    public String toString() {
        return "DatabaseSettings[url=" + url + ", user=" + user + ", poolSize=" + poolSize + "]";
    }
}
