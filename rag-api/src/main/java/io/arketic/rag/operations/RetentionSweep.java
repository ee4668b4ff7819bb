package io.arketic.rag.operations;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.work.BackgroundTask;
import io.arketic.schema.migration.RetentionMaintenance;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Removes expired rows, and those beyond their organization's retention. */
@Component
class RetentionSweep implements BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(RetentionSweep.class);
    private static final Duration PERIOD = Duration.ofHours(1);

    private final RetentionMaintenance retention;

    RetentionSweep(MaintenanceDatabase maintenance) {
        this.retention = new RetentionMaintenance(maintenance.database());
    }

    @Override
    public String name() {
        return "retention";
    }

    @Override
    public Duration pause() {
        return PERIOD;
    }

    @Override
    public void run() throws SQLException {
        log.info("Removal of expired rows: {}", retention.run());
    }
}
