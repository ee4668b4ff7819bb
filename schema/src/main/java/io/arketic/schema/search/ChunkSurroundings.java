package io.arketic.schema.search;

import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import io.arketic.schema.tenancy.TenantDatabase.Reading;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads what stands around chunks in their documents, under the caller's row-level security. */
public final class ChunkSurroundings {

    /** Chunks of a section on either side. */
    private static final int SECTION_REACH = 8;

    /** A section grows no further than this, in code points: ten of them are to fit into a prompt. */
    private static final int LONGEST_SECTION = 6_000;

    private static final String STATEMENT = """
            select c.id, n.chunk_index, n.start_offset, n.end_offset, n.title, n.content,
                n.id = c.id
                    or (p.first_page is null or coalesce(n.page_number >= p.first_page, false))
                        and (p.last_page is null or coalesce(n.page_number <= p.last_page, false))
                        and concat_ws(E'\n', n.title, n.content) !~* all (p.without)
                        and (p.disabled or not exists (
                            select from chunk_notes o
                            where o.document_id = n.document_id and o.content_hash = n.content_hash and not o.enabled))
            from unnest(?::uuid[]) f (id)
            cross join (select ?::integer as first_page, ?::integer as last_page, ?::text[] as without,
                ?::boolean as disabled) p
            join knowledge_chunks c on c.id = f.id
            join knowledge_chunks n on n.document_id = c.document_id and n.generation = c.generation
                and n.document_version = c.document_version
                and n.chunk_index between c.chunk_index - ? and c.chunk_index + ?
            order by c.id, n.chunk_index
            """;

    private record Piece(
            int ordinal, int start, int end, @Nullable String title, String text, boolean admitted) {}

    private final TenantDatabase database;

    public ChunkSurroundings(TenantDatabase database) {
        this.database = database;
    }

    /**
     * The surroundings by the chunks' ids; empty for none. A chunk that is gone meanwhile has none. They end before a
     * chunk on another page than the filter's, or with a word that it excludes, or that a user switched off; its phrases stand in the hit itself.
     */
    public Map<UUID, Surroundings> of(
            TenantContext context, List<ChunkHit> hits, Expansion expansion, SearchFilter filter) throws SQLException {
        if (expansion == Expansion.NONE || hits.isEmpty()) {
            return Map.of();
        }
        int reach = expansion == Expansion.SECTION ? SECTION_REACH : 1;
        Map<UUID, List<Piece>> pieces = pieces(context, hits, reach, filter);
        Map<UUID, Surroundings> surroundings = new HashMap<>();
        for (ChunkHit hit : hits) {
            List<Piece> around = pieces.getOrDefault(hit.chunkId(), List.of());
            for (int own = 0; own < around.size(); own++) {
                if (around.get(own).ordinal() == hit.ordinal()) {
                    surroundings.put(hit.chunkId(), joined(around, own, expansion));
                }
            }
        }
        return surroundings;
    }

    /** Grows by turns before and after, so that the chunk stays in the middle. */
    private static Surroundings joined(List<Piece> pieces, int own, Expansion expansion) {
        int first = own;
        int last = own;
        boolean grew = true;
        while (grew) {
            grew = false;
            if (last + 1 < pieces.size() && fits(pieces, first, last + 1, own, last + 1, expansion)) {
                last++;
                grew = true;
            }
            if (first > 0 && fits(pieces, first - 1, last, own, first - 1, expansion)) {
                first--;
                grew = true;
            }
        }
        Piece begin = pieces.get(first);
        Surroundings text = new Surroundings(begin.start(), begin.end(), begin.text());
        for (int i = first + 1; i <= last; i++) {
            Piece next = pieces.get(i);
            text = text.followedBy(next.start(), next.end(), next.text());
        }
        return text;
    }

    private static boolean fits(List<Piece> pieces, int first, int last, int own, int added, Expansion expansion) {
        Piece hit = pieces.get(own);
        Piece next = pieces.get(added);
        boolean touching = added > own
                ? Surroundings.touch(pieces.get(added - 1).end(), next.start())
                : Surroundings.touch(next.end(), pieces.get(added + 1).start());
        if (!touching || !next.admitted()) {
            return false;
        }
        // A text without headings is one section without end.
        return expansion == Expansion.NEIGHBOURS || hit.title() == null
                ? Math.abs(added - own) == 1
                : hit.title().equals(next.title())
                        && pieces.get(last).end() - pieces.get(first).start() <= LONGEST_SECTION;
    }

    private Map<UUID, List<Piece>> pieces(TenantContext context, List<ChunkHit> hits, int reach, SearchFilter filter)
            throws SQLException {
        return database.read(context, STATEMENT, new Reading<>() {
            @Override
            public void bind(PreparedStatement statement, int first) throws SQLException {
                statement.setArray(
                        first,
                        statement
                                .getConnection()
                                .createArrayOf(
                                        "uuid",
                                        hits.stream().map(ChunkHit::chunkId).toArray()));
                statement.setObject(first + 1, filter.firstPage(), Types.INTEGER);
                statement.setObject(first + 2, filter.lastPage(), Types.INTEGER);
                statement.setArray(first + 3, ChunkSearch.patterns(statement.getConnection(), filter.without()));
                statement.setBoolean(first + 4, filter.disabled());
                statement.setInt(first + 5, reach);
                statement.setInt(first + 6, reach);
            }

            @Override
            public Map<UUID, List<Piece>> read(PreparedStatement statement) throws SQLException {
                Map<UUID, List<Piece>> pieces = new HashMap<>();
                try (ResultSet row = statement.getResultSet()) {
                    while (row.next()) {
                        pieces.computeIfAbsent(row.getObject(1, UUID.class), hit -> new ArrayList<>())
                                .add(new Piece(
                                        row.getInt(2),
                                        row.getInt(3),
                                        row.getInt(4),
                                        row.getString(5),
                                        row.getString(6),
                                        row.getBoolean(7)));
                    }
                }
                return pieces;
            }
        });
    }
}
