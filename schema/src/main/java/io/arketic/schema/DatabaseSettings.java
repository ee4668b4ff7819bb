package io.arketic.schema;

/**
 * How a process reaches the database.
 *
 * @param url a JDBC address, {@code jdbc:postgresql://host:port/name}
 * @param poolSize connections held at most; one pool per process
 */
public record DatabaseSettings(String url, String user, String password, int poolSize) {

    public DatabaseSettings {
        if (poolSize < 1) {
            throw new IllegalArgumentException("poolSize must be at least 1: " + poolSize);
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "DatabaseSettings[url=" + url + ", user=" + user + ", poolSize=" + poolSize + "]";
    }
}
