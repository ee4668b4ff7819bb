package io.arketic.schema.search;

import io.arketic.schema.search.StagedChunk.Place;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import io.arketic.schema.tenancy.TenantDatabase.Reading;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads what each stage of a search has: it runs the same statement and returns all that the signals brought. */
public final class SearchStages {

    private static final String STATEMENT =
            ChunkSearch.GENERIC_PLAN + ChunkSearch.resource("search.sql") + ChunkSearch.resource("stages.sql");

    private final TenantDatabase database;

    public SearchStages(TenantDatabase database) {
        this.database = database;
    }

    /** Returns the candidates in the order of their fusion, then those that became none; empty without a match. */
    public List<StagedChunk> of(TenantContext context, SearchRequest request) throws SQLException {
        return database.read(context, STATEMENT, new Reading<>() {
            @Override
            public void bind(PreparedStatement statement, int first) throws SQLException {
                // Ranks all candidates, not only those that the search returns.
                ChunkSearch.bindSearch(statement, first, request, Integer.MAX_VALUE);
            }

            @Override
            public List<StagedChunk> read(PreparedStatement statement) throws SQLException {
                statement.getMoreResults(); // from the setting to the search
                List<StagedChunk> chunks = new ArrayList<>();
                try (ResultSet row = statement.getResultSet()) {
                    while (row.next()) {
                        chunks.add(new StagedChunk(
                                row.getObject(1, UUID.class),
                                row.getObject(2, UUID.class),
                                row.getString(3),
                                row.getInt(4),
                                row.getInt(5),
                                row.getInt(6),
                                row.getObject(7, Integer.class),
                                row.getString(8),
                                place(row, 9),
                                place(row, 11),
                                place(row, 13),
                                row.getBoolean(15)));
                    }
                }
                return chunks;
            }
        });
    }

    private static @Nullable Place place(ResultSet row, int column) throws SQLException {
        Long rank = row.getObject(column, Long.class);
        return rank == null ? null : new Place(rank, row.getDouble(column + 1));
    }
}
