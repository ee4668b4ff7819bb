package io.arketic.rag.document;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.library.LinkedDocuments;
import io.arketic.rag.library.LinkedDocuments.LinkedFile;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.work.BackgroundTask;
import io.arketic.rag.work.WorkSchedule;
import io.arketic.schema.tenancy.OrganizationLimit;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Copies the drive's files to their knowledge bases, and removes those that were taken out. The remaining work is in
 * {@code document_links}: a process that ends in the middle, or two at once, do no harm.
 */
@Component
class KnowledgeFeed implements BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(KnowledgeFeed.class);
    private static final Duration PERIOD = Duration.ofSeconds(2);
    private static final int BATCH = 20;

    /** Sets the duration of a claim, longer than the store takes to copy the files of one batch. */
    private static final Duration LEASE = Duration.ofMinutes(15);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    /** A limit is seldom raised within minutes. */
    private static final Duration PAUSE_AT_LIMIT = Duration.ofHours(1);

    private static final String AT_LIMIT = "organization-limit";

    private record Link(UUID id, UUID claim, int version, UUID documentId, int attempts, LinkedFile file) {}

    private final Transactions transactions;
    private final Transactions maintenance;
    private final LinkedDocuments linked;
    private final WorkSchedule schedule;

    KnowledgeFeed(
            Transactions transactions, MaintenanceDatabase maintenance, LinkedDocuments linked, WorkSchedule schedule) {
        this.transactions = transactions;
        this.maintenance = maintenance.transactions();
        this.linked = linked;
        this.schedule = schedule;
    }

    /** Starts a round after a commit with changes; without it the schedule finds them within seconds. */
    void wake() {
        schedule.wake(name());
    }

    @Override
    public String name() {
        return "knowledge-feed";
    }

    @Override
    public Duration pause() {
        return PERIOD;
    }

    @Override
    public void run() {
        for (List<Link> due = claimAfterDrops(); !due.isEmpty(); due = claimAfterDrops()) {
            for (Link link : due) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                feed(link);
            }
        }
    }

    /** Claims links to feed after it has dropped the removed ones, so that removals never wait for a long feed. */
    private List<Link> claimAfterDrops() {
        while (dropSome() > 0 && !Thread.currentThread().isInterrupted()) {
            log.debug("Documents were taken out of knowledge bases");
        }
        return claim();
    }

    private int dropSome() {
        return maintenance.single(sql -> sql.sql("SELECT drop_links(:batch)")
                .param("batch", BATCH)
                .query(Integer.class)
                .single());
    }

    private List<Link> claim() {
        return maintenance.single(sql -> sql.sql("SELECT * FROM claim_links(:batch, make_interval(secs => :lease))")
                .param("batch", BATCH)
                .param("lease", LEASE.toSeconds())
                .query(KnowledgeFeed::link)
                .list());
    }

    /** Feeds one file; a failure does not delay others. */
    private void feed(Link link) {
        try {
            linked.feed(link.file(), sql -> isFed(sql, link));
        } catch (ProblemException failure) {
            postpone(
                    link,
                    failure.reason() == ProblemReason.STORAGE_LIMIT
                            ? AT_LIMIT
                            : failure.reason().label());
        } catch (DataAccessException failure) {
            postpone(link, OrganizationLimit.refusing(failure).isPresent() ? AT_LIMIT : "database-unavailable");
        } catch (RuntimeException failure) {
            log.error("Document {} cannot be fed", link.documentId(), failure);
            postpone(link, "internal");
        }
    }

    /**
     * Marks a link as fed. A process that lost its claim may have written an older version over a newer one: that one
     * is fed again.
     */
    private boolean isFed(JdbcClient sql, Link link) {
        return sql.sql("""
                        UPDATE document_links
                        SET fed_version = CASE WHEN claim_id = :claim THEN :version ELSE 0 END, bucket = :bucket,
                            next_attempt_at = now(), attempts = 0, failure = NULL
                        WHERE id = :id AND wanted_version > 0""")
                        .param("claim", link.claim())
                        .param("version", link.version())
                        .param("bucket", linked.bucket())
                        .param("id", link.id())
                        .update()
                == 1;
    }

    private void postpone(Link link, String reason) {
        Duration pause = Duration.ofSeconds(1L << Math.min(link.attempts(), 10));
        pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        pause = reason.equals(AT_LIMIT) ? PAUSE_AT_LIMIT : pause;
        log.warn("Document {} is fed again in {}: {}", link.documentId(), pause, reason);
        long seconds = pause.toSeconds();
        transactions.execute(
                TenantContext.ofOrganization(link.file().organizationId()),
                sql -> sql.sql("""
                        UPDATE document_links
                        SET failure = :reason, next_attempt_at = now() + make_interval(secs => :pause)
                        WHERE id = :id AND claim_id = :claim""")
                        .param("reason", reason)
                        .param("pause", seconds)
                        .param("id", link.id())
                        .param("claim", link.claim())
                        .update());
    }

    private static Link link(ResultSet row, int number) throws SQLException {
        return new Link(
                row.getObject("id", UUID.class),
                row.getObject("claim_id", UUID.class),
                row.getInt("version"),
                row.getObject("document_id", UUID.class),
                row.getInt("attempts"),
                new LinkedFile(
                        row.getObject("organization_id", UUID.class),
                        row.getObject("knowledge_base_id", UUID.class),
                        row.getObject("owner_id", UUID.class),
                        DocumentUploads.BUCKET,
                        row.getString("source_key"),
                        row.getString("object_key"),
                        row.getBoolean("first"),
                        row.getString("filename"),
                        row.getLong("file_size"),
                        row.getString("mime_type")));
    }
}
