package io.arketic.schema.migration;

import io.arketic.schema.tenancy.DatabaseSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * Migrates a database to the schema's newest version, or back to an older one. Run it as a superuser, before anything
 * else. Its objects belong to the role {@code arketic_owner}, which cannot log in. Several may run at once, on one
 * database or on several of one server.
 */
public final class SchemaMigrator {

    private static final String MIGRATIONS = "io/arketic/schema/migrations/";
    private static final String FUNCTIONS = "io/arketic/schema/functions/";

    /** Lists the SQLSTATEs of a lost race: several databases of one server create the same roles. */
    private static final Set<String> LOST_RACE = Set.of("42710", "23505", "XX000");

    /** Identifies our advisory lock; such locks belong to one database. */
    private static final long MIGRATION_LOCK = 4_127_004_126L;

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** Limits the time in which a migration tries to get its locks. */
    private static final Duration LOCKED_AT_MOST = Duration.ofMinutes(10);

    private final DatabaseSettings owner;
    private final RolePasswords passwords;

    /** Migrates over the owner's connection and gives each role of the product the same password. */
    public SchemaMigrator(DatabaseSettings owner, String password) {
        this(owner, RolePasswords.same(password));
    }

    /** Migrates over the owner's connection and gives the roles these passwords. */
    public SchemaMigrator(DatabaseSettings owner, RolePasswords passwords) {
        this.owner = owner;
        this.passwords = passwords;
    }

