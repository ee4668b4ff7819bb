package io.arketic.rag.deployment;

import io.arketic.schema.TenantContext;
import io.arketic.schema.TenantDatabase;
import java.sql.SQLException;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.SQLErrorCodeSQLExceptionTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.stereotype.Component;

/**
 * Runs SQL for a tenant: one call is one transaction on one connection, which goes back to the pool when the call
 * returns. Nothing slow (a model, a store, a client's socket) belongs inside.
 */
@Component
public class Transactions {

    private final TenantDatabase database;
    private final SQLExceptionTranslator translator = new SQLErrorCodeSQLExceptionTranslator("PostgreSQL");

    Transactions(TenantDatabase database) {
        this.database = database;
    }

    /**
     * Commits when {@code work} returns, rolls back when it throws.
     *
     * @throws org.springframework.dao.DataAccessException when the database refuses or cannot be reached
     */
    public <T extends @org.jspecify.annotations.Nullable Object> T run(
            TenantContext context, Function<JdbcClient, T> work) {
        try {
            return database.transaction(
                    context,
                    connection -> work.apply(JdbcClient.create(new SingleConnectionDataSource(connection, true))));
        } catch (SQLException failure) {
            throw translated(failure);
        }
    }

    /** As {@link #run}, for work without a result. */
    public void execute(TenantContext context, java.util.function.Consumer<JdbcClient> work) {
        try {
            database.transaction(context, connection -> {
                work.accept(JdbcClient.create(new SingleConnectionDataSource(connection, true)));
                return true;
            });
        } catch (SQLException failure) {
            throw translated(failure);
        }
    }

    private RuntimeException translated(SQLException failure) {
        RuntimeException translated = translator.translate("transaction", null, failure);
        return translated == null ? new IllegalStateException(failure) : translated;
    }
}
