package io.arketic.rag.organization;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.work.BackgroundTask;
import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Hands over what former members own: chats to their longest participant, everything else to the longest owner. It runs after
 * the commit that ended the membership, because a drive may have many documents, and after a delay, so that an error of a
 * directory can be corrected. The database holds the remaining work. A member that is back before owns the same things again.
 */
@Component
class Handovers implements BackgroundTask {

    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final int BATCH = 500;

    private final Transactions maintenance;
    private final HandoverProperties settings;

    Handovers(MaintenanceDatabase maintenance, HandoverProperties settings) {
        this.maintenance = maintenance.transactions();
        this.settings = settings;
    }

    @Override
    public String name() {
        return "handovers";
    }

    @Override
    public Duration pause() {
        return PERIOD;
    }

    @Override
    public void run() {
        long done = batch();
        while (done > 0 && !Thread.currentThread().isInterrupted()) {
            done = batch();
        }
    }

    private long batch() {
        return maintenance.single(sql -> sql.sql("SELECT hand_over_memberships(:batch, CAST(:delay AS interval))")
                .param("batch", BATCH)
                .param("delay", settings.delay().toString())
                .query(Long.class)
                .single());
    }
}
