package io.arketic.services;

/**
 * Real services for integration tests: each starts on first use, is shared by the tests of a JVM, and ends with it. A
 * service that cannot start fails the test with the command that installs what is missing.
 */
public final class Fixtures {

    /**
     * An empty database on a real PostgreSQL with pgvector.
     *
     * @param url JDBC address
     * @param user its owner, a superuser as the migrations need one to create the extension and the roles
     */
    public record Database(String url, String user, String password) {}

    /** An S3 store with no bucket yet. */
    public record ObjectStore(String endpoint, String accessKey, String secretKey) {}

    private Fixtures() {}

    /** A new, empty database; each call another one, on the same server. */
    public static Database database() {
        throw new UnsupportedOperationException();
    }

    /** Bootstrap servers of a real broker. */
    public static String kafka() {
        throw new UnsupportedOperationException();
    }

    public static ObjectStore objectStore() {
        throw new UnsupportedOperationException();
    }
}
