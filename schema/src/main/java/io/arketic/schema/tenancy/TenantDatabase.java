package io.arketic.schema.tenancy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Owns the process's connection pool and is the only way to a connection: every transaction runs for a tenant. */
public final class TenantDatabase implements AutoCloseable {

    /** Works in one transaction. It must not keep the connection, and may run again after a conflict. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** Runs statements that only read, and need no results of each other. */
    public interface Reading<T> {

        /** Sets the parameters of the statements; the first one is number {@code first}. */
        void bind(PreparedStatement statement, int first) throws SQLException;

        /** Reads the results; {@code statement} is at the first one. */
        T read(PreparedStatement statement) throws SQLException;
    }

    private static final Logger log = LoggerFactory.getLogger(TenantDatabase.class);
    private static final int ATTEMPTS = 5;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);

    private static final Set<String> CONFLICTS = Set.of("40001", "40P01", CleanSession.STATEMENT_GONE);

    /**
     * Refuses roles that bypass row-level security, or can become such a role: an installation with one is not served.
     */
    private static final String REFUSE_POWERFUL_ROLES = """
            do $$
            declare
                power text;
            begin
                select string_agg(r.rolname, ', ') into power
                from pg_roles r
                where pg_has_role(current_user, r.oid, 'member')
                  and (
                    r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolreplication
                    or r.rolname in (
                        'arketic_owner', 'arketic_ops', 'pg_read_all_data', 'pg_write_all_data',
                        'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
                    or exists (
                        select from pg_class c
                        where c.relowner = r.oid and c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')));
                if power is not null then
                    raise exception 'role % passes over row-level security (by %); connect as arketic_app, arketic_ingest '
                        'or arketic_maintenance', current_user, power;
                end if;
            end $$
            """;

    private final HikariDataSource pool;
    private final Supplier<RequestOrigin> origin;
    /** The connections as tenants share them; null in a process that shares its work itself. */
    private final @Nullable Turns shares;

    private TenantDatabase(HikariDataSource pool, Supplier<RequestOrigin> origin, @Nullable Turns shares) {
        this.pool = pool;
        this.origin = origin;
        this.shares = shares;
    }

    /** Opens the pool. Connections are opened on demand, so the database may start later. */
    public static TenantDatabase open(DatabaseSettings settings) {
        return open(settings, LONGEST_SILENCE);
    }

    /**
     * Opens the pool like {@link #open(DatabaseSettings)}, for a process with short statements that must not hang on a
     * server that is gone.
     *
     * @param silence after which a server that answers nothing counts as lost, in whole seconds
     */
    public static TenantDatabase open(DatabaseSettings settings, Duration silence) {
        return new TenantDatabase(pool(settings, silence), () -> RequestOrigin.NONE, null);
    }

    /**
     * Opens the pool like {@link #open(DatabaseSettings)}, for a process that serves requests. With two or more
     * connections, one tenant never holds all of them.
     *
     * @param origin asked at the beginning of each transaction, by its thread; the audit log names both
     */
    public static TenantDatabase open(DatabaseSettings settings, Supplier<RequestOrigin> origin) {
        return new TenantDatabase(pool(settings, LONGEST_SILENCE), origin, new Turns(settings.poolSize()));
    }

    private static HikariDataSource pool(DatabaseSettings settings, Duration silence) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("arketic");
        config.setJdbcUrl(settings.url());
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(settings.poolSize());
        config.setAutoCommit(false);
        // The pool's own statements (connecting, keep-alive) must not leave a transaction open.
        config.setIsolateInternalQueries(true);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(LONGEST_WAIT.toMillis());
        config.setConnectionInitSql(REFUSE_POWERFUL_ROLES);
        config.addDataSourceProperty("ApplicationName", "arketic");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("connectTimeout", "5");
        config.addDataSourceProperty("socketTimeout", Long.toString(silence.toSeconds()));
        // Compiling a search takes longer than running it. A temporary table never hides one of ours.
        config.addDataSourceProperty("options", "-c jit=off -c search_path=public,pg_temp");
        return new HikariDataSource(config);
    }

    /** Returns how many threads wait for a connection now. */
    public int waiting() {
        HikariPoolMXBean state = pool.getHikariPoolMXBean();
        int pooled = state == null ? 0 : state.getThreadsAwaitingConnection(); // null until the first connection
        return pooled + (shares == null ? 0 : shares.waiting());
    }

    /**
     * Runs {@code work} in one transaction of {@code context}; commits when it returns, rolls back when it throws. A
     * transaction that lost a deadlock or a serialization conflict runs again, up to four times.
     *
     * @throws TenantBusyException if the tenant's other transactions hold its share of the connections
     * @throws SQLException as {@code work} or the commit threw it; {@link #isTransient} tells whether to come again. A
     *     commit that failed with a lost connection may have taken place
     */
    public <T> T transaction(TenantContext context, Work<T> work) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                return once(context, work);
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !CONFLICTS.contains(String.valueOf(e.getSQLState()))) {
                    throw e;
                }
            }
        }
    }

    /**
     * Runs one statement without a tenant. Row-level security shows no tenant's row, so it can only call functions that
     * the schema grants for this case. It is its own transaction, which saves two of four round trips.
     *
     * @throws SQLException as {@code work} threw it; it is not run again
     */
    public <T> T single(Work<T> work) throws SQLException {
        return retried(() -> {
            try (Connection connection = clean(single -> {
                single.setAutoCommit(true); // the pool takes this back
                return CleanSession.clear(single);
            })) {
                return evicting(connection, work);
            }
        });
    }

    /**
     * Runs {@code statements}, separated by semicolons, for {@code context} in one transaction. The commit is one of
     * them, so they take one round trip besides the one that begins the transaction.
     *
     * @throws SQLException as a statement threw it; they are not run again, unless the session had lost them
     */
    public <T> T read(TenantContext context, String statements, Reading<T> reading) throws SQLException {
        // Not in auto-commit: the tenant's settings would end at the first of the statements.
        return retried(() -> {
            try (Share share = share(context);
                    Connection connection = entered(context)) {
                return evicting(connection, same -> {
                    try (PreparedStatement statement = same.prepareStatement(statements + ";\ncommit")) {
                        reading.bind(statement, 1);
                        statement.execute();
                        return reading.read(statement);
                    }
                });
            }
        });
    }

    /**
     * Returns whether the same transaction may succeed later: the connection was lost or not available, the server
     * shuts down or starts, resources are exhausted, or it lost against another transaction. Every other failure is the
     * fault of the caller or the data.
     */
    public static boolean isTransient(SQLException failure) {
        String state = failure.getSQLState();
        return failure instanceof SQLTransientConnectionException
                || (state != null
                        && (state.startsWith("08")
                                || state.startsWith("40")
                                || state.startsWith("53")
                                || state.startsWith("57P")
                                || state.equals("57014")
                                || state.equals("25P03")
                                || state.equals("55P03")
                                || state.equals("25006")));
    }

    private <T> T once(TenantContext context, Work<T> work) throws SQLException {
        try (Share share = share(context);
                Connection connection = entered(context)) {
            try {
                T result = evicting(connection, work);
                connection.commit();
                return result;
            } catch (Throwable failure) {
                try {
                    connection.rollback();
                } catch (SQLException suppressed) {
                    failure.addSuppressed(suppressed);
                }
                throw failure;
            }
        }
    }

    /** Represents a tenant's right to one connection. */
    private interface Share extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits until the tenant may have one more connection, as long as it would wait for the pool. */
    private Share share(TenantContext context) throws SQLException {
        UUID tenant = context.organizationId() == null ? context.userId() : context.organizationId();
        if (shares == null || tenant == null) {
            return () -> {};
        }
        long end = System.nanoTime() + LONGEST_WAIT.toNanos();
        try {
            Turns.Turn turn = shares.take(tenant, () -> System.nanoTime() - end > 0);
            if (turn == null) {
                throw new TenantBusyException(LONGEST_WAIT);
            }
            return turn::close;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new SQLTransientConnectionException("Interrupted while waiting for a connection", stopped);
        }
    }

    private interface Cleaning {
        /** Returns whether the connection may serve another tenant. */
        boolean clean(Connection connection) throws SQLException;
    }

    private interface Attempt<T> {
        T run() throws SQLException;
    }

    private Connection entered(TenantContext context) throws SQLException {
        return clean(connection -> CleanSession.enter(connection, context, origin.get()));
    }

    /** Takes a connection from the pool; closes and replaces one that is not clean. */
    private Connection clean(Cleaning cleaning) throws SQLException {
        while (true) {
            Connection connection = pool.getConnection();
            boolean clean = false;
            try {
                clean = cleaning.clean(connection);
                if (clean) {
                    return connection;
                }
                log.warn("A session in which SQL had prepared statements was closed before its next use");
                pool.evictConnection(connection);
            } finally {
                if (!clean) {
                    connection.close();
                }
            }
        }
    }

    /** Runs {@code work}; closes a session that has lost the driver's prepared statements. */
    private <T> T evicting(Connection connection, Work<T> work) throws SQLException {
        try {
            return work.run(connection);
        } catch (SQLException failure) {
            if (CleanSession.STATEMENT_GONE.equals(failure.getSQLState())) {
                pool.evictConnection(connection);
            }
            throw failure;
        }
    }

    /** Runs once more in another session if the driver's statement was missing, because then no work was done. */
    private static <T> T retried(Attempt<T> attempt) throws SQLException {
        for (int tries = 1; ; tries++) {
            try {
                return attempt.run();
            } catch (SQLException failure) {
                if (tries == ATTEMPTS || !CleanSession.STATEMENT_GONE.equals(failure.getSQLState())) {
                    throw failure;
                }
            }
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
