package io.arketic.rag.usage;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.work.BackgroundTask;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Settles charges whose process has ended: what they reserved counts as used. */
@Component
class LostCharges implements BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(LostCharges.class);
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final int BATCH = 100;

    private final Transactions maintenance;

    LostCharges(MaintenanceDatabase maintenance) {
        this.maintenance = maintenance.transactions();
    }

    @Override
    public String name() {
        return "lost-charges";
    }

    @Override
    public Duration pause() {
        return PERIOD;
    }

    @Override
    public void run() {
        long lost = maintenance.single(sql -> sql.sql("SELECT settle_lost_charges(:batch)")
                .param("batch", BATCH)
                .query(Long.class)
                .single());
        if (lost > 0) {
            log.warn("{} charges had lost the process that held them", lost);
        }
    }
}
