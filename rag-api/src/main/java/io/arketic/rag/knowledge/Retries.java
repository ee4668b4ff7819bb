package io.arketic.rag.knowledge;

import io.arketic.rag.deployment.Transactions;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Opens dead versions again because somebody says that they may succeed now; nothing is tried again by itself for ever.
 * The ledger's row goes back in flight, and an event makes the ingest job look at the object.
 */
@Component
class Retries {

    /** Opened by one request; more wait for the next one. */
    private static final int MOST = 1_000;

    private record Opened(String bucket, String key, String etag, long size) {}

    private final Transactions transactions;
    private final OutboxPublisher outbox;
    private final Clock clock;

    Retries(Transactions transactions, OutboxPublisher outbox, Clock clock) {
        this.transactions = transactions;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** Whether the document's file was dead. */
    boolean retry(KnowledgeAccess access, UUID document) {
        return open(access, document, null) > 0;
    }

    /** All that died of {@code reason}, a thousand at most, the oldest first; returns how many. */
    int retry(KnowledgeAccess access, String reason) {
        return open(access, null, reason);
    }

    private int open(KnowledgeAccess access, @Nullable UUID document, @Nullable String reason) {
        int opened = transactions.run(access.membership().context(), sql -> {
            List<Opened> versions = open(sql, access, document, reason);
            for (Opened version : versions) {
                outbox.add(
                        sql,
                        access.membership().organizationId(),
                        ObjectNotification.created(
                                version.bucket(), version.key(), version.etag(), version.size(), clock.instant()));
            }
            return versions.size();
        });
        outbox.wake();
        return opened;
    }

    /** Only what the store held last under its key: an older version cannot come back. */
    private static List<Opened> open(
            JdbcClient sql, KnowledgeAccess access, @Nullable UUID document, @Nullable String reason) {
        return sql.sql("""
                        WITH dead AS (
                            SELECT l.id, l.object_key FROM ingest_ledger l
                            WHERE l.knowledge_base_id = :base AND l.state = 'dead'
                              AND (CAST(:reason AS text) IS NULL OR l.reason = :reason)
                              AND (CAST(:document AS uuid) IS NULL OR l.object_key = (
                                  SELECT file_path FROM knowledge_documents WHERE id = :document))
                              AND NOT EXISTS (
                                  SELECT FROM ingest_ledger n
                                  WHERE n.bucket = l.bucket AND n.object_key = l.object_key
                                    AND n.last_modified > l.last_modified)
                            ORDER BY l.id LIMIT :most
                            FOR UPDATE
                        ), waiting AS (
                            UPDATE knowledge_documents d SET status = 'pending', processing_error = NULL
                            FROM dead
                            WHERE d.knowledge_base_id = :base AND d.file_path = dead.object_key
                              AND d.status = 'failed'
                        )
                        UPDATE ingest_ledger l
                        SET state = 'received', reason = NULL, detail = NULL, ended_at = NULL
                        FROM dead WHERE l.id = dead.id
                        RETURNING l.bucket, l.object_key, l.etag, l.size""")
                .param("base", access.knowledgeBase().id())
                .param("document", document)
                .param("reason", reason)
                .param("most", MOST)
                .query((row, number) -> new Opened(
                        row.getString("bucket"),
                        row.getString("object_key"),
                        row.getString("etag"),
                        row.getLong("size")))
                .list();
    }
}
