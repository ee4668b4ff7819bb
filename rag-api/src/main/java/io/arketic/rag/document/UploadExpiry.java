package io.arketic.rag.document;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.work.BackgroundTask;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Ends uploads in parts that got no part for a day, and forgets complete ones. Their objects are removed afterwards. */
@Component
class UploadExpiry implements BackgroundTask {

    private static final Duration PERIOD = Duration.ofMinutes(5);
    /** Each may have a thousand parts. */
    private static final int BATCH = 10;

    private final Transactions maintenance;

    UploadExpiry(MaintenanceDatabase maintenance) {
        this.maintenance = maintenance.transactions();
    }

    @Override
    public String name() {
        return "upload-expiry";
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
        return maintenance.single(sql -> sql.sql("SELECT expire_document_uploads(:batch)")
                .param("batch", BATCH)
                .query(Long.class)
                .single());
    }
}
