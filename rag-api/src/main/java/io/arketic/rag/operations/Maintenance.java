package io.arketic.rag.operations;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.schema.migration.PartitionMaintenance;
import io.arketic.schema.migration.RetentionMaintenance;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Maintains the database while the API runs: monthly partitions, the month of AI requests, and the removal of expired
 * rows and those beyond their organization's retention. Several processes may; the database lets none repeat another's
 * work.
 */
@Component
class Maintenance {

    private static final Logger log = LoggerFactory.getLogger(Maintenance.class);

    private final PartitionMaintenance partitions;
    private final RetentionMaintenance retention;

    Maintenance(MaintenanceDatabase maintenance) {
        this.partitions = new PartitionMaintenance(maintenance.database());
        this.retention = new RetentionMaintenance(maintenance.database());
    }

    /** Runs once; the next run continues what a failed one left. */
    @Scheduled(initialDelay = 1, fixedDelay = 60, timeUnit = TimeUnit.MINUTES)
    void run() {
        try {
            log.info("Maintenance by month: {}", partitions.run());
        } catch (SQLException failure) {
            log.warn("Maintenance by month failed, again in an hour", failure);
        }
        try {
            log.info("Maintenance of what has expired: {}", retention.run());
        } catch (SQLException failure) {
            log.warn("Maintenance of what has expired failed, again in an hour", failure);
        }
    }
}
