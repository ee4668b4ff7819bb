package io.arketic.rag.library;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.knowledge.KnowledgeDocument;
import io.arketic.rag.knowledge.KnowledgeDocuments;
import io.arketic.rag.outbox.ObjectNotification;
import io.arketic.rag.outbox.OutboxPublisher;
import io.arketic.rag.storage.ObjectStorage;
import io.arketic.rag.storage.UploadName;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Enters an object of the knowledge bucket: its document's row and the event for the ingest, in one commit. */
@Component
class Arrivals {

    /**
     * Describes an object in the bucket.
     *
     * @param metadata as JSON; null leaves what is there
     * @param etag as the store gave it, without quotes
     */
    record Arrival(
            UUID organizationId,
            UUID knowledgeBaseId,
            UUID userId,
            String key,
            String filename,
            long size,
            String mediaType,
            String etag,
            @Nullable String metadata) {}

    private final ObjectStorage storage;
    private final Identifiers identifiers;
    private final OutboxPublisher outbox;
    private final Clock clock;

    Arrivals(ObjectStorage storage, Identifiers identifiers, OutboxPublisher outbox, Clock clock) {
        this.storage = storage;
        this.identifiers = identifiers;
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * Enters the object. Repeating it under one key makes no second document; an indexed version answers until the new
     * one is indexed. It is empty if the key is that of a link to the drive that no longer exists.
     */
    Optional<KnowledgeDocument> enter(JdbcClient sql, Arrival arrival) {
        Optional<KnowledgeDocument> stored = sql.sql("""
                        INSERT INTO knowledge_documents AS d (
                            id, organization_id, knowledge_base_id, uploaded_by_id, filename, file_path, file_type,
                            file_size, mime_type, status, metadata)
                        VALUES (
                            :id, :organization, :base, :uploader, :filename, :path, :type, :size, :mime, 'pending',
                            nullif(CAST(:metadata AS jsonb), '{}'))
                        ON CONFLICT (knowledge_base_id, file_path) DO UPDATE
                        SET uploaded_by_id = excluded.uploaded_by_id,
                            metadata = CASE WHEN CAST(:metadata AS text) IS NULL THEN d.metadata ELSE excluded.metadata END,
                            status = CASE WHEN d.status = 'completed' THEN d.status ELSE 'pending' END,
                            processing_error = CASE WHEN d.status = 'completed' THEN d.processing_error END,
                            deleted_at = NULL
                        RETURNING\s""" + KnowledgeDocuments.COLUMNS)
                .param("id", identifiers.next())
                .param("organization", arrival.organizationId())
                .param("base", arrival.knowledgeBaseId())
                .param("uploader", arrival.userId())
                .param("filename", arrival.filename())
                .param("path", arrival.key())
                .param("type", UploadName.extension(arrival.filename()))
                .param("size", arrival.size())
                .param("mime", arrival.mediaType())
                .param("metadata", arrival.metadata())
                .query(KnowledgeDocuments::document)
                .optional();
        if (stored.isPresent()) {
            outbox.add(
                    sql,
                    arrival.organizationId(),
                    ObjectNotification.created(
                            storage.bucket(), arrival.key(), arrival.etag(), arrival.size(), clock.instant()));
        }
        return stored;
    }
}
