package io.arketic.rag.generation;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.work.BackgroundTask;
import io.arketic.schema.generation.LargeGenerations;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Gives large generations indexes of their own, and removes those of small ones. */
@Component
class SearchIndexes implements BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(SearchIndexes.class);
    private static final Duration PERIOD = Duration.ofSeconds(30);

    private final LargeGenerations generations;
    private final SearchProperties properties;

    SearchIndexes(MaintenanceDatabase maintenance, SearchProperties properties) {
        this.generations = new LargeGenerations(maintenance.database());
        this.properties = properties;
    }

    @Override
    public String name() {
        return "search-indexes";
    }

    @Override
    public Duration pause() {
        return PERIOD;
    }

    @Override
    public void run() throws SQLException {
        int steps = generations.run(properties.indexedFrom());
        if (steps > 0) {
            log.info("Indexes of large knowledge bases: {} steps", steps);
        }
    }
}
