package io.arketic.rag.portable;

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
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the tables {@code knowledge_imports} and {@code imported_documents}, and the other tables of an import. */
@Component
class ImportedRows {

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
     * Says how an import begins.
     *
     * @param name of the base; null for the archive's
     */
    record Start(@Nullable String name, String type, String merkleRoot, int documents) {}

    /** Creates the base, out of service until all documents are there. The live generation is its first. */
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

    /** Returns the number of a generation here. */
    private static int number(ArchivedBase.Generation generation) {
        return generation.isActive() ? 1 : 2;
    }

    /** Returns the newest first. */
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

    /** Returns the archive's ids of the documents that are there. */
    Set<UUID> imported(Membership membership, UUID base) {
        return sources(membership, base, "true");
    }

    /** Returns the archive's ids of the documents whose originals are missing. */
    Set<UUID> waiting(Membership membership, UUID base) {
        return sources(membership, base, """
                completed_at IS NULL AND document_id IN (
                    SELECT d.id FROM knowledge_documents d WHERE d.knowledge_base_id = :base AND d.status <> 'deleted')""");
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
        // The original is of the size that the document tells; what stands for a missing one is stored, too.
        long leastSize = hasOriginal ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
        UUID id = identifiers.next();
        transactions.execute(membership.context(), sql -> {
            OpenImports.goOn(sql, base);
            DocumentRows.insert(sql, membership, base, id, key, document, text, leastSize, reader.base());
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
                    reader.chunks(
                            ordinal,
                            filled,
                            length,
                            batch -> DocumentRows.addChunks(sql, id, number(generation), batch));
                    sql.sql("SELECT import_generation(:document, :generation)")
                            .param("document", id)
                            .param("generation", number(generation))
                            .query((row, number) -> true)
                            .single();
                }
            }
            if (!hasOriginal) {
                finish(sql, base, document.id());
            }
        });
    }

    /** Opens the base: searches read it from now on, and the ingest looks at its objects. */
    void activate(Membership membership, UUID base) {
        transactions.execute(
                membership.context(),
                sql -> sql.sql("UPDATE knowledge_bases SET is_active = true WHERE id = :base AND NOT is_active")
                        .param("base", base)
                        .update());
    }

    /**
     * Announces an original that is in the store: the ingest finds the bytes that it knows.
     *
     * @return false when the document was deleted meanwhile, so that no row refers to the object
     * @throws io.arketic.rag.problem.ProblemException when the base was removed
     */
    boolean stored(Membership membership, UUID base, UUID source, String key, String etag, long size) {
        return transactions.run(membership.context(), sql -> {
            OpenImports.goOn(sql, base);
            boolean finished = finish(sql, base, source);
            if (finished) {
                outbox.add(
                        sql,
                        membership.organizationId(),
                        ObjectNotification.created(storage.bucket(), key, etag, size, clock.instant()));
            }
            return finished;
        });
    }

    private static boolean finish(JdbcClient sql, UUID base, UUID source) {
        return sql.sql("SELECT finish_imported_document(:base, :source)")
                .param("base", base)
                .param("source", source)
                .query(Boolean.class)
                .single();
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
