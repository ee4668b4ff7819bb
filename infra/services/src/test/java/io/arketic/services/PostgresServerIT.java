package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PostgresServerIT {

    @Test
    void eachDatabaseIsNewAndEmpty() throws Exception {
        Fixtures.Database first = Fixtures.database();
        Fixtures.Database second = Fixtures.database();
        try (var connection = open(first)) {
            connection.createStatement().execute("CREATE TABLE only_here (id int)");
        }
        try (var connection = open(second)) {
            assertThatThrownBy(() -> connection.createStatement().execute("TABLE only_here"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("does not exist");
        }
    }

    @Test
    void aPreparedDatabaseIsACopyOfItsOwn() throws Exception {
        List<String> prepared = new ArrayList<>();
        Consumer<Fixtures.Database> preparation = database -> {
            prepared.add(database.url());
            execute(database, "CREATE TABLE IF NOT EXISTS made AS SELECT 1 AS id");
        };
        Fixtures.Database first = Fixtures.database("copied", preparation);
        execute(first, "INSERT INTO made VALUES (2)");
        Fixtures.Database second = Fixtures.database("copied", preparation);

        assertThat(count(first)).isEqualTo(2);
        assertThat(count(second)).isEqualTo(1);
        assertThat(prepared).as("the template, and each copy").hasSize(3).endsWith(first.url(), second.url());
    }

    @Test
    void aPreparationThatFailedIsTriedAgain() throws Exception {
        assertThatThrownBy(() -> Fixtures.database("failed", database -> {
                    execute(database, "CREATE TABLE made AS SELECT 1 AS id");
                    throw new IllegalStateException("half");
                }))
                .hasMessage("half");
        Fixtures.Database copy = Fixtures.database(
                "failed", database -> execute(database, "CREATE TABLE IF NOT EXISTS made AS SELECT 1 AS id"));
        assertThat(count(copy)).isEqualTo(1);
    }

    @Test
    void vectorsComeBackAndTheirIndexFindsTheNearest() throws Exception {
        try (var connection = open(Fixtures.database());
                var statement = connection.createStatement()) {
            statement.execute("CREATE EXTENSION vector");
            statement.execute("CREATE TABLE item (id int, embedding vector(3))");
            statement.execute("INSERT INTO item VALUES (1, '[1,0,0]'), (2, '[0,1,0]'), (3, '[0,0.5,0.25]')");
            statement.execute("CREATE INDEX ON item USING hnsw (embedding vector_cosine_ops)");
            var rows =
                    statement.executeQuery("SELECT id, embedding::text FROM item ORDER BY embedding <=> '[0,0.9,0.5]'");
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(3);
            assertThat(rows.getString(2)).isEqualTo("[0,0.5,0.25]");
        }
    }

    /** 0.8.4 is the first without the known corruption of HNSW indexes on vacuum. */
    @Test
    void pgvectorIsNotOlderThanTheLastKnownCorruption() throws Exception {
        try (var connection = open(Fixtures.database());
                var statement = connection.createStatement()) {
            var rows = statement.executeQuery("""
                    SELECT string_to_array(default_version, '.')::int[] >= ARRAY[0, 8, 4]
                      FROM pg_available_extensions WHERE name = 'vector'
                    """);
            assertThat(rows.next()).isTrue();
            assertThat(rows.getBoolean(1)).isTrue();
        }
    }

    @Test
    void aWrongPasswordIsRefused() {
        Fixtures.Database database = Fixtures.database();
        assertThatThrownBy(() -> DriverManager.getConnection(database.url(), database.user(), "wrong"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    private static void execute(Fixtures.Database database, String statement) {
        try (Connection connection = open(database);
                Statement executed = connection.createStatement()) {
            executed.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int count(Fixtures.Database database) throws SQLException {
        try (Connection connection = open(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM made")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static Connection open(Fixtures.Database database) throws SQLException {
        return DriverManager.getConnection(database.url(), database.user(), database.password());
    }
}
