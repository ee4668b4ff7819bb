package io.arketic.schema.tenancy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/**
 * Passes a pooled session from one tenant to the next. It ends what an injected statement may have left: settings,
 * cursors, session locks, and statements prepared by SQL. Such a statement could replace one of the driver's and run as
 * the next tenant. The driver keeps no statement of this class by name, so none can be replaced.
 */
final class CleanSession {

    /**
     * Names the SQLSTATE of a prepared statement that the server does not know: another statement has removed the
     * driver's.
     */
    static final String STATEMENT_GONE = "26000";

    private static final String CLEAR = "reset all; close all; ";

    /** Finds statements prepared by SQL; the driver prepares by the protocol only. */
    private static final String LEFT = """
            pg_advisory_unlock_all(),
            (select count(*) from pg_catalog.pg_prepared_statements s where s.from_sql)""";

    private CleanSession() {}

    /** Begins a transaction of {@code context}; returns whether the session may be used. */
    static boolean enter(Connection connection, TenantContext context, RequestOrigin origin) throws SQLException {
        // The settings are local to the transaction, so that the next one of the connection begins without them.
        try (PreparedStatement statement = connection.prepareStatement(CLEAR + """
                select set_config('app.organization_id', ?, true), set_config('app.user_id', ?, true),
                    set_config('app.request_id', ?, true), set_config('app.credential', ?, true),\s""" + LEFT)) {
            statement.unwrap(PGStatement.class).setPrepareThreshold(0);
            statement.setString(1, text(context.organizationId()));
            statement.setString(2, text(context.userId()));
            statement.setString(3, origin.requestId() == null ? "" : origin.requestId());
            statement.setString(4, origin.credential() == null ? "" : origin.credential());
            statement.execute();
            return nothingPrepared(statement, 6);
        }
    }

    /** Checks the session for prepared statements; returns whether it may be used. */
    static boolean clear(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(CLEAR + "select " + LEFT);
            return nothingPrepared(statement, 2);
        }
    }

    private static boolean nothingPrepared(Statement statement, int column) throws SQLException {
        statement.getMoreResults();
        statement.getMoreResults();
        try (ResultSet row = statement.getResultSet()) {
            return row.next() && row.getLong(column) == 0;
        }
    }

    private static String text(@Nullable UUID id) {
        return id == null ? "" : id.toString();
    }
}
