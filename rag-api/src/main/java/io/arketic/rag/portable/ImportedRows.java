package io.arketic.rag.portable;

import com.pgvector.PGvector;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.outbox.ObjectNotification;
import io.arketic.rag.outbox.OutboxPublisher;
import io.arketic.rag.portable.PortableController.ImportedDocument;
import io.arketic.rag.storage.ObjectStorage;
import io.arketic.schema.ledger.ObjectKey;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The tables {@code knowledge_imports} and {@code imported_documents}, and what an import writes beside them. */
@Component
class ImportedRows {

    /** What a value cannot be: class 22 of SQLSTATE, and the syntax of a {@code tsvector}. */
    private static final String BAD_VALUE = "22";

    private static final String BAD_SYNTAX = "42601";

    /** The columns of a document as its JSON has them. */
    private static final String COLUMNS = """
            filename text, file_type text, file_size bigint, mime_type text, file_hash text, version integer, title text,
            author text, language text, page_count integer, page_starts integer[], text_blocks text, warnings jsonb,
            search_config text, document_created_at timestamptz, object_last_modified timestamptz, indexed_at timestamptz""";

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final KnowledgeBases knowledgeBases;
    private final ObjectStorage storage;
    private final OutboxPublisher outbox;
    private final Clock clock;

    ImportedRows(
            Transactions transactions,
            Identifiers identifiers,
            KnowledgeBases knowledgeBases,
            ObjectStorage storage,
            OutboxPublisher outbox,
            Clock clock) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.knowledgeBases = knowledgeBases;
        this.storage = storage;
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * How an import begins.
     *
     * @param name of the base; null for the archive's
     */
    record Start(@Nullable String name, String type, String merkleRoot, int documents) {}

