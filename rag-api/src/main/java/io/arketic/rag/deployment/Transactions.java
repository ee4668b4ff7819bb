package io.arketic.rag.deployment;

import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import io.arketic.schema.tenancy.TenantDatabase.Reading;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.SQLErrorCodeSQLExceptionTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.stereotype.Component;

/**
 * Runs SQL for a tenant: one call is one transaction on one connection, which returns to the pool afterwards. Do no
 * slow work (a model, a store, a client's socket) inside.
 */
@Component
public class Transactions {

    private final TenantDatabase database;
    private final SQLExceptionTranslator translator = new SQLErrorCodeSQLExceptionTranslator("PostgreSQL");

    Transactions(TenantDatabase database) {
        this.database = database;
    }

    /**
     * Commits when {@code work} returns, rolls back when it throws. Work that lost against another transaction runs
     * again.
     *
     * @throws DataAccessException when the database refuses or cannot be reached
     */
    public <T extends @Nullable Object> T run(TenantContext context, Function<JdbcClient, T> work) {
        try {
            return database.transaction(context, connection -> apply(work, connection));
        } catch (SQLException failure) {
            throw translated(failure);
        }
    }

    /**
     * Runs one statement without a tenant, like {@link TenantDatabase#single}.
     *
     * @throws DataAccessException when the database refuses or cannot be reached
     */
    public <T extends @Nullable Object> T single(Function<JdbcClient, T> work) {
        try {
            return database.single(connection -> apply(work, connection));
        } catch (SQLException failure) {
            throw translated(failure);
        }
    }

    /**
     * Reads in one round trip, like {@link TenantDatabase#read}.
     *
     * @throws DataAccessException when the database refuses or cannot be reached
     */
    public <T> T read(TenantContext context, String statements, Reading<T> reading) {
        try {
            return database.read(context, statements, reading);
        } catch (SQLException failure) {
            throw translated(failure);
        }
    }

    /** Runs work without a result like {@link #run}. */
    public void execute(TenantContext context, Consumer<JdbcClient> work) {
        run(context, sql -> {
            work.accept(sql);
            return true;
        });
    }

    /** Rethrows the database's own exception, which decides whether the work runs again. */
    private static <T extends @Nullable Object> T apply(Function<JdbcClient, T> work, Connection connection)
            throws SQLException {
        try {
            return work.apply(JdbcClient.create(new SingleConnectionDataSource(connection, true)));
        } catch (DataAccessException failure) {
            if (failure.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw failure;
        }
    }

    private RuntimeException translated(SQLException failure) {
        DataAccessException translated = translator.translate("transaction", null, failure);
        // An unknown state, such as that of a read-only server, is also a failure of the database.
        return translated == null ? new UncategorizedSQLException("transaction", null, failure) : translated;
    }

    /** Returns whether the same work may succeed later, like {@link TenantDatabase#isTransient}. */
    public static boolean isTransient(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException database && TenantDatabase.isTransient(database)) {
                return true;
            }
        }
        return false;
    }
}
