package io.arketic.rag.knowledge;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.schema.TenantContext;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Removes organizations with all that they own, in bounded batches. What is still to be removed stands in the database, as
 * with {@link Removals}, which takes their knowledge bases before their rows. Files of chats go when their rows have gone.
 */
@Component
class OrganizationRemovals {

    private static final Logger log = LoggerFactory.getLogger(OrganizationRemovals.class);
    private static final int OBJECTS = 500;
    private static final int ROWS = 500;

    private record Removal(UUID organizationId, String slug, boolean objects) {}

    private final Transactions transactions;
    private final ObjectStorage storage;

    OrganizationRemovals(Transactions transactions, ObjectStorage storage) {
        this.transactions = transactions;
        this.storage = storage;
    }

    /** From its commit on the organization is not found any more. */
    void request(Membership membership, boolean objects) {
        transactions.run(
                membership.context(),
                sql -> sql.sql("SELECT request_organization_removal(:objects)")
                        .param("objects", objects)
                        .query((row, number) -> true)
                        .single());
    }

    /** Sends their knowledge bases ahead. */
    void begin() {
        pending().forEach(this::knowledgeBases);
    }

    /** Removes those that have no knowledge base any more. */
    void finish() {
        pending().stream().filter(removal -> knowledgeBases(removal) == 0).forEach(this::remove);
    }

    private List<Removal> pending() {
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql("SELECT organization_id, slug, objects FROM organization_removals()")
                        .query((row, number) -> new Removal(
                                row.getObject("organization_id", UUID.class),
                                row.getString("slug"),
                                row.getBoolean("objects")))
                        .list());
    }

    private long knowledgeBases(Removal removal) {
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql("SELECT remove_knowledge_bases(:organization)")
                        .param("organization", removal.organizationId())
                        .query(Long.class)
                        .single());
    }

    private void remove(Removal removal) {
        // Also what lies beside the knowledge bases.
        while (removal.objects() && storage.removeSome(removal.slug() + "/", OBJECTS) > 0) {
            log.debug("Removing objects of {}", removal.slug());
        }
        while (rows(removal) > 0 && !Thread.currentThread().isInterrupted()) {
            log.debug("Removing rows of {}", removal.slug());
        }
        log.info("Removed organization {}", removal.organizationId());
    }

    private long rows(Removal removal) {
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql("SELECT remove_organization_rows(:organization, :batch)")
                        .param("organization", removal.organizationId())
                        .param("batch", ROWS)
                        .query(Long.class)
                        .single());
    }
}
