package io.arketic.schema;

import java.sql.Connection;
import java.sql.SQLException;

/** The process's one connection pool, and the only way to a connection: every transaction runs for a tenant. */
public final class TenantDatabase implements AutoCloseable {

    /** What is done in one transaction. Must not keep the connection. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    public static TenantDatabase open(DatabaseSettings settings) {
        throw new UnsupportedOperationException();
    }

    /**
     * Runs {@code work} in one transaction of {@code context}; commits when it returns, rolls back when it throws.
     *
     * @throws SQLException as {@code work} or the commit threw it
     */
    public <T> T transaction(TenantContext context, Work<T> work) throws SQLException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
