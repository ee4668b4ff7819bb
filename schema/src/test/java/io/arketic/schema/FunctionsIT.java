package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.services.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the functions of a database with their files ({@code functions/R__….sql}). */
class FunctionsIT {

    /** Is the last version whose functions are in the migrations alone. */
    static final int BEFORE_THE_FILES = 184;

    private static final Path RESOURCES = Path.of("src/main/resources/io/arketic/schema");
    private static final Pattern CREATED = Pattern.compile("(?m)^create or replace function ");

    /** Gives each function with its owner and rights. Settings that a file does not name have PostgreSQL's default. */
    private static final String CATALOGUE = """
            select p.oid::regprocedure::text,
                concat_ws(E'\\n', pg_get_functiondef(p.oid), p.proowner::regrole, (
                    select string_agg(case a.grantee when 0 then 'public' else a.grantee::regrole::text end, ' ' order by a.grantee::regrole::text)
                    from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a))
            from pg_proc p
            where p.proowner = 'arketic_owner'::regrole
            """;

    /** Removes rights from each function and gives it a cost, so that only those of a file look as before. */
    private static final String SPOILED = """
            do $$
            declare
                function regprocedure;
            begin
                for function in select p.oid from pg_proc p where p.proowner = 'arketic_owner'::regrole loop
                    execute format('alter function %s cost 4711', function);
                    execute format(
                        'revoke execute on function %s'
                        ' from arketic_app, arketic_ingest, arketic_maintenance, arketic_ops', function);
                    execute format('grant execute on function %s to public, arketic_owner', function);
                end loop;
            end $$
            """;

    @Test
    void eachFunctionStandsInOneFileAsItIs() throws SQLException {
        try (Migrated migrated = Migrated.open();
                Connection connection = migrated.superuser();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local role arketic_owner");
            Map<String, String> live = catalogue(connection);
            assertThat(written(statement)).isEqualTo(live);
            assertThat(files().stream()
                            .mapToLong(file ->
                                    CREATED.matcher(read(file)).results().count())
                            .sum())
                    .as("each stands once")
                    .isEqualTo(live.size());
            try (ResultSet view = statement.executeQuery("select relname from pg_class where relkind in ('v', 'm')"
                    + " and relowner = 'arketic_owner'::regrole")) {
                assertThat(view.next()).as("a view has no file").isFalse();
            }
            connection.rollback();
        }
    }

    @Test
    void aFunctionThatIsMissingOrDifferentIsFound() throws SQLException {
        try (Migrated migrated = Migrated.open();
                Connection connection = migrated.superuser();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local role arketic_owner");
            for (String change : List.of(
                    "create function without_a_file() returns integer language sql as 'select 1'",
                    "create or replace function current_user_id() returns uuid language sql stable as 'select null::uuid'",
                    "alter function record_change() security invoker",
                    "alter function record_change() reset search_path",
                    "grant execute on function ledger_totals() to arketic_app",
                    "revoke execute on function outbox_purge() from arketic_maintenance")) {
                Savepoint before = connection.setSavepoint();
                statement.execute(change);
                Map<String, String> live = catalogue(connection);
                assertThat(written(statement)).as(change).isNotEqualTo(live);
                connection.rollback(before);
            }
            connection.rollback();
        }
    }

    @Test
    void goingDownRestoresTheFunctionsOfTheOlderVersion() throws SQLException {
        Fixtures.Database older = Fixtures.database();
        Fixtures.Database newer = Fixtures.database();
        SchemaMigrator migrator = new SchemaMigrator(Tenant.settings(newer), Tenant.PASSWORD);
        migrator.migrate();
        try (Connection before = superuser(older);
                Statement statement = before.createStatement();
                Connection connection = superuser(newer)) {
            Map<String, String> newest = catalogue(connection);
            for (int version : migrations()
                    .map(FunctionsIT::version)
                    .filter(version -> version > BEFORE_THE_FILES)
                    .sorted(Comparator.reverseOrder())
                    .toList()) {
                migrator.rollbackTo(version - 1);
                assertThat(unreadable(connection)).as("below %s", version).isEmpty();
            }
            migrator.rollbackTo(BEFORE_THE_FILES);
            statement.execute(read(RESOURCES.resolve("roles.sql")));
            statement.execute("set role arketic_owner");
            migrations()
                    .filter(file -> version(file) <= BEFORE_THE_FILES)
                    .forEach(file -> execute(statement, read(file).replace(" concurrently", "")));
            assertThat(catalogue(connection)).isEqualTo(catalogue(before));
            migrator.migrate();
            assertThat(catalogue(connection)).isEqualTo(newest);
        }
    }

    @Test
    void theFilesAreAppliedAfterEachMigration() throws SQLException {
        Fixtures.Database database = Fixtures.database();
        SchemaMigrator migrator = new SchemaMigrator(Tenant.settings(database), Tenant.PASSWORD);
        migrator.migrate();
        try (Connection connection = superuser(database);
                Statement statement = connection.createStatement()) {
            Map<String, String> newest = catalogue(connection);
            statement.execute("create or replace function current_user_id() returns uuid language sql stable"
                    + " as 'select null::uuid'");
            int last = migrations().mapToInt(FunctionsIT::version).max().orElseThrow();
            migrator.rollbackTo(last - 1);
            migrator.migrate();
            assertThat(catalogue(connection)).isEqualTo(newest);
            migrator.validate();
        }
    }

    /** Returns the functions as the files alone make them. */
    private static Map<String, String> written(Statement statement) throws SQLException {
        statement.execute(SPOILED);
        for (Path file : files()) {
            execute(statement, read(file));
        }
        return catalogue(statement.getConnection());
    }

    /** Returns the errors of functions that name missing tables or columns. PostgreSQL checks those in SQL only. */
    private static List<String> unreadable(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        List<String> errors = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> function : catalogue(connection).entrySet()) {
                Savepoint before = connection.setSavepoint();
                try {
                    statement.execute(
                            function.getValue().substring(0, function.getValue().indexOf("\narketic_owner\n")));
                    connection.releaseSavepoint(before);
                } catch (SQLException failure) {
                    connection.rollback(before);
                    errors.add(function.getKey() + ": " + failure.getMessage());
                }
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        return errors;
    }

    private static Map<String, String> catalogue(Connection connection) throws SQLException {
        Map<String, String> functions = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(CATALOGUE)) {
            while (row.next()) {
                functions.put(row.getString(1), row.getString(2));
            }
        }
        return functions;
    }

    private static void execute(Statement statement, String script) {
        try {
            statement.execute(script);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure.getMessage(), failure);
        }
    }

    private static List<Path> files() {
        return list("functions").toList();
    }

    private static Stream<Path> migrations() {
        return list("migrations")
                .filter(file -> file.getFileName().toString().matches("V\\d+__.*\\.sql"))
                .sorted(Comparator.comparing(FunctionsIT::version));
    }

    private static int version(Path script) {
        return Integer.parseInt(script.getFileName().toString().replaceAll("V(\\d+)__.*", "$1"));
    }

    private static Stream<Path> list(String folder) {
        try (Stream<Path> files = Files.list(RESOURCES.resolve(folder))) {
            return files.sorted().toList().stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Connection superuser(Fixtures.Database database) throws SQLException {
        return DriverManager.getConnection(database.url(), database.user(), database.password());
    }
}
