package io.arketic.rag.operations;

import io.arketic.schema.PartitionMaintenance;
import io.arketic.schema.TenantDatabase;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Keeps the database's monthly partitions while the API runs; several may, the database lets one at a time. */
@Component
class MonthlyMaintenance {

    private static final Logger log = LoggerFactory.getLogger(MonthlyMaintenance.class);

    private final PartitionMaintenance maintenance;

    MonthlyMaintenance(TenantDatabase database) {
        this.maintenance = new PartitionMaintenance(database);
    }

    /** A failure is not made up for: the next run does what this one left. */
    @Scheduled(initialDelay = 1, fixedDelay = 360, timeUnit = TimeUnit.MINUTES)
    void run() {
        try {
            log.info("Monthly maintenance: {}", maintenance.run());
        } catch (SQLException failure) {
            log.warn("Monthly maintenance failed, again in six hours", failure);
        }
    }
}
