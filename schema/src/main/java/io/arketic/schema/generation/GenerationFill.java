package io.arketic.schema.generation;

import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.LedgerRows;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Fills generations beside the live one, for the reindex job. Each call queries the missing documents, so a fill
 * continues at its last commit after a kill. Every method is one transaction and may be repeated.
 */
public final class GenerationFill {

    /** Limits the chunks removed and documents changed in one transaction. */
    private static final int BATCH = 2_000;

    private final TenantDatabase database;
    private final EmbeddingCache cache;

    public GenerationFill(TenantDatabase database) {
        this(database, EmbeddingCache.DEFAULT);
    }

    /** @param cache keeps the vectors of chunks that are replaced or given up */
    public GenerationFill(TenantDatabase database, EmbeddingCache cache) {
        this.database = database;
        this.cache = cache;
    }

    /**
     * Returns the missing documents of all tenants' generations: the first document of each, then the second of each.
     * Generations of knowledge bases and organizations that are out of service wait.
     */
    public List<MissingDocument> missing(int atMost) throws SQLException {
        return missing(atMost, new FillPosition());
    }

    /**
     * Returns missing documents behind {@code position} and moves it. It is empty only if no document is missing, at
     * any position.
     */
    public List<MissingDocument> missing(int atMost, FillPosition position) throws SQLException {
        boolean complete = position.isAtStart();
        List<MissingDocument> found = search(atMost, position);
        position.advance(found);
        if (found.isEmpty() && !complete) {
            found = search(atMost, position);
            position.advance(found);
        }
        return found;
    }

