package io.arketic.rag.portable;

import com.pgvector.PGvector;
import io.arketic.rag.organization.Membership;
import io.arketic.schema.ledger.ObjectKey;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes an archive's document and its chunks. */
final class DocumentRows {

    /** Lists the columns of a document as its JSON has them. */
    static final String COLUMNS = """
            filename text, file_type text, file_size bigint, mime_type text, file_hash text, version integer, title text,
            author text, language text, page_count integer, page_starts integer[], text_blocks text, warnings jsonb,
            search_config text, document_created_at timestamptz, object_last_modified timestamptz, indexed_at timestamptz""";

    private DocumentRows() {}

    /** @param leastSize that the document is counted with */
    static void insert(
            JdbcClient sql,
            Membership membership,
            UUID base,
            UUID id,
            ObjectKey key,
            ArchivedDocument document,
            String text,
            long leastSize,
            ArchivedBase archived) {
        int live = document.generations().stream()
                .filter(filled -> filled.generation() == archived.active().generation())
                .mapToInt(ArchivedDocument.Filled::chunks)
                .sum();
        sql.sql("INSERT INTO knowledge_documents (" + """
                            id, organization_id, knowledge_base_id, uploaded_by_id, filename, file_path, file_type, file_size,
                            mime_type, status, extracted_text, chunk_count, embedding_model_used, file_hash, indexed_file_hash,
                            content_hash, version, title, author, language, page_count, page_starts, text_blocks, warnings,
                            search_config, document_created_at, object_last_modified, indexed_at, indexed_generation)
                        SELECT :id, :organization, :base, :user, d.filename, :path, d.file_type, greatest(d.file_size, :size), d.mime_type,
                            'completed', :text, :chunks, :model, d.file_hash, d.file_hash,
                            encode(sha256(convert_to(:text, 'UTF8')), 'hex'), d.version, d.title, d.author, d.language,
                            d.page_count, coalesce(d.page_starts, '{}'), d.text_blocks, nullif(d.warnings, 'null'),
                            d.search_config, d.document_created_at, d.object_last_modified, d.indexed_at, 1
                        FROM jsonb_to_record(CAST(:json AS jsonb)) AS d (""" + COLUMNS + ")")
                .param("id", id)
                .param("organization", membership.organizationId())
                .param("base", base)
                .param("user", membership.userId())
                .param("path", key.toString())
                .param("text", text)
                .param("size", leastSize)
                .param("chunks", live)
                .param("model", archived.active().embeddingModel())
                .param("json", ArchiveJson.MAPPER.writeValueAsString(document))
                .update();
    }

    static void addChunks(JdbcClient sql, UUID document, int generation, ArchiveReader.Batch batch) {
        sql.sql("SELECT import_chunks(:document, :generation, CAST(:lines AS jsonb), :vectors)")
                .param("document", document)
                .param("generation", generation)
                .param("lines", batch.json())
                .param(
                        "vectors",
                        batch.vectors().stream()
                                .map(vector -> new PGvector(vector).toString())
                                .toArray(String[]::new))
                .query((row, number) -> true)
                .single();
    }
}
