package io.arketic.schema;

import java.sql.SQLException;
import java.util.List;

/** Finds chunks, in one statement, under the caller's row-level security. */
public final class ChunkSearch {

    public ChunkSearch(TenantDatabase database) {}

    /** The best chunks first; empty when nothing matches. Only completed documents of the live generation. */
    public List<ChunkHit> search(TenantContext context, SearchRequest request) throws SQLException {
        throw new UnsupportedOperationException();
    }
}