    private List<MissingDocument> search(int atMost, FillPosition position) throws SQLException {
        return database.transaction(TenantContext.NONE, connection -> {
            List<MissingDocument> missing = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement("""
                    select organization_id, knowledge_base_id, generation, embedding_model, chunk_size, chunk_overlap,
                        document_id, document_version, file_path, troubled
                    from generation_work(?, ?, ?, ?)
                    """)) {
                statement.setInt(1, atMost);
                statement.setArray(
                        2,
                        connection.createArrayOf(
                                "uuid", position.knowledgeBases().toArray()));
                statement.setArray(
                        3,
                        connection.createArrayOf(
                                "integer", position.generations().toArray()));
                statement.setArray(
                        4, connection.createArrayOf("uuid", position.documents().toArray()));
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        missing.add(new MissingDocument(
                                new KnowledgeTarget(
                                        row.getObject(1, UUID.class),
                                        row.getObject(2, UUID.class),
                                        row.getInt(3),
                                        row.getString(4),
                                        row.getInt(5),
                                        row.getInt(6)),
                                row.getObject(7, UUID.class),
                                row.getInt(8),
                                row.getString(9),
                                row.getBoolean(10)));
                    }
                }
            }
            return missing;
        });
    }

    /**
     * Reads the text of that version; it is empty if the document has another version by now, or none, or if the
     * generation is given up or waits.
     */
    public Optional<StoredText> read(MissingDocument document) throws SQLException {
        String query = """
                select d.extracted_text, d.page_starts, d.text_blocks, d.language, d.filename, d.title, d.mime_type
                from knowledge_documents d
                join index_generations g on g.knowledge_base_id = d.knowledge_base_id and g.generation = ?
                    and g.state in ('building', 'ready', 'retired') and coalesce(g.resume_at, '-infinity') <= now()
                where d.id = ? and d.version = ? and d.indexed_generation is not null
                """;
        return database.transaction(document.target().context(), connection -> {
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                statement.setInt(1, document.target().generation());
                statement.setObject(2, document.documentId());
                statement.setInt(3, document.version());
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next()) {
                        return Optional.empty();
                    }
                    Array starts = row.getArray(2);
                    return Optional.of(new StoredText(
                            row.getString(1),
                            List.of((Integer[]) starts.getArray()),
                            TextBlock.parse(row.getString(3)),
                            row.getString(4),
                            row.getString(5),
                            row.getString(6),
                            row.getString(7)));
                }
            }
        });
    }

    /**
     * Writes the version's chunks into the generation and replaces those of an older version. The problem of a
     * generation that had one stays: see {@link #resume}.
     *
     * @return false, and nothing is written, when the document has another version by now or none, or the generation is
     *     not kept up any more
     */
    public boolean write(MissingDocument document, List<EmbeddedChunk> chunks) throws SQLException {
        KnowledgeTarget target = document.target();
        return database.transaction(target.context(), connection -> {
            Optional<GenerationState> state = GenerationRows.enter(connection, target);
            if (state.isEmpty() || !state.get().keptUp()) {
                return false;
            }
            Optional<String> configuration = lock(connection, document);
            if (configuration.isEmpty()) {
                return false;
            }
            GenerationRows.clear(connection, cache, document.documentId(), target.generation());
            GenerationRows.write(
                    connection, target, document.documentId(), document.version(), chunks, configuration.get());
            return true;
        });
    }

    private static Optional<String> lock(Connection connection, MissingDocument document) throws SQLException {
        String query = """
                select search_config from knowledge_documents
                where id = ? and version = ? and indexed_generation is not null
                for no key update
                """;
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setObject(1, document.documentId());
            statement.setInt(2, document.version());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    /** Records why the generation cannot continue. It pauses, longer after each failure. */
    public void pause(KnowledgeTarget target, String reason, String detail, Duration longest) throws SQLException {
        String update = """
                update index_generations
                set problem = ?, problem_detail = ?, problem_count = problem_count + 1,
                    resume_at = clock_timestamp() + least(power(2, least(problem_count, 20)), ?) * interval '1 second'
                where knowledge_base_id = ? and generation = ? and state in ('building', 'ready', 'retired')
                """;
        database.transaction(target.context(), connection -> {
            try (PreparedStatement statement = connection.prepareStatement(update)) {
                statement.setString(1, reason);
                statement.setString(2, LedgerRows.storable(detail));
                statement.setDouble(3, longest.toSeconds());
                statement.setObject(4, target.knowledgeBaseId());
                statement.setInt(5, target.generation());
                return statement.executeUpdate();
            }
        });
    }

    /** Clears the problem of a generation that continues. */
    public void resume(KnowledgeTarget target) throws SQLException {
        String update = """
                update index_generations
                set problem = null, problem_detail = null, problem_count = 0, resume_at = null
                where knowledge_base_id = ? and generation = ? and problem is not null and state <> 'failed'
                """;
        change(target, update);
    }

    /**
     * Marks the generation as failed, because a document cannot be added to it. The searched generation is unchanged.
     */
    public void fail(KnowledgeTarget target, String reason, String detail) throws SQLException {
        String update = """
                update index_generations
                set state = 'failed', problem = ?, problem_detail = ?, resume_at = null
                where knowledge_base_id = ? and generation = ? and state in ('building', 'ready', 'retired')
                """;
        database.transaction(target.context(), connection -> {
            try (PreparedStatement statement = connection.prepareStatement(update)) {
                statement.setString(1, reason);
                statement.setString(2, LedgerRows.storable(detail));
                statement.setObject(3, target.knowledgeBaseId());
                statement.setInt(4, target.generation());
                return statement.executeUpdate();
            }
        });
    }

    /**
     * Runs one batch of the work that follows from the states of generations: it marks a complete generation as ready,
     * updates documents for the live one, and removes chunks of cancelled ones.
     *
     * @return whether anything was done, and there may be more
     * @throws SQLException the first failure, after the other generations had their turn
     */
    public boolean tidy() throws SQLException {
        boolean done = false;
        SQLException failure = null;
        for (GenerationChore chore : GenerationChore.list(database)) {
            try {
                done |= database.transaction(chore.context(), connection -> chore.run(connection, cache, BATCH));
            } catch (SQLException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return done;
    }

    private void change(KnowledgeTarget target, String update) throws SQLException {
        database.transaction(target.context(), connection -> {
            try (PreparedStatement statement = connection.prepareStatement(update)) {
                statement.setObject(1, target.knowledgeBaseId());
                statement.setInt(2, target.generation());
                return statement.executeUpdate();
            }
        });
    }
}
