package io.arketic.rag.document;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.work.BackgroundTask;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Deletes the rows of permanently deleted documents in bounded batches, a folder's content before the folder. The
 * database holds the remaining work: a process that ends in the middle, or two at once, do no harm. Objects without
 * references are removed afterwards.
 */
@Component
class DocumentPurge implements BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(DocumentPurge.class);
    private static final Duration PERIOD = Duration.ofSeconds(30);
    private static final int BATCH = 1000;
    private static final int LEVELS_AT_ONCE = 4;

    private final Transactions maintenance;

    DocumentPurge(MaintenanceDatabase maintenance) {
        this.maintenance = maintenance.transactions();
    }

    /**
     * Runs a few batches for the request that deleted: a few documents are gone when it is answered; a large or deep
     * folder is left to the schedule. There is a batch for each level.
     */
    void begin() {
        try {
            int level = 0;
            while (level < LEVELS_AT_ONCE && batch() > 0) {
                level++;
            }
        } catch (DataAccessException failure) {
            log.warn("Deleted documents are removed later: {}", failure.getMessage());
        }
    }

    @Override
    public String name() {
        return "document-purge";
    }

    @Override
    public Duration pause() {
        return PERIOD;
    }

    @Override
    public void run() {
        long gone = batch();
        while (gone > 0 && !Thread.currentThread().isInterrupted()) {
            gone = batch();
        }
    }

    private long batch() {
        return maintenance.single(sql -> sql.sql("SELECT purge_documents(:batch)")
                .param("batch", BATCH)
                .query(Long.class)
                .single());
    }
}
