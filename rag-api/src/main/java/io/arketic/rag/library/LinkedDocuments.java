package io.arketic.rag.library;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.library.Arrivals.Arrival;
import io.arketic.rag.outbox.OutboxPublisher;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.removal.RemovedObjects;
import io.arketic.rag.storage.ObjectStorage;
import io.arketic.schema.tenancy.TenantContext;
import java.util.UUID;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Adds files of another bucket of the store to a knowledge base, like an upload. */
@Component
public class LinkedDocuments {

    /**
     * Names a file and its place in the knowledge bucket.
     *
     * @param use of the bucket that it lies in, as in {@link ObjectStorage#beside}
     * @param sourceKey of the object there
     * @param key in the knowledge bucket; the database keeps such keys, and knows whose they are
     * @param first whether no version came under the key before
     */
    public record LinkedFile(
            UUID organizationId,
            UUID knowledgeBaseId,
            UUID userId,
            String use,
            String sourceKey,
            String key,
            boolean first,
            String filename,
            long size,
            String mediaType) {}

    private final ObjectStorage storage;
    private final RemovedObjects removed;
    private final Transactions transactions;
    private final Arrivals arrivals;
    private final OutboxPublisher outbox;

    LinkedDocuments(
            ObjectStorage storage,
            RemovedObjects removed,
            Transactions transactions,
            Arrivals arrivals,
            OutboxPublisher outbox) {
        this.storage = storage;
        this.removed = removed;
        this.transactions = transactions;
        this.arrivals = arrivals;
        this.outbox = outbox;
    }

    /** Returns the bucket of {@link LinkedFile#key}. */
    public String bucket() {
        return storage.bucket();
    }

    /**
     * Copies the bytes within the store and announces them. Repeating it does no harm.
     *
     * @param feeding runs in the commit that announces, and says whether the link is still there
     * @throws ProblemException when the organization stores as much as it may: before the copy, as the commit would say after it;
     *     and when an object of the key is about to be removed
     */
    public void feed(LinkedFile file, Predicate<JdbcClient> feeding) {
        if (file.first()) {
            refuseOverQuota(file);
            if (!removed.putDown(RemovedObjects.KNOWLEDGE, file.key())) {
                throw new ProblemException(
                        ProblemReason.STORE_UNAVAILABLE, "The former copy of the file is still being removed.");
            }
        }
        String etag = storage.copy(file.use(), file.sourceKey(), file.key());
        Arrival arrival = new Arrival(
                file.organizationId(),
                file.knowledgeBaseId(),
                file.userId(),
                file.key(),
                file.filename(),
                file.size(),
                file.mediaType(),
                etag,
                null);
        boolean entered = transactions.run(
                TenantContext.ofOrganization(file.organizationId()),
                sql -> feeding.test(sql) && arrivals.enter(sql, arrival).isPresent());
        if (entered) {
            outbox.wake();
        } else {
            storage.remove(file.key());
        }
    }

    private void refuseOverQuota(LinkedFile file) {
        boolean over = transactions.run(
                TenantContext.ofOrganization(file.organizationId()),
                sql -> sql.sql("""
                        SELECT current_storage_bytes + :size > max_storage_gb * 1073741824::bigint
                        FROM organizations WHERE id = :organization""")
                        .param("size", file.size())
                        .param("organization", file.organizationId())
                        .query(Boolean.class)
                        .single());
        if (over) {
            throw new ProblemException(ProblemReason.STORAGE_LIMIT, "The organization stores as much as it may.");
        }
    }
}
