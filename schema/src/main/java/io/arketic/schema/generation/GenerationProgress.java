package io.arketic.schema.generation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the progress of generations. */
final class GenerationProgress {

    private static final int NEWEST = 20;
    private static final double WINDOW_SECONDS = 60;

    private GenerationProgress() {}

    static List<IndexGeneration> read(Connection connection, UUID knowledgeBaseId) throws SQLException {
        // The weight of a document is the number of its live chunks: embedding them is nearly all of the work.
        String query = """
                select g.generation, g.state, g.embedding_model, g.chunk_size, g.chunk_overlap, t.documents, p.documents,
                    p.chunks, p.reused, p.recent, t.weight - p.weight, p.recent_weight,
                    least(extract(epoch from clock_timestamp() - g.created_at)::double precision, ?),
                    g.problem, g.problem_detail, g.resume_at, g.created_at, g.ready_at, g.activated_at
                from (
                    select * from index_generations
                    where knowledge_base_id = ? order by generation desc limit ?) g
                cross join (
                    select count(*) as documents, coalesce(sum(1 + chunk_count), 0) as weight
                    from knowledge_documents
                    where knowledge_base_id = ? and indexed_generation is not null) t
                cross join lateral (
                    select count(*) as documents, coalesce(sum(e.chunks), 0) as chunks,
                        coalesce(sum(e.reused), 0) as reused, coalesce(sum(1 + d.chunk_count), 0) as weight,
                        count(*) filter (where e.written_at > clock_timestamp() - interval '60 seconds') as recent,
                        coalesce(sum(1 + d.chunk_count) filter (
                            where e.written_at > clock_timestamp() - interval '60 seconds'), 0) as recent_weight
                    from document_generations e
                    join knowledge_documents d on d.id = e.document_id and d.version = e.document_version
                    where e.knowledge_base_id = g.knowledge_base_id and e.generation = g.generation) p
                order by g.generation desc
                """;
        List<IndexGeneration> generations = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setDouble(1, WINDOW_SECONDS);
            statement.setObject(2, knowledgeBaseId);
            statement.setInt(3, NEWEST);
            statement.setObject(4, knowledgeBaseId);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    generations.add(generation(row));
                }
            }
        }
        return generations;
    }

    private static IndexGeneration generation(ResultSet row) throws SQLException {
        double seconds = Math.max(1, row.getDouble(13));
        return new IndexGeneration(
                row.getInt(1),
                GenerationState.of(row.getString(2)),
                row.getString(3),
                row.getInt(4),
                row.getInt(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                row.getLong(9),
                Math.round(row.getLong(10) * WINDOW_SECONDS / seconds),
                remaining(row.getLong(11), row.getLong(12) / seconds),
                row.getString(14),
                row.getString(15),
                instant(row.getTimestamp(16)),
                row.getTimestamp(17).toInstant(),
                instant(row.getTimestamp(18)),
                instant(row.getTimestamp(19)));
    }

    private static @Nullable Duration remaining(long weight, double weightPerSecond) {
        if (weight <= 0) {
            return Duration.ZERO;
        }
        return weightPerSecond > 0 ? Duration.ofSeconds((long) Math.ceil(weight / weightPerSecond)) : null;
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
