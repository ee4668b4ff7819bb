package io.arketic.schema.search;

import io.arketic.schema.search.SearchExplanation.Passage;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import io.arketic.schema.tenancy.TenantDatabase.Reading;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Explains why a search did not find a passage: it runs the same statement and reports where the passage is lost. */
public final class SearchExplainer {

    /** Ranks all candidates, not only those that the search returns. */
    private static final int ALL = Integer.MAX_VALUE;

    private static final String DOCUMENT = """
            select d.filename, d.status, d.processing_error, length(d.extracted_text),
                coalesce(p.generation, b.active_generation), exists (
                    select from knowledge_chunks c
                    where c.document_id = d.id
                        and (p.at is null or c.start_offset <= p.at and c.end_offset > p.at))
            from knowledge_documents d
            join knowledge_bases b on b.id = d.knowledge_base_id
            cross join (select ?::integer as at, ?::integer as generation) p
            where d.id = ? and d.knowledge_base_id = any (?::uuid[]) and b.is_active and d.status <> 'deleted'
            """;
    private static final String PASSAGE =
            ChunkSearch.GENERIC_PLAN + ChunkSearch.resource("search.sql") + ChunkSearch.resource("explanation.sql");

    private final TenantDatabase database;

    public SearchExplainer(TenantDatabase database) {
        this.database = database;
    }

    /**
     * Explains how {@code request} ranks a passage.
     *
     * @param at an offset within the passage, in code points of the document's text; null for any passage of it
     * @return empty where the request's knowledge bases have no such document that the caller may read
     */
    public Optional<SearchExplanation> explain(
            TenantContext context, SearchRequest request, UUID document, @Nullable Integer at) throws SQLException {
        Passage passage = passage(context, request, document, at);
        return database.read(context, DOCUMENT, new Reading<>() {
            @Override
            public void bind(PreparedStatement statement, int first) throws SQLException {
                statement.setObject(first, at, Types.INTEGER);
                statement.setObject(first + 1, request.generation(), Types.INTEGER);
                statement.setObject(first + 2, document);
                statement.setArray(first + 3, ChunkSearch.bases(statement, request));
            }

            @Override
            public Optional<SearchExplanation> read(PreparedStatement statement) throws SQLException {
                try (ResultSet row = statement.getResultSet()) {
                    if (!row.next()) {
                        return Optional.empty();
                    }
                    return Optional.of(new SearchExplanation(
                            row.getString(1),
                            row.getString(2),
                            row.getString(3),
                            row.getObject(4, Integer.class),
                            row.getInt(5),
                            row.getBoolean(6),
                            passage));
                }
            }
        });
    }

    private @Nullable Passage passage(TenantContext context, SearchRequest request, UUID document, @Nullable Integer at)
            throws SQLException {
        return database.read(context, PASSAGE, new Reading<Optional<Passage>>() {
                    @Override
                    public void bind(PreparedStatement statement, int first) throws SQLException {
                        int next = ChunkSearch.bindSearch(statement, first, request, ALL);
                        statement.setObject(next, document);
                        statement.setObject(next + 1, at, Types.INTEGER);
                    }

                    @Override
                    public Optional<Passage> read(PreparedStatement statement) throws SQLException {
                        statement.getMoreResults(); // from the setting to the search
                        try (ResultSet row = statement.getResultSet()) {
                            return row.next() ? Optional.of(passage(row)) : Optional.empty();
                        }
                    }
                })
                .orElse(null);
    }

    private static Passage passage(ResultSet row) throws SQLException {
        Double similarity = row.getObject(7, Double.class);
        return new Passage(
                row.getObject(1, UUID.class),
                row.getInt(2),
                row.getInt(3),
                row.getInt(4),
                row.getObject(5, Integer.class),
                row.getBoolean(18),
                row.getBoolean(6),
                row.getBoolean(17),
                similarity,
                row.getDouble(8),
                similarity == null ? null : row.getLong(10),
                row.getBoolean(9),
                row.getObject(11, Double.class),
                row.getObject(12, Long.class),
                row.getBoolean(13),
                row.getObject(14, Double.class),
                row.getObject(15, Long.class),
                row.getLong(16));
    }
}
