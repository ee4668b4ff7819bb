package io.arketic.rag.removal;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.storage.ObjectStorage;
import io.arketic.rag.work.BackgroundTask;
import io.arketic.rag.work.WorkSchedule;
import io.arketic.schema.tenancy.TenantContext;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Removes knowledge bases in bounded batches, with their documents, chunks and, by choice, objects. The database holds
 * the remaining work: a process that ends in the middle, or two at once, do no harm. Removals take turns, and a failed
 * one delays no other.
 */
@Component
public class Removals implements BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(Removals.class);
    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final int OBJECTS = 500;

    /** Limits the batches of objects or rows before another removal has its turn. */
    private static final int BATCHES_A_TURN = 20;

    /** Lists the batches in their necessary order; each is repeated until no row is left. */
    private static final List<String> BATCHES =
            List.of("""
            UPDATE ingest_ledger SET state = 'deleted', ended_at = clock_timestamp()
            WHERE id IN (SELECT id FROM ingest_ledger WHERE knowledge_base_id = :base AND ended_at IS NULL LIMIT 2000)""", """
            DELETE FROM knowledge_chunks
            WHERE id IN (SELECT id FROM knowledge_chunks WHERE knowledge_base_id = :base LIMIT 2000)""", """
            DELETE FROM knowledge_documents
            WHERE id IN (SELECT id FROM knowledge_documents WHERE knowledge_base_id = :base LIMIT 200)""", """
            DELETE FROM embedding_cache
            WHERE number IN (SELECT number FROM embedding_cache WHERE knowledge_base_id = :base LIMIT 2000)""", "DELETE FROM knowledge_bases WHERE id = :base");

    private record Removal(UUID organizationId, UUID knowledgeBaseId, String slug, boolean objects) {

        String prefix() {
            return slug + "/" + knowledgeBaseId + "/";
        }
    }

    private final Transactions transactions;
    private final Transactions maintenance;
    private final ObjectStorage storage;
    private final OrganizationRemovals organizations;
    private final WorkSchedule schedule;
    private final RemovalBackoff turns;

    Removals(
            Transactions transactions,
            MaintenanceDatabase maintenance,
            ObjectStorage storage,
            OrganizationRemovals organizations,
            WorkSchedule schedule,
            Clock clock) {
        this.transactions = transactions;
        this.maintenance = maintenance.transactions();
        this.storage = storage;
        this.organizations = organizations;
        this.schedule = schedule;
        this.turns = new RemovalBackoff(clock);
    }

    /** Requests a removal; from its commit on the knowledge base is not found. */
    public void request(KnowledgeAccess access, boolean objects) {
        transactions.execute(
                access.membership().context(),
                sql -> sql.sql("""
                        UPDATE knowledge_bases
                        SET is_active = false, removal_requested_at = coalesce(removal_requested_at, now()),
                            removal_of_objects = :objects
                        WHERE id = :base""")
                        .param("base", access.knowledgeBase().id())
                        .param("objects", objects)
                        .update());
        schedule.wake(name());
    }

    /**
     * Requests like {@link #request(KnowledgeAccess, boolean)} the removal of an organization with all that it owns.
     */
    public void request(Membership membership, boolean objects) {
        organizations.request(membership, objects);
        schedule.wake(name());
    }

    @Override
    public String name() {
        return "removals";
    }

    @Override
    public Duration pause() {
        return PERIOD;
    }

    /** Runs alone in this process also after its lease was lost. */
    @Override
    public synchronized void run() {
        boolean more = true;
        while (more && !Thread.currentThread().isInterrupted()) {
            more = round();
        }
    }

    /** Runs one turn for each removal; returns whether any needs another. */
    private boolean round() {
        List<OrganizationRemovals.Removal> leaving = organizations.pending();
        for (OrganizationRemovals.Removal organization : leaving) {
            turns.take(organization.organizationId(), () -> organizations.sendAhead(organization));
        }
        List<Removal> removals = pending();
        boolean more = false;
        for (Removal removal : removals) {
            more |= turns.take(removal.knowledgeBaseId(), () -> remove(removal));
        }
        for (OrganizationRemovals.Removal organization : leaving) {
            more |= turns.take(organization.organizationId(), () -> organizations.remove(organization));
        }
        turns.keep(Stream.concat(
                        leaving.stream().map(OrganizationRemovals.Removal::organizationId),
                        removals.stream().map(Removal::knowledgeBaseId))
                .toList());
        return more;
    }

    private List<Removal> pending() {
        return maintenance.run(
                TenantContext.NONE,
                sql -> sql.sql("SELECT organization_id, knowledge_base_id, slug, objects FROM knowledge_removals()")
                        .query((row, number) -> new Removal(
                                row.getObject("organization_id", UUID.class),
                                row.getObject("knowledge_base_id", UUID.class),
                                row.getString("slug"),
                                row.getBoolean("objects")))
                        .list());
    }

    /**
     * Runs one turn; returns whether work is left. Objects go first: the listing would otherwise report files of an
     * unknown knowledge base.
     */
    private boolean remove(Removal removal) {
        int batches = 0;
        while (removal.objects() && storage.removeSome(removal.prefix(), OBJECTS) > 0) {
            if (++batches == BATCHES_A_TURN || Thread.currentThread().isInterrupted()) {
                return true;
            }
        }
        TenantContext context = TenantContext.ofOrganization(removal.organizationId());
        for (String batch : BATCHES) {
            while (rows(context, removal, batch) > 0) {
                if (++batches == BATCHES_A_TURN || Thread.currentThread().isInterrupted()) {
                    return true;
                }
            }
        }
        log.info("Removed knowledge base {}", removal.knowledgeBaseId());
        return false;
    }

    private int rows(TenantContext context, Removal removal, String batch) {
        return maintenance.run(
                context,
                sql -> sql.sql(batch).param("base", removal.knowledgeBaseId()).update());
    }
}
