package io.arketic.cli.stack;

import io.arketic.schema.ledger.IngestState;
import io.arketic.services.DatabaseAccess;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ledger of all tenants with the operators' rights. It sees every row, and its only change is to open dead
 * ones again.
 */
public final class Ledger {

    private static final String SELECT = """
            select l.object_key, l.etag, l.last_modified, l.state, l.reason, l.detail, coalesce(l.chunks, 0) as chunks,
                   extract(epoch from coalesce(l.ended_at, now()) - l.received_at) * 1000 as took_ms,
                   coalesce((
                       select string_agg(distinct w ->> 'kind', ' ' order by w ->> 'kind')
                       from jsonb_array_elements(d.warnings) w), '') as warnings
            from ingest_ledger l
            left join knowledge_documents d on d.id = l.document_id and d.version = l.document_version
            """;

    private final DatabaseAccess owner;

    public Ledger(DatabaseAccess owner) {
        this.owner = owner;
    }

    /** Returns every version of a knowledge base, or of all with null, in the order in which they were seen. */
    public List<LedgerRow> all(@Nullable UUID knowledgeBase) throws SQLException {
        return query(
                SELECT + "where ?::uuid is null or l.knowledge_base_id = ?::uuid order by l.received_at, l.id",
                statement -> {
                    statement.setObject(1, knowledgeBase);
                    statement.setObject(2, knowledgeBase);
                });
    }

    /** Returns every version of these keys. */
    public List<LedgerRow> ofKeys(Collection<String> keys) throws SQLException {
        return query(
                SELECT + "where l.object_key = any (?) order by l.received_at, l.id",
                statement -> statement.setArray(1, statement.getConnection().createArrayOf("text", keys.toArray())));
    }

    /** Returns every version that ended at or after a moment. */
    public List<LedgerRow> endedSince(Instant moment) throws SQLException {
        return query(
                SELECT + "where l.ended_at >= to_timestamp(?) order by l.received_at, l.id",
                statement -> statement.setDouble(1, moment.toEpochMilli() / 1000.0));
    }

    /**
     * Opens the version of a dead letter, if it is dead and the newest of its key. Returns the result of the database's
     * {@code ledger_replay}.
     */
    String replay(String bucket, String key, String etag) throws SQLException {
        return asked(
                        "select ledger_replay(?, ?, ?)",
                        statement -> {
                            statement.setString(1, bucket);
                            // The ledger stores text in this form.
                            statement.setString(2, key.replace('\0', '\uFFFD'));
                            statement.setString(3, etag.replace('\0', '\uFFFD'));
                        },
                        row -> row.getString(1))
                .get(0);
    }

    /** Returns every chunk of a knowledge base: its generation, its file's name, version, ordinal and hash. */
    public List<String> chunks(UUID knowledgeBase) throws SQLException {
        String query = """
                select concat_ws(' ', c.generation, d.filename, c.document_version, c.chunk_index, c.content_hash)
                from knowledge_chunks c
                join knowledge_documents d on d.id = c.document_id
                where c.knowledge_base_id = ? order by 1
                """;
        return asked(query, statement -> statement.setObject(1, knowledgeBase), row -> row.getString(1));
    }

    /** Returns how many documents of a knowledge base a generation holds. */
    public long documents(UUID knowledgeBase, int generation) throws SQLException {
        String query = "select count(*) from document_generations where knowledge_base_id = ? and generation = ?";
        return asked(
                        query,
                        statement -> {
                            statement.setObject(1, knowledgeBase);
                            statement.setInt(2, generation);
                        },
                        row -> row.getLong(1))
                .get(0);
    }

    /**
     * Returns the present version of every row of a knowledge base's ledger, documents and chunks: a row that was
     * written since has another version.
     */
    public List<String> rowVersions(UUID knowledgeBase) throws SQLException {
        String query = """
                select 'ledger ' || id || ' ' || xmin || ' ' || state from ingest_ledger where knowledge_base_id = ?
                union all
                select 'document ' || id || ' ' || xmin from knowledge_documents where knowledge_base_id = ?
                union all
                select 'chunk ' || id || ' ' || xmin from knowledge_chunks where knowledge_base_id = ?
                order by 1
                """;
        return asked(
                query,
                statement -> {
                    for (int parameter = 1; parameter <= 3; parameter++) {
                        statement.setObject(parameter, knowledgeBase);
                    }
                },
                row -> row.getString(1));
    }

    /** Keeps every write to an object waiting until it is closed. */
    public ObjectHold hold(String bucket, String key) throws SQLException {
        return new ObjectHold(DriverManager.getConnection(owner.url(), owner.user(), owner.password()), bucket, key);
    }

    private interface Reading<T> {
        T read(ResultSet row) throws SQLException;
    }

    private interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private List<LedgerRow> query(String sql, Binding binding) throws SQLException {
        return asked(sql, binding, Ledger::row);
    }

    private <T> List<T> asked(String sql, Binding binding, Reading<T> reading) throws SQLException {
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password())) {
            try (Statement role = connection.createStatement()) {
                role.execute("set role arketic_ops");
            }
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                binding.bind(statement);
                List<T> answer = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        answer.add(reading.read(row));
                    }
                }
                return answer;
            }
        }
    }

    private static LedgerRow row(ResultSet result) throws SQLException {
        return new LedgerRow(
                result.getString("object_key"),
                result.getString("etag"),
                result.getTimestamp("last_modified").toInstant(),
                IngestState.valueOf(result.getString("state").toUpperCase(Locale.ROOT)),
                result.getString("reason"),
                result.getString("detail"),
                result.getInt("chunks"),
                result.getString("warnings"),
                Duration.ofMillis(result.getLong("took_ms")));
    }
}
