package io.arketic.rag.removal;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.storage.ObjectStorage;
import io.arketic.schema.tenancy.TenantContext;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Removes organizations with all that they own, in bounded batches. The database holds the remaining work, as with
 * {@link Removals}, which removes their knowledge bases before their rows. Files of chats are removed after their rows.
 */
@Component
class OrganizationRemovals {

    private static final Logger log = LoggerFactory.getLogger(OrganizationRemovals.class);
    private static final int OBJECTS = 500;
    private static final int ROWS = 500;

    /** Limits the batches of objects or rows before another removal has its turn. */
    private static final int BATCHES_A_TURN = 20;

    record Removal(UUID organizationId, String slug, boolean objects) {}

    private final Transactions transactions;
    private final Transactions maintenance;
    private final ObjectStorage storage;

    OrganizationRemovals(Transactions transactions, MaintenanceDatabase maintenance, ObjectStorage storage) {
        this.transactions = transactions;
        this.maintenance = maintenance.transactions();
        this.storage = storage;
    }

    /** Requests a removal; from its commit on the organization is not found. */
    void request(Membership membership, boolean objects) {
        transactions.run(
                membership.context(),
                sql -> sql.sql("SELECT request_organization_removal(:objects)")
                        .param("objects", objects)
                        .query((row, number) -> true)
                        .single());
    }

    List<Removal> pending() {
        return maintenance.run(
                TenantContext.NONE,
                sql -> sql.sql("SELECT organization_id, slug, objects FROM organization_removals()")
                        .query((row, number) -> new Removal(
                                row.getObject("organization_id", UUID.class),
                                row.getString("slug"),
                                row.getBoolean("objects")))
                        .list());
    }

    /** Removes its knowledge bases first; never needs another turn. */
    boolean sendAhead(Removal removal) {
        knowledgeBases(removal);
        return false;
    }

    private long knowledgeBases(Removal removal) {
        return maintenance.run(
                TenantContext.NONE,
                sql -> sql.sql("SELECT remove_knowledge_bases(:organization)")
                        .param("organization", removal.organizationId())
                        .query(Long.class)
                        .single());
    }

    /** Runs one turn, when it has no knowledge base any more; returns whether work is left. */
    boolean remove(Removal removal) {
        if (knowledgeBases(removal) > 0) {
            return false;
        }
        int batches = 0;
        for (String prefix : removal.objects() ? folders(removal) : List.<String>of()) {
            while (storage.removeSome(prefix, OBJECTS) > 0) {
                if (++batches == BATCHES_A_TURN || Thread.currentThread().isInterrupted()) {
                    return true;
                }
            }
        }
        while (rows(removal) > 0) {
            if (++batches == BATCHES_A_TURN || Thread.currentThread().isInterrupted()) {
                return true;
            }
        }
        log.info("Removed organization {}", removal.organizationId());
        return false;
    }

    /**
     * Returns the folders of its knowledge bases, also of those that went before it. Others below its slug are those of another
     * holder of the slug. An id is never used again, so a folder stays the organization's after the slug has another holder.
     */
    private List<String> folders(Removal removal) {
        return maintenance
                .run(
                        TenantContext.NONE,
                        sql -> sql.sql("SELECT organization_folders(:organization)")
                                .param("organization", removal.organizationId())
                                .query(UUID.class)
                                .list())
                .stream()
                .map(id -> removal.slug() + "/" + id + "/")
                .toList();
    }

    private long rows(Removal removal) {
        return maintenance.run(
                TenantContext.NONE,
                sql -> sql.sql("SELECT remove_organization_rows(:organization, :batch)")
                        .param("organization", removal.organizationId())
                        .param("batch", ROWS)
                        .query(Long.class)
                        .single());
    }
}
