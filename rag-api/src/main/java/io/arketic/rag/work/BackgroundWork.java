package io.arketic.rag.work;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.stats.MicrometerStatsRegistry;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import io.arketic.rag.deployment.DatabaseSignals;
import io.arketic.rag.deployment.SchedulerDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Runs each {@link BackgroundTask} by db-scheduler: under a lease that the process renews, and in another process when
 * that one dies. Its metrics are those of db-scheduler ({@code dbscheduler_task_…}).
 */
@Component
class BackgroundWork implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(BackgroundWork.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    private static final int MOST_DOUBLINGS = 7;

    /** Limits the pause after failures in usual pauses, so that frequent work does not rest for long after an outage. */
    private static final int MOST_PAUSES = 5;

    /** Limits the wait for running tasks before they are interrupted; each ends at a point that another run continues. */
    private static final Duration STOP = Duration.ofSeconds(1);

    private final SchedulerDatabase database;
    private final WorkSchedule schedule;
    private final List<RecurringTask<Void>> tasks;
    private final MeterRegistry meters;
    private volatile @Nullable Scheduler scheduler;

    BackgroundWork(
            SchedulerDatabase database,
            WorkSchedule schedule,
            List<BackgroundTask> tasks,
            DatabaseSignals signals,
            MeterRegistry meters) {
        this.database = database;
        this.schedule = schedule;
        this.tasks = tasks.stream().map(BackgroundWork::recurring).toList();
        this.meters = meters;
        signals.subscribe(WorkSchedule.CHANNEL, empty -> look());
        signals.whenConnected(this::enter);
    }

    /** Enters the tasks once there is a connection: the process also starts without its database. */
    private void enter() {
        schedule.enter(tasks.stream().map(RecurringTask::getName).toList());
        look();
    }

    private void look() {
        Scheduler running = scheduler;
        if (running != null) {
            running.triggerCheckForDueExecutions();
        }
    }

    private static RecurringTask<Void> recurring(BackgroundTask task) {
        return Tasks.recurring(task.name(), FixedDelay.of(task.pause()))
                .doNotScheduleOnStartup()
                .onDeadExecutionRevive()
                .onFailure((failed, operations) -> postpone(task, failed, operations))
                .execute((instance, context) -> run(task));
    }

    private static void run(BackgroundTask task) {
        try {
            task.run();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void postpone(BackgroundTask task, ExecutionComplete failed, ExecutionOperations<Void> operations) {
        Duration pause = pauseAfter(failed.getExecution().consecutiveFailures, task.pause());
        log.warn(
                "{} failed and runs again in {}",
                task.name(),
                pause,
                failed.getCause().orElse(null));
        operations.reschedule(failed, failed.getTimeDone().plus(pause));
    }

    /** Returns the pause after a failure: doubled with each earlier one, up to some usual pauses of the task. */
    static Duration pauseAfter(int earlierFailures, Duration usual) {
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(earlierFailures, MOST_DOUBLINGS));
        return Stream.of(doubled, FIRST_PAUSE.plus(usual.multipliedBy(MOST_PAUSES)), LONGEST_PAUSE)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    @Override
    public synchronized void start() {
        Scheduler built = database.scheduler(List.copyOf(tasks))
                .tableName("background_tasks")
                .threads(tasks.size())
                .statsRegistry(new MicrometerStatsRegistry(meters, tasks))
                .shutdownMaxWait(STOP)
                .failureLogging(LogLevel.DEBUG, false)
                .build();
        scheduler = built;
        built.start();
    }

    @Override
    public synchronized void stop() {
        Scheduler running = scheduler;
        scheduler = null;
        if (running != null) {
            running.stop();
        }
    }

    @Override
    public boolean isRunning() {
        return scheduler != null;
    }
}
