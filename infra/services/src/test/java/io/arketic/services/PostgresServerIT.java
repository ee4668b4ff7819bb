package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
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

    private static Connection open(Fixtures.Database database) throws SQLException {
        return DriverManager.getConnection(database.url(), database.user(), database.password());
    }
}
