package io.arketic.rag.library;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeDocument;
import io.arketic.rag.library.Arrivals.Arrival;
import io.arketic.rag.outbox.ObjectNotification;
import io.arketic.rag.outbox.OutboxPublisher;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.storage.ClaimedMediaType;
import io.arketic.rag.storage.ObjectStorage;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.tenancy.OrganizationLimit;
import io.arketic.schema.tenancy.TenantDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;

/**
 * Puts files into the bucket and removes them.
 *
 * <p>The object is written first, then one transaction makes the document's row and the event. A crash between the two
 * leaves an object without either, which the ingest job's listing finds; the other order would announce what is not
 * there.
 */
@Component
class Uploads {

    private final ObjectStorage storage;
    private final Transactions transactions;
    private final Arrivals arrivals;
    private final KnowledgeStore knowledgeStore;
    private final OutboxPublisher outbox;
    private final Clock clock;

    Uploads(
            ObjectStorage storage,
            Transactions transactions,
            Arrivals arrivals,
            KnowledgeStore knowledgeStore,
            OutboxPublisher outbox,
            Clock clock) {
        this.storage = storage;
        this.transactions = transactions;
        this.arrivals = arrivals;
        this.knowledgeStore = knowledgeStore;
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * Stores a file. Repeating it under one key replaces the object; an indexed version answers until the new one is indexed.
     *
     * @param metadata as JSON; null leaves what is there
     */
    KnowledgeDocument store(KnowledgeAccess access, ObjectKey key, MultipartFile file, @Nullable String metadata) {
        String mediaType = ClaimedMediaType.of(file.getContentType(), key.filename());
        String etag;
        try (InputStream bytes = file.getInputStream()) {
            etag = storage.put(access.membership().organizationId(), key.toString(), bytes, file.getSize(), mediaType);
        } catch (IOException broken) {
            throw new ProblemException(ProblemReason.MALFORMED_REQUEST, "The upload broke off.", broken);
        }
        Arrival arrival = new Arrival(
                access.membership().organizationId(),
                access.knowledgeBase().id(),
                access.membership().userId(),
                key.toString(),
                key.filename(),
                file.getSize(),
                mediaType,
                etag,
                metadata);
        KnowledgeDocument document;
        try {
            document = transactions
                    .run(access.membership().context(), sql -> arrivals.enter(sql, arrival))
                    .orElseThrow(() -> ProblemException.notFound("knowledge base"));
        } catch (DataAccessException refused) {
            if (OrganizationLimit.refusing(refused).isPresent()) {
                takeBack(access, key);
            }
            throw refused;
        }
        outbox.wake();
        return document;
    }

    /** Removes a refused file, unless the key has a document by now: of another upload, or from before. */
    private void takeBack(KnowledgeAccess access, ObjectKey key) {
        boolean documented = transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                        SELECT EXISTS (
                            SELECT FROM knowledge_documents
                            WHERE knowledge_base_id = :base AND file_path = :path
                              AND status NOT IN ('deleted', 'failed'))""")
                        .param("base", access.knowledgeBase().id())
                        .param("path", key.toString())
                        .query(Boolean.class)
                        .single());
        if (!documented) {
            storage.remove(key.toString());
        }
    }

    /**
     * Removes the object, then in one commit the row and its chunks; versions in flight end as deleted. The event makes
     * the ingest job look again, because another upload under the key may have come between.
     */
    void delete(KnowledgeAccess access, KnowledgeDocument document) {
        storage.remove(access.membership().organizationId(), document.filePath());
        try {
            knowledgeStore.delete(access.target(), storage.bucket(), document.filePath());
        } catch (SQLException failure) {
            throw TenantDatabase.isTransient(failure)
                    ? new ProblemException(
                            ProblemReason.DATABASE_UNAVAILABLE,
                            "The file is deleted, but its document is not; try again.",
                            failure)
                    : new ProblemException(
                            ProblemReason.INTERNAL,
                            "The file is deleted, but its document is not; an operator finds the reason in the log.",
                            failure);
        }
        ObjectNotification event = ObjectNotification.removed(storage.bucket(), document.filePath(), clock.instant());
        transactions.execute(
                access.membership().context(),
                sql -> outbox.add(sql, access.membership().organizationId(), event));
        outbox.wake();
    }
}