    /**
     * Applies missing migrations; returns their number. Calls for one database wait for each other: Flyway's own lock
     * begins only after it has created its table.
     */
    public int migrate() {
        try {
            prepareServer();
            try (Connection lock = connect();
                    Statement statement = lock.createStatement()) {
                await(statement);
                int before = applied().size();
                apply(lock, statement);
                return applied().size() - before;
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot prepare " + owner.url() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Applies migrations and gives way after a second without a lock, so that all statements behind it continue, then
     * tries again. Each migration has taken place completely or can run again.
     */
    private void apply(Connection connection, Statement statement) throws SQLException {
        long giveUp = System.nanoTime() + LOCKED_AT_MOST.toNanos();
        for (Duration pause = Duration.ofMillis(250); ; pause = longer(pause)) {
            try {
                forgetFailures(statement);
                Flyway flyway = flyway();
                if (Stream.of(flyway.info().pending()).anyMatch(migration -> migration.getVersion() != null)) {
                    forgetFunctions(statement);
                }
                flyway.migrate();
                PartitionedIndexes.complete(connection);
                statement.execute("select create_partitions()");
                return;
            } catch (SQLException | FlywayException e) {
                if (!lockedOut(e) || System.nanoTime() > giveUp) {
                    throw e;
                }
                LockSupport.parkNanos(pause.toNanos());
            }
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    private static boolean lockedOut(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException e && LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /** Removes failed migrations without a transaction from the history; all of them can run again. */
    private static void forgetFailures(Statement statement) throws SQLException {
        statement.execute("""
                do $$ begin
                    if to_regclass('public.flyway_schema_history') is not null then
                        delete from public.flyway_schema_history where not success;
                    end if;
                end $$
                """);
    }

    /**
     * Removes the files of functions from the history, so that they are applied again after all migrations: a migration
     * may have replaced a function of a file that did not change.
     */
    private static void forgetFunctions(Statement statement) throws SQLException {
        statement.execute("""
                do $$ begin
                    if to_regclass('public.flyway_schema_history') is not null then
                        delete from public.flyway_schema_history where version is null;
                    end if;
                end $$
                """);
    }

    /** Polls for the lock: a concurrent index build would wait for a session that waits in a statement. */
    private static void await(Statement statement) throws SQLException {
        while (true) {
            try (ResultSet row = statement.executeQuery("select pg_try_advisory_lock(" + MIGRATION_LOCK + ")")) {
                row.next();
                if (row.getBoolean(1)) {
                    return;
                }
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            if (Thread.interrupted()) {
                throw new SQLException("interrupted while another migration is under way");
            }
        }
    }

    /**
     * Undoes every migration above a version, newest first, in one transaction. The data in the tables of those
     * migrations is lost. Each restores the functions that its migration changed.
     *
     * @param version the version to stay, 0 for none
     * @return the number of migrations taken back
     */
    public int rollbackTo(int version) {
        List<MigrationInfo> applied = applied();
        Collections.reverse(applied);
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set role arketic_owner");
            int undone = 0;
            for (MigrationInfo migration : applied) {
                MigrationVersion current = migration.getVersion();
                if (current != null && current.compareTo(MigrationVersion.fromVersion(Integer.toString(version))) > 0) {
                    statement.execute(
                            resource(MIGRATIONS + "U" + migration.getScript().substring(1)));
                    forget(connection, current);
                    undone++;
                }
            }
            if (undone > 0) {
                forgetFunctions(statement);
            }
            connection.commit();
            return undone;
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot roll back " + owner.url() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Compares the database with the migrations.
     *
     * @throws org.flywaydb.core.api.FlywayException when one is missing, unknown or was changed after it was applied
     */
    public void validate() {
        flyway().validate();
    }

    /**
     * Returns the versions of the database in the order of their application, oldest first, each as {@code 3
     * knowledge}.
     */
    public List<String> info() {
        return applied().stream()
                .map(migration -> migration.getVersion() + " " + migration.getDescription())
                .toList();
    }

    private List<MigrationInfo> applied() {
        List<MigrationInfo> versioned = new ArrayList<>();
        for (MigrationInfo migration : flyway().info().applied()) {
            if (migration.getVersion() != null && !migration.getScript().startsWith("<<")) {
                versioned.add(migration);
            }
        }
        return versioned;
    }

    private static void forget(Connection connection, MigrationVersion version) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from flyway_schema_history where version = ?")) {
            delete.setString(1, version.getVersion());
            delete.executeUpdate();
        }
    }

    private void prepareServer() throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = connect()) {
                connection.setAutoCommit(false);
                try (Statement statement = connection.createStatement()) {
                    statement.execute(resource("io/arketic/schema/roles.sql"));
                    statement.execute(loginStatement(connection, "arketic_app", passwords.application()));
                    statement.execute(loginStatement(connection, "arketic_ingest", passwords.ingest()));
                    statement.execute(loginStatement(connection, "arketic_maintenance", passwords.maintenance()));
                    requirePgvector(statement);
                }
                connection.commit();
                return;
            } catch (SQLException e) {
                if (attempt == 10 || !LOST_RACE.contains(String.valueOf(e.getSQLState()))) {
                    throw e;
                }
            }
        }
    }

    /**
     * Builds the statement that sets a password, which the server quotes: {@code alter role} accepts no bind variable.
     */
    private static String loginStatement(Connection connection, String role, String password) throws SQLException {
        try (PreparedStatement quote =
                connection.prepareStatement("select format('alter role %I login password %L', ?::text, ?::text)")) {
            quote.setString(1, role);
            quote.setString(2, password);
            try (ResultSet row = quote.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private static void requirePgvector(Statement statement) throws SQLException {
        String query = """
                select extversion, string_to_array(extversion, '.')::integer[] >= array[0, 8, 4]
                from pg_extension where extname = 'vector'
                """;
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            if (!row.getBoolean(2)) {
                throw new SQLException("pgvector 0.8.4 or newer is needed, this is " + row.getString(1)
                        + "; install it, then: alter extension vector update");
            }
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(owner.url(), owner.user(), owner.password());
    }

    private Flyway flyway() {
        FluentConfiguration configuration = Flyway.configure(SchemaMigrator.class.getClassLoader())
                .dataSource(owner.url(), owner.user(), owner.password())
                // Functions of one file may call those of a later one.
                .jdbcProperties(
                        Map.of("options", "-c role=arketic_owner -c lock_timeout=1s -c check_function_bodies=off"))
                .locations("classpath:" + MIGRATIONS, "classpath:" + FUNCTIONS)
                .schemas("public")
                .createSchemas(false)
                .baselineOnMigrate(true)
                .baselineVersion("0");
        // Its own lock is a transaction that an index being built concurrently would wait for.
        configuration
                .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        return configuration.load();
    }

    private static String resource(String path) {
        try (InputStream in = SchemaMigrator.class.getClassLoader().getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("Not in the class path: " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
