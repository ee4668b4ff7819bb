package io.arketic.rag.chat;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.work.BackgroundTask;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Ends questions whose process no longer renews them, with the failure {@code answer-lost}. */
@Component
class LostQuestions implements BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(LostQuestions.class);
    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final int BATCH = 100;

    private final Transactions maintenance;

    LostQuestions(MaintenanceDatabase maintenance) {
        this.maintenance = maintenance.transactions();
    }

    @Override
    public String name() {
        return "lost-questions";
    }

    @Override
    public Duration pause() {
        return PERIOD;
    }

    @Override
    public void run() {
        long lost = maintenance.single(sql -> sql.sql("SELECT end_lost_questions(:batch)")
                .param("batch", BATCH)
                .query(Long.class)
                .single());
        if (lost > 0) {
            log.warn("{} questions had lost the process that answered them", lost);
        }
    }
}
