package io.arketic.rag.library;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.library.Arrivals.Arrival;
import io.arketic.rag.outbox.OutboxPublisher;
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
     */
    public void feed(LinkedFile file, Predicate<JdbcClient> feeding) {
        if (file.first()) {
            removed.putDown(RemovedObjects.KNOWLEDGE, file.key());
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
                etag);
        boolean entered = transactions.run(
                TenantContext.ofOrganization(file.organizationId()),
                sql -> feeding.test(sql) && arrivals.enter(sql, arrival).isPresent());
        if (entered) {
            outbox.wake();
        } else {
            storage.remove(file.key());
        }
    }
}
