package io.arketic.schema.generation;

import io.arketic.schema.ledger.KnowledgeTarget;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Holds the statements on {@code index_generations} and its contents that several transactions share. */
public final class GenerationRows {

    /** Continues a query for the documents with content whose current version a generation lacks. */
    private static final String MISSING = """
            from knowledge_documents d
            where d.knowledge_base_id = ? and d.indexed_generation is not null
              and not exists (
                  select from document_generations e
                  where e.document_id = d.id and e.generation = ? and e.document_version = d.version)
            """;

    private GenerationRows() {}

    /**
     * Locks a generation's state for a writer until the transaction ends; a switch waits for all such writers. Call it
     * before any other lock.
     *
     * @return empty when there is no such generation
     */
    public static Optional<GenerationState> enter(Connection connection, KnowledgeTarget target) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select state from index_generations where knowledge_base_id = ? and generation = ? for share")) {
            statement.setObject(1, target.knowledgeBaseId());
            statement.setInt(2, target.generation());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(GenerationState.of(row.getString(1))) : Optional.empty();
            }
        }
    }

    /** Writes and records a version's chunks in the target's generation, which holds none of the document. */
    public static void write(
            Connection connection,
            KnowledgeTarget target,
            UUID documentId,
            int version,
            List<EmbeddedChunk> chunks,
            String configuration)
            throws SQLException {
        if (!chunks.isEmpty()) {
            insertChunks(connection, target, documentId, version, chunks, configuration);
        }
        String note = """
                insert into document_generations (
                    document_id, generation, organization_id, knowledge_base_id, document_version, chunks, reused)
                values (?, ?, ?, ?, ?, ?, ?)
                """;
        try (PreparedStatement statement = connection.prepareStatement(note)) {
            statement.setObject(1, documentId);
            statement.setInt(2, target.generation());
            statement.setObject(3, target.organizationId());
            statement.setObject(4, target.knowledgeBaseId());
            statement.setInt(5, version);
            statement.setInt(6, chunks.size());
            statement.setInt(
                    7, (int) chunks.stream().filter(EmbeddedChunk::known).count());
            statement.executeUpdate();
        }
    }

    private static void insertChunks(
            Connection connection,
            KnowledgeTarget target,
            UUID documentId,
            int version,
            List<EmbeddedChunk> chunks,
            String configuration)
            throws SQLException {
        ChunkStaging.copy(connection, chunks, configuration);
        WordCounts.refresh(connection, target, configuration);
        String insert = WordCounts.KEYWORDS + """
                insert into knowledge_chunks (
                    organization_id, knowledge_base_id, document_id, generation, document_version, chunk_index,
                    chunk_type, content, content_length, page_number, start_offset, end_offset, token_count,
                    content_hash, embedded_hash, embedding_model, embedding, title, search_config, search_vector,
                    vector_id, relevance_score, keywords)
                select i.organization_id, i.knowledge_base_id, i.document_id, i.generation, i.document_version, s.chunk_index,
                    s.chunk_type::chunk_type, s.content, length(s.content), s.page_number, s.start_offset,
                    s.end_offset, s.token_count, encode(sha256(convert_to(s.content, 'UTF8')), 'hex'), s.embedded_hash, i.model,
                    s.embedding, left(s.title, 500), c.name,
                    setweight(to_tsvector(c.name::regconfig, s.title_words), 'A')
                        || to_tsvector(c.name::regconfig, s.words)
                        || to_tsvector(c.name::regconfig, s.context_words),
                    concat_ws(':', i.document_id, i.generation, s.chunk_index), s.relevance, k.keywords
                from pg_temp.staged_chunks s
                cross join (
                    select ?::uuid as organization_id, ?::uuid as knowledge_base_id, ?::uuid as document_id,
                        ?::integer as generation, ?::integer as document_version, ?::text as model) i
                cross join configuration c
                left join keywords k on k.chunk_index = s.chunk_index
                order by s.chunk_index
                """;
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            statement.setString(1, configuration);
            statement.setObject(2, target.knowledgeBaseId());
            statement.setObject(3, target.organizationId());
            statement.setObject(4, target.knowledgeBaseId());
            statement.setObject(5, documentId);
            statement.setInt(6, target.generation());
            statement.setInt(7, version);
            statement.setString(8, target.embeddingModel());
            statement.executeUpdate();
        }
    }

    /** Removes a document's chunks from one generation or, if it is 0, from all. */
    public static void clear(Connection connection, EmbeddingCache cache, UUID documentId, int generation)
            throws SQLException {
        cache.take(
                connection,
                "delete from knowledge_chunks where document_id = ? and (? = 0 or generation = ?)",
                documentId,
                generation,
                generation);
        String delete = "delete from document_generations where document_id = ? and (? = 0 or generation = ?)";
        try (PreparedStatement statement = connection.prepareStatement(delete)) {
            statement.setObject(1, documentId);
            statement.setInt(2, generation);
            statement.setInt(3, generation);
            statement.executeUpdate();
        }
    }

    /** Counts the documents with content whose current version the generation lacks. */
    static long missing(Connection connection, UUID knowledgeBaseId, int generation) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select count(*) " + MISSING)) {
            statement.setObject(1, knowledgeBaseId);
            statement.setInt(2, generation);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Returns whether the generation lacks no document; the first one that it lacks ends the search. */
    static boolean isComplete(Connection connection, UUID knowledgeBaseId, int generation) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select not exists (select " + MISSING + ")")) {
            statement.setObject(1, knowledgeBaseId);
            statement.setInt(2, generation);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
