package io.arketic.rag.ingestion;

import io.arketic.rag.ingestion.ReingestRequests.Opened;
import io.arketic.rag.knowledge.KnowledgeAccess;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Opens dead versions again on request, because they may succeed now; no version is retried automatically forever. The
 * ledger's row goes back in flight, and an event makes the ingest job look at the object.
 */
@Component
public class Retries {

    /** Limits the versions that one request opens. */
    private static final int MOST = 1_000;

    private final ReingestRequests looks;

    Retries(ReingestRequests looks) {
        this.looks = looks;
    }

    /** Returns whether the document's file was dead or parked. */
    public boolean retry(KnowledgeAccess access, UUID document) {
        return looks.at(access, sql -> open(sql, access, document, null)) > 0;
    }

    /** Opens all that are dead or parked for {@code reason}, a thousand at most, the oldest first; returns how many. */
    public int retry(KnowledgeAccess access, String reason) {
        return looks.at(access, sql -> open(sql, access, null, reason));
    }

    /**
     * Opens versions. A dead one is opened only while it is its document's only version; a parked one would be tried
     * automatically later. It locks documents before the ledger, like the ingest.
     */
    private static List<Opened> open(
            JdbcClient sql, KnowledgeAccess access, @Nullable UUID document, @Nullable String reason) {
        List<UUID> waiting = waiting(sql, access, document, reason);
        if (waiting.isEmpty()) {
            return List.of();
        }
        sql.sql("""
                        UPDATE knowledge_documents SET status = 'pending', processing_error = NULL
                        WHERE id IN (
                            SELECT d.id FROM knowledge_documents d
                            WHERE d.knowledge_base_id = :base AND d.status = 'failed' AND d.file_path IN (
                                SELECT object_key FROM ingest_ledger WHERE id IN (:waiting))
                            ORDER BY d.id FOR UPDATE)""")
                .param("base", access.knowledgeBase().id())
                .param("waiting", waiting)
                .update();
        return sql.sql("""
                        UPDATE ingest_ledger l
                        SET state = 'received', reason = NULL, detail = NULL, ended_at = NULL, parked_until = NULL
                        WHERE l.id IN (SELECT id FROM ingest_ledger WHERE id IN (:waiting) ORDER BY id FOR UPDATE)
                          AND (l.state = 'dead' OR l.parked_until IS NOT NULL)
                        RETURNING l.bucket, l.object_key, l.etag, l.size""").param("waiting", waiting).query(Opened::of).list();
    }

    private static List<UUID> waiting(
            JdbcClient sql, KnowledgeAccess access, @Nullable UUID document, @Nullable String reason) {
        return sql.sql("""
                        SELECT l.id FROM ingest_ledger l
                        WHERE l.knowledge_base_id = :base AND (l.state = 'dead' OR l.parked_until IS NOT NULL)
                          AND (CAST(:reason AS text) IS NULL OR l.reason = :reason)
                          AND (CAST(:document AS uuid) IS NULL OR l.object_key = (
                              SELECT file_path FROM knowledge_documents WHERE id = :document))
                          AND (l.parked_until IS NOT NULL OR NOT EXISTS (
                              SELECT FROM knowledge_documents d
                              WHERE d.knowledge_base_id = l.knowledge_base_id AND d.file_path = l.object_key
                                AND d.status <> 'deleted' AND d.object_etag IS NOT NULL
                                AND (d.object_etag <> l.etag OR d.object_last_modified <> l.last_modified)))
                        ORDER BY l.id LIMIT :most""")
                .param("base", access.knowledgeBase().id())
                .param("document", document)
                .param("reason", reason)
                .param("most", MOST)
                .query(UUID.class)
                .list();
    }
}
