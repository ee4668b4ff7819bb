package io.arketic.rag.operations;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.work.BackgroundTask;
import io.arketic.schema.migration.PartitionMaintenance;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Maintains monthly partitions and begins the month of AI requests. */
@Component
class MonthlyMaintenance implements BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(MonthlyMaintenance.class);
    private static final Duration PERIOD = Duration.ofHours(1);

    private final PartitionMaintenance partitions;

    MonthlyMaintenance(MaintenanceDatabase maintenance) {
        this.partitions = new PartitionMaintenance(maintenance.database());
    }

    @Override
    public String name() {
        return "partitions";
    }

    @Override
    public Duration pause() {
        return PERIOD;
    }

    @Override
    public void run() throws SQLException {
        log.info("Maintenance by month: {}", partitions.run());
    }
}
