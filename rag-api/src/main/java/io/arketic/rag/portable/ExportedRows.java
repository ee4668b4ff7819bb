package io.arketic.rag.portable;

import io.arketic.schema.ledger.InvalidObjectKeyException;
import io.arketic.schema.ledger.ObjectKey;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what an archive holds, under the caller's row-level security. */
final class ExportedRows {

    /** The folder of what the drive feeds; there is no drive where it is imported. */
    private static final String DRIVE = ".drive/";

    private static final int ROWS = 200;

    /** Counts the bytes before the floats of a vector as PostgreSQL sends it: two short numbers. */
    private static final int VECTOR_HEAD = 4;

    private ExportedRows() {}

    private record Stored(String json, String key, String text) {}

    static ArchivedBase base(JdbcClient sql, UUID base, Map<String, Integer> dimensions) {
        List<ArchivedBase.Generation> generations = sql.sql("""
                        SELECT g.generation, g.embedding_model, g.chunk_size, g.chunk_overlap,
                            CAST(g.similarity_threshold AS double precision) AS similarity_threshold,
                            CAST(g.state AS text) AS state, (
                                SELECT vector_dims(c.embedding) FROM knowledge_chunks c
                                WHERE c.knowledge_base_id = g.knowledge_base_id AND c.generation = g.generation
                                LIMIT 1) AS dimensions
                        FROM index_generations g
                        WHERE g.knowledge_base_id = :base AND g.state IN ('active', 'retired')
                        ORDER BY g.state, g.generation""")
                .param("base", base)
                .query((row, number) -> new ArchivedBase.Generation(
                        row.getInt("generation"),
                        row.getString("embedding_model"),
                        dimensions(row, dimensions),
                        row.getInt("chunk_size"),
                        row.getInt("chunk_overlap"),
                        row.getObject("similarity_threshold", Double.class),
                        row.getString("state")))
                .list();
        return sql.sql(
                        "SELECT name, description, similarity_threshold, ocr_languages FROM knowledge_bases WHERE id = :base")
                .param("base", base)
                .query((row, number) -> new ArchivedBase(
                        row.getString("name"),
                        row.getString("description"),
                        row.getArray("ocr_languages") == null
                                ? null
                                : List.of(
                                        (String[]) row.getArray("ocr_languages").getArray()),
                        row.getDouble("similarity_threshold"),
                        generations))
                .single();
    }

    /** Returns the dimensions of the stored vectors; of an empty generation, those of its model. */
    private static int dimensions(ResultSet row, Map<String, Integer> known) throws SQLException {
        int stored = row.getInt("dimensions");
        return stored > 0 ? stored : known.getOrDefault(row.getString("embedding_model"), 1);
    }

    /**
     * Returns documents with content, in the order in which they were indexed, so that equal scores keep their order.
     */
    static List<UUID> documents(JdbcClient sql, UUID base) {
        return sql.sql("""
                        SELECT id FROM knowledge_documents
                        WHERE knowledge_base_id = :base AND status <> 'deleted' AND indexed_generation IS NOT NULL
                        ORDER BY indexed_at, id""").param("base", base).query(UUID.class).list();
    }

    /**
     * Writes its chunks into files of {@code directory}; empty when it is gone by now. The row is locked, so that the ingest puts no
     * other version in its place between the statements.
     */
    static Optional<ExportedDocument> document(
            JdbcClient sql, UUID id, int ordinal, List<ArchivedBase.Generation> generations, Path directory) {
        Optional<Stored> stored = sql.sql("""
                        SELECT file_path, coalesce(extracted_text, '') AS text, CAST(jsonb_build_object(
                            'id', id, 'path', '', 'filename', filename, 'file_type', file_type, 'file_size', file_size,
                            'mime_type', mime_type, 'file_hash', indexed_file_hash, 'version', version, 'title', title,
                            'author', author, 'language', language, 'page_count', page_count, 'page_starts', page_starts,
                            'text_blocks', text_blocks, 'warnings', warnings, 'search_config', search_config,
                            'document_created_at', document_created_at, 'object_last_modified', object_last_modified,
                            'indexed_at', indexed_at, 'generations', CAST('[]' AS jsonb)) AS text) AS json
                        FROM knowledge_documents
                        WHERE id = :id AND status <> 'deleted' AND indexed_generation IS NOT NULL
                        FOR SHARE""")
                .param("id", id)
                .query((row, number) ->
                        new Stored(row.getString("json"), row.getString("file_path"), row.getString("text")))
                .optional();
        return stored.map(row -> {
            ArchivedDocument document = ArchiveJson.MAPPER.readValue(row.json(), ArchivedDocument.class);
            List<ArchivedDocument.Filled> filled = new ArrayList<>();
            for (ArchivedBase.Generation generation : generations) {
                if (hasVersion(sql, id, generation.generation(), document.version())) {
                    int chunks = chunks(sql, id, generation.generation(), directory);
                    filled.add(new ArchivedDocument.Filled(generation.generation(), chunks));
                }
            }
            return new ExportedDocument(
                    document.at(path(row.key(), document.filename(), ordinal), filled),
                    row.key(),
                    row.text(),
                    ledger(sql, id),
                    directory);
        });
    }