    /** The base of an import of this archive that the member began and that has not ended. */
    Optional<UUID> open(Membership membership, String merkleRoot) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        SELECT i.knowledge_base_id
                        FROM knowledge_imports i
                        JOIN knowledge_bases b ON b.id = i.knowledge_base_id AND b.removal_requested_at IS NULL
                        WHERE i.merkle_root = :root AND i.user_id = :user AND i.completed_at IS NULL""")
                        .param("root", merkleRoot)
                        .param("user", membership.userId())
                        .query(UUID.class)
                        .optional());
    }

    /** Makes the base, out of service as long as documents are missing. The live generation is its first. */
    UUID begin(
            Membership membership,
            ArchivedBase base,
            List<ArchivedBase.Generation> generations,
            Start start,
            @Nullable List<String> languages) {
        UUID id = identifiers.next();
        return transactions.run(membership.context(), sql -> {
            // An import of a base that is being removed begins again.
            sql.sql("""
                            UPDATE knowledge_imports i SET completed_at = now()
                            FROM knowledge_bases b
                            WHERE b.id = i.knowledge_base_id AND b.removal_requested_at IS NOT NULL
                              AND i.merkle_root = :root AND i.user_id = :user AND i.completed_at IS NULL""")
                    .param("root", start.merkleRoot())
                    .param("user", membership.userId())
                    .update();
            ArchivedBase.Generation live = base.active();
            sql.sql("""
                            INSERT INTO knowledge_bases (
                                id, organization_id, owner_id, name, description, knowledge_base_type, embedding_model,
                                vector_store_type, chunk_size, chunk_overlap, similarity_threshold, ocr_languages, is_active)
                            VALUES (
                                :id, :organization, :owner, :name, :description, CAST(:type AS knowledge_base_type), :model,
                                'pgvector', :size, :overlap, :threshold, nullif(CAST(:languages AS text[]), '{}'), false)""")
                    .param("id", id)
                    .param("organization", membership.organizationId())
                    .param("owner", membership.userId())
                    .param("name", start.name() == null ? base.name() : start.name())
                    .param("description", base.description())
                    .param("type", start.type())
                    .param("model", live.embeddingModel())
                    .param("size", live.chunkSize())
                    .param("overlap", live.chunkOverlap())
                    .param("threshold", base.similarityThreshold())
                    .param("languages", languages == null ? null : languages.toArray(String[]::new))
                    .update();
            for (ArchivedBase.Generation generation : generations) {
                if (!generation.isActive()) {
                    retire(sql, membership, id, generation);
                }
            }
            sql.sql("""
                            INSERT INTO knowledge_imports (
                                organization_id, knowledge_base_id, user_id, merkle_root, documents)
                            VALUES (:organization, :base, :user, :root, :documents)""")
                    .param("organization", membership.organizationId())
                    .param("base", id)
                    .param("user", membership.userId())
                    .param("root", start.merkleRoot())
                    .param("documents", start.documents())
                    .update();
            return id;
        });
    }

    private static void retire(JdbcClient sql, Membership membership, UUID base, ArchivedBase.Generation generation) {
        sql.sql("""
                        INSERT INTO index_generations (
                            knowledge_base_id, generation, organization_id, embedding_model, chunk_size, chunk_overlap,
                            similarity_threshold, state, ready_at, settled_at)
                        VALUES (:base, :number, :organization, :model, :size, :overlap, :threshold, 'retired', now(), now())""")
                .param("base", base)
                .param("number", number(generation))
                .param("organization", membership.organizationId())
                .param("model", generation.embeddingModel())
                .param("size", generation.chunkSize())
                .param("overlap", generation.chunkOverlap())
                .param("threshold", generation.similarityThreshold())
                .update();
    }

    /** Which number a generation has here. */
    private static int number(ArchivedBase.Generation generation) {
        return generation.isActive() ? 1 : 2;
    }

    /** The newest first. */
    List<ImportedDocument> documents(Membership membership, UUID base, Cursor cursor, int limit) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        SELECT id, source_document_id, document_id FROM imported_documents
                        WHERE knowledge_base_id = :base AND id < :after
                        ORDER BY id DESC LIMIT :limit""")
                        .param("base", base)
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query((row, number) -> new ImportedDocument(
                                row.getObject("id", UUID.class),
                                row.getObject("source_document_id", UUID.class),
                                row.getObject("document_id", UUID.class)))
                        .list());
    }

    /** The archive's ids of the documents that are there. */
    Set<UUID> imported(Membership membership, UUID base) {
        return sources(membership, base, "true");
    }

    /** The archive's ids of the documents whose originals are not. */
    Set<UUID> waiting(Membership membership, UUID base) {
        return sources(membership, base, "completed_at IS NULL");
    }

    private Set<UUID> sources(Membership membership, UUID base, String condition) {
        return new HashSet<>(transactions.run(
                membership.context(),
                sql -> sql.sql("SELECT source_document_id FROM imported_documents WHERE knowledge_base_id = :base AND "
                                + condition)
                        .param("base", base)
                        .query(UUID.class)
                        .list()));
    }

    /** Writes a document with its chunks, in one commit. */
    void enter(
            Membership membership,
            UUID base,
            ObjectKey key,
            ArchiveReader reader,
            int ordinal,
            List<ArchivedBase.Generation> generations) {
        ArchivedDocument document = reader.document(ordinal);
        String text = reader.text(ordinal);
        int length = text.codePointCount(0, text.length());
        boolean hasOriginal = reader.hasOriginal(ordinal);
        UUID id = identifiers.next();
        transactions.execute(membership.context(), sql -> {
            document(sql, membership, base, id, key, document, text, reader.base());
            sql.sql("""
                            INSERT INTO imported_documents (
                                organization_id, knowledge_base_id, source_document_id, document_id)
                            VALUES (:organization, :base, :source, :document)""")
                    .param("organization", membership.organizationId())
                    .param("base", base)
                    .param("source", document.id())
                    .param("document", id)
                    .update();
            for (ArchivedDocument.Filled filled : document.generations()) {
                ArchivedBase.Generation generation = reader.generation(filled.generation());
                if (generations.contains(generation)) {
                    reader.chunks(ordinal, filled, length, batch -> chunks(sql, id, number(generation), batch));
                    sql.sql("SELECT import_generation(:document, :generation)")
                            .param("document", id)
                            .param("generation", number(generation))
                            .query((row, number) -> true)
                            .single();
                }
            }
            if (!hasOriginal) {
                complete(sql, base, document.id());
            }
        });
    }

    private static void document(
            JdbcClient sql,
            Membership membership,
            UUID base,
            UUID id,
            ObjectKey key,
            ArchivedDocument document,
            String text,
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
                        SELECT :id, :organization, :base, :user, d.filename, :path, d.file_type, d.file_size, d.mime_type,
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
                .param("chunks", live)
                .param("model", archived.active().embeddingModel())
                .param("json", ArchiveJson.MAPPER.writeValueAsString(document))
                .update();
    }

    private static void chunks(JdbcClient sql, UUID document, int generation, ArchiveReader.Batch batch) {
        sql.sql("SELECT import_chunks(:document, :generation, CAST(:lines AS jsonb), :vectors)")
                .param("document", document)
                .param("generation", generation)
                .param("lines", array(batch))
                .param(
                        "vectors",
                        batch.vectors().stream()
                                .map(vector -> new PGvector(vector).toString())
                                .toArray(String[]::new))
                .query((row, number) -> true)
                .single();
    }

    private static String array(ArchiveReader.Batch batch) {
        return "[" + String.join(",", batch.lines()) + "]";
    }

    Set<String> searchConfigurations(Membership membership) {
        return new HashSet<>(transactions.run(
                membership.context(),
                sql -> sql.sql("SELECT cfgname FROM pg_ts_config")
                        .query(String.class)
                        .list()));
    }

    /** Refuses a document whose values the table could not hold. */
    void verify(Membership membership, ArchivedDocument document) {
        checking(() -> transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        SELECT CAST(d.filename AS varchar(255)) = d.filename AND CAST(d.mime_type AS varchar(100)) = d.mime_type
                            AND CAST(d.file_type AS varchar(50)) = d.file_type AND d.file_size >= 0 AND d.version > 0
                            AND d.filename !~ '[[:cntrl:]/]' AND d.filename <> ''
                            AND coalesce(length(d.title), 0) <= 500 AND coalesce(length(d.author), 0) <= 500
                            AND coalesce(length(d.language), 0) <= 35 AND coalesce(d.file_hash, '') ~ '^([0-9a-f]{64})?$'
                            AND coalesce(d.text_blocks, '') ~ '^[a-z0-9: -]*$'
                            AND (nullif(d.warnings, 'null') IS NULL
                                OR jsonb_typeof(d.warnings) = 'array' AND d.warnings <> '[]')
                            AND (d.search_config IS NULL OR d.search_config IN (SELECT cfgname FROM pg_ts_config))
                        FROM jsonb_to_record(CAST(:json AS jsonb)) AS d (""" + COLUMNS + ")")
                        .param("json", ArchiveJson.MAPPER.writeValueAsString(document))
                        .query(Boolean.class)
                        .single()));
    }

    /** Refuses chunks whose values the table could not hold. */
    void verify(Membership membership, ArchiveReader.Batch batch) {
        checking(() -> transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        SELECT count(CAST(l.type AS chunk_type)) = count(*) AND count(CAST(l.words AS tsvector)) = count(*)
                        FROM jsonb_to_recordset(CAST(:lines AS jsonb)) AS l (type text, words text)""")
                        .param("lines", array(batch))
                        .query(Boolean.class)
                        .single()));
    }

    private static void checking(Supplier<Boolean> check) {
        try {
            if (!check.get()) {
                throw ArchiveFile.refused("it holds values that no document has");
            }
        } catch (DataAccessException failure) {
            if (isBadValue(failure)) {
                throw ArchiveFile.refused("it holds values that no document has", failure);
            }
            throw failure;
        }
    }

    private static boolean isBadValue(DataAccessException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException database) {
                String state = String.valueOf(database.getSQLState());
                return state.startsWith(BAD_VALUE) || state.equals(BAD_SYNTAX);
            }
        }
        return false;
    }

    /** From here on the base is searched, and the ingest looks at its objects. */
    void activate(Membership membership, UUID base) {
        transactions.execute(
                membership.context(),
                sql -> sql.sql("UPDATE knowledge_bases SET is_active = true WHERE id = :base AND NOT is_active")
                        .param("base", base)
                        .update());
    }

    /** An original is in the store: the ingest hears of it, and finds the bytes that it knows. */
    void stored(Membership membership, UUID base, UUID source, String key, String etag, long size) {
        transactions.execute(membership.context(), sql -> {
            complete(sql, base, source);
            outbox.add(
                    sql,
                    membership.organizationId(),
                    ObjectNotification.created(storage.bucket(), key, etag, size, clock.instant()));
        });
    }

    private static void complete(JdbcClient sql, UUID base, UUID source) {
        sql.sql("""
                        UPDATE imported_documents SET completed_at = now()
                        WHERE knowledge_base_id = :base AND source_document_id = :source""").param("base", base).param("source", source).update();
    }

    KnowledgeBase complete(Membership membership, UUID base) {
        transactions.execute(
                membership.context(),
                sql -> sql.sql("UPDATE knowledge_imports SET completed_at = now() WHERE knowledge_base_id = :base")
                        .param("base", base)
                        .update());
        return knowledgeBases.readable(membership, List.of(base)).get(0);
    }
}
