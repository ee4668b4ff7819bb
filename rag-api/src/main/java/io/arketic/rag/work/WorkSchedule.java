package io.arketic.rag.work;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.deployment.Transactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Accesses the table {@code background_tasks}, which db-scheduler maintains, and lists the queues behind it. */
@Component
public class WorkSchedule {

    /** Names the channel that tells all processes of work that is due. */
    static final String CHANNEL = "arketic_work";

    private static final Logger log = LoggerFactory.getLogger(WorkSchedule.class);

    private final Transactions maintenance;

    WorkSchedule(MaintenanceDatabase maintenance) {
        this.maintenance = maintenance.transactions();
    }

    /**
     * Makes a task due now, in any process. A task that is running, or that waits after a failure, keeps its schedule.
     * Call it after the commit with the work; without it, the task finds the work after its pause.
     */
    public void wake(String task) {
        try {
            maintenance.single(sql -> sql.sql("""
                            WITH due AS (
                                UPDATE background_tasks SET execution_time = now(), version = version + 1
                                WHERE task_name = :task AND NOT picked AND execution_time > now()
                                  AND coalesce(consecutive_failures, 0) = 0
                                RETURNING 1)
                            SELECT pg_notify('arketic_work', '') FROM due""")
                    .param("task", task)
                    .query((row, number) -> true)
                    .list());
        } catch (DataAccessException failure) {
            log.warn("{} begins after its pause: {}", task, failure.getMessage());
        }
    }

    /** Enters tasks that have no row, due now. */
    void enter(List<String> tasks) {
        try {
            maintenance.single(sql -> sql.sql("""
                            INSERT INTO background_tasks (task_name, task_instance, execution_time, picked, version)
                            SELECT task, :instance, now(), false, 1 FROM unnest(:tasks) task
                            ON CONFLICT DO NOTHING""")
                    .param("instance", RecurringTask.INSTANCE)
                    .param("tasks", tasks.toArray(String[]::new))
                    .update());
        } catch (DataAccessException failure) {
            log.warn("Tasks are entered with the next connection: {}", failure.getMessage());
        }
    }

    List<WorkTask> tasks() {
        return maintenance.single(sql -> sql.sql("""
                        SELECT task_name, execution_time, picked, picked_by, last_success, last_failure,
                            coalesce(consecutive_failures, 0) AS failures
                        FROM background_tasks ORDER BY task_name""").query(WorkSchedule::task).list());
    }

    /** Returns the queues of single pieces of work: messages, and what is due of workflows. */
    List<WorkQueue> queues() {
        return maintenance.single(sql -> sql.sql("""
                        SELECT 'mail' AS name, count(*) AS waiting, count(*) FILTER (WHERE attempts > 1) AS failing,
                            min(next_attempt_at) AS earliest
                        FROM outgoing_mails
                        UNION ALL
                        SELECT task_name, count(*), count(*) FILTER (WHERE consecutive_failures > 0),
                            min(execution_time)
                        FROM scheduled_tasks GROUP BY task_name
                        ORDER BY name""")
                .query((row, number) -> new WorkQueue(
                        row.getString("name"), row.getLong("waiting"), row.getLong("failing"), time(row, "earliest")))
                .list());
    }

    private static WorkTask task(ResultSet row, int number) throws SQLException {
        @Nullable String process = row.getBoolean("picked") ? row.getString("picked_by") : null;
        return new WorkTask(
                row.getString("task_name"),
                row.getObject("execution_time", OffsetDateTime.class).toInstant(),
                process,
                time(row, "last_success"),
                time(row, "last_failure"),
                row.getInt("failures"));
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