    private static boolean hasVersion(JdbcClient sql, UUID id, int generation, int version) {
        return sql.sql("""
                        SELECT EXISTS (
                            SELECT FROM document_generations
                            WHERE document_id = :id AND generation = :generation AND document_version = :version)""")
                .param("id", id)
                .param("generation", generation)
                .param("version", version)
                .query(Boolean.class)
                .single();
    }

    private static int chunks(JdbcClient sql, UUID id, int generation, Path directory) {
        int[] count = {0};
        try (OutputStream lines = open(directory.resolve(ExportedDocument.chunksOf(generation)));
                OutputStream vectors = open(directory.resolve(ExportedDocument.vectorsOf(generation)))) {
            sql.sql("""
                            SELECT CAST(jsonb_build_object(
                                'index', c.chunk_index, 'type', c.chunk_type, 'content', c.content, 'page', c.page_number,
                                'start', c.start_offset, 'end', c.end_offset, 'tokens', c.token_count, 'title', c.title,
                                'embedded_hash', c.embedded_hash, 'search_config', c.search_config,
                                'words', CAST(c.search_vector AS text), 'relevance_score', c.relevance_score,
                                'keywords', c.keywords, 'summary', coalesce(n.summary, c.summary),
                                'note_keywords', n.keywords,
                                'note_summary', CASE WHEN n.summary_edited THEN n.summary END,
                                'note_enabled', n.enabled)
                                AS text) AS line, vector_send(c.embedding) AS vector
                            FROM knowledge_chunks c
                            LEFT JOIN chunk_notes n
                                ON n.document_id = c.document_id AND n.content_hash = c.content_hash
                            WHERE c.document_id = :id AND c.generation = :generation
                            ORDER BY c.chunk_index""")
                    .withFetchSize(ROWS)
                    .param("id", id)
                    .param("generation", generation)
                    .query(row -> {
                        count[0]++;
                        try {
                            lines.write((row.getString("line") + "\n").getBytes(StandardCharsets.UTF_8));
                            vectors.write(littleEndian(row.getBytes("vector")));
                        } catch (IOException full) {
                            throw new UncheckedIOException(full);
                        }
                    });
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
        return count[0];
    }

    private static OutputStream open(Path file) throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(file));
    }

    private static byte[] littleEndian(byte[] sent) {
        ByteBuffer floats = ByteBuffer.wrap(sent, VECTOR_HEAD, sent.length - VECTOR_HEAD);
        ByteBuffer turned = ByteBuffer.allocate(sent.length - VECTOR_HEAD).order(ByteOrder.LITTLE_ENDIAN);
        while (floats.hasRemaining()) {
            turned.putFloat(floats.getFloat());
        }
        return turned.array();
    }

    /**
     * Returns the state of each version of the object, for the record only, because another bucket has other objects.
     */
    private static String ledger(JdbcClient sql, UUID id) {
        return String.join("", sql.sql("""
                        SELECT CAST(jsonb_build_object(
                            'etag', etag, 'last_modified', last_modified, 'size', size, 'state', state, 'reason', reason,
                            'detail', detail, 'document_version', document_version, 'chunks', chunks, 'attempts', attempts,
                            'received_at', received_at, 'ended_at', ended_at) AS text) || chr(10)
                        FROM ingest_ledger
                        WHERE document_id = :id
                        ORDER BY received_at, last_modified""").param("id", id).query(String.class).list());
    }

    /** Returns the cited places without their words, which stay in their chats. */
    static List<String> citations(JdbcClient sql, UUID base) {
        return sql.sql("""
                        SELECT CAST(jsonb_build_object(
                            'document', document_id, 'version', document_version, 'page', page_number, 'start', start_offset,
                            'end', end_offset, 'citations', count(*)) AS text) || chr(10)
                        FROM message_citations
                        WHERE knowledge_base_id = :base AND document_id IS NOT NULL
                        GROUP BY document_id, document_version, page_number, start_offset, end_offset
                        ORDER BY document_id, document_version, start_offset, end_offset""").param("base", base).query(String.class).list();
    }

    private static String path(String key, String filename, int ordinal) {
        try {
            String path = ObjectKey.parse(key).path();
            return path.startsWith(DRIVE) ? String.format(Locale.ROOT, "drive/%08d/%s", ordinal, filename) : path;
        } catch (InvalidObjectKeyException stored) {
            throw new IllegalStateException(stored);
        }
    }
}
