package io.arketic.rag.ingestion;

import io.arketic.rag.ingestion.ReingestRequests.Opened;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeDocuments;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads indexed files again, because the present parsers may read them better. The ledger's row goes back in flight,
 * and an event makes the ingest job look at the object; the document stays unchanged until then.
 */
@Component
class Reextraction {

    /** Limits the files that one request opens, so that new files wait for at most so many. */
    private static final int MOST = 100;

    private final ReingestRequests looks;
    private final Clock clock;

    Reextraction(ReingestRequests looks, Clock clock) {
        this.looks = looks;
        this.clock = clock;
    }

    /**
     * Opens files that were last read before a moment, a hundred at most; returns how many.
     *
     * @param warning only documents with a warning of this kind
     */
    int open(KnowledgeAccess access, Instant readBefore, @Nullable String warning) {
        Instant before = within(readBefore);
        return looks.at(
                access,
                sql -> sql.sql("""
                            WITH old AS (
                                SELECT l.id
                                FROM knowledge_documents d
                                JOIN ingest_ledger l ON l.object_key = d.file_path AND l.etag = d.object_etag
                                    AND l.last_modified = d.object_last_modified
                                    AND l.knowledge_base_id = d.knowledge_base_id
                                WHERE d.knowledge_base_id = :base AND d.status = 'completed'
                                  AND d.indexed_generation IS NOT NULL AND l.state IN ('indexed', 'unchanged')
                                  AND coalesce(d.read_at, d.indexed_at) < :before
                                """ + (warning == null ? "" : "AND " + KnowledgeDocuments.WARNED) + """
                                ORDER BY d.id LIMIT :most
                                FOR UPDATE OF l
                            )
                            UPDATE ingest_ledger l
                            SET former_state = l.state, state = 'received', reason = NULL, detail = NULL,
                                ended_at = NULL
                            FROM old WHERE l.id = old.id
                            RETURNING l.bucket, l.object_key, l.etag, l.size""")
                        .param("base", access.knowledgeBase().id())
                        .param("before", Timestamp.from(before))
                        .param("warning", warning)
                        .param("most", MOST)
                        .query(Opened::of)
                        .list());
    }

    /**
     * Limits the moment to a range that the table can hold: no file was read in the future, or before there were
     * computers.
     */
    private Instant within(Instant moment) {
        Instant now = clock.instant();
        if (moment.isAfter(now)) {
            return now;
        }
        return moment.isBefore(Instant.EPOCH) ? Instant.EPOCH : moment;
    }
}
