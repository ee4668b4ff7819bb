package io.arketic.rag.run;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.arketic.rag.deployment.DatabaseSignals;
import io.arketic.rag.deployment.SchedulerDatabase;
import io.arketic.rag.workflow.DueTask;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * What is due, by db-scheduler: each process of the API takes some, under a lease that its heartbeat renews. What a process
 * that died had taken is taken by another, a few times: work that ends each process that takes it is given up. Nothing that waits takes a thread or a connection.
 */
@Component
public class ExecutionTasks implements SmartLifecycle {

    public static final String RUN = "workflow-run";
    static final String PROMOTION = "workflow-promotion";
    public static final String STEP = "workflow-step";
    static final String DEADLINE = "workflow-deadline";

    private static final Logger log = LoggerFactory.getLogger(ExecutionTasks.class);

    /** Sets the time between two looks for tasks that were not due when they were stored; a due one is signalled. */
    private static final Duration POLL = Duration.ofMillis(200);

    private static final Duration STOP = Duration.ofSeconds(10);

    private final SchedulerDatabase database;
    private final RunLimits limits;
    private final List<Task<?>> tasks = new ArrayList<>();
    private volatile @Nullable Scheduler scheduler;

    ExecutionTasks(
            SchedulerDatabase database,
            RunLimits limits,
            StepRunner runner,
            List<DueTask> contributed,
            DatabaseSignals signals) {
        this.database = database;
        this.limits = limits;
        tasks.add(task(
                RUN,
                (organization, execution, task) -> runner.run(organization, execution),
                runner::abandon,
                UnaryOperator.identity()));
        tasks.add(task(
                PROMOTION,
                (organization, execution, task) -> {
                    // Its own task looks again.
                    runner.run(organization, execution);
                    return Optional.empty();
                },
                runner::abandon,
                UnaryOperator.identity()));
        tasks.add(task(STEP, runner::step, runner::abandonStep, UnaryOperator.identity()));
        tasks.add(task(
                DEADLINE,
                (organization, execution, task) -> {
                    runner.deadline(organization, execution);
                    return Optional.empty();
                },
                runner::abandon,
                UnaryOperator.identity()));
        contributed.forEach(due -> tasks.add(task(
                due.name(),
                (organization, thing, task) -> due.run(organization, thing),
                due::abandon,
                TaskContent::alive)));
        signals.subscribe("arketic_workflow", nothing -> look());
        signals.whenConnected(this::look);
    }

    private void look() {
        Scheduler running = scheduler;
        if (running != null) {
            running.triggerCheckForDueExecutions();
        }
    }

    /** Does the work of a task. A repeated task has the same name. */
    private interface Work {
        Optional<Instant> run(UUID organization, UUID thing, String task);
    }

    /** Gives up the work of a task. */
    private interface Abandonment {
        void run(UUID organization, UUID thing);
    }

    /**
     * @param again gives the content of a task that looks again. A run or a step that looks again has begun nothing: its
     *     deaths still count, or work that ends its process would never be given up while it waits between the attempts.
     */
    private static Task<String> task(
            String name, Work work, Abandonment abandonment, UnaryOperator<TaskContent> again) {
        return new Tasks.TaskBuilder<>(name, String.class)
                .onDeadExecution((complete, operations) -> {
                    TaskContent died = TaskContent.of(String.valueOf(
                                    complete.getExecution().taskInstance.getData()))
                            .diedAgain();
                    operations.reschedule(complete, Instant.now().plus(died.pause()), died.text());
                })
                .onFailure(new FailureHandler.MaxRetriesFailureHandler<>(
                        1000, new FailureHandler.ExponentialBackoffFailureHandler<>(Duration.ofSeconds(1), 1.5)))
                .execute((instance, context) -> {
                    TaskContent content = TaskContent.of(instance.getData());
                    if (content.isPoison()) {
                        log.error("{} {} ended {} processes and is given up", name, instance.getId(), content.deaths());
                        abandonment.run(content.organization(), content.thing());
                        return new CompletionHandler.OnCompleteRemove<>();
                    }
                    return work.run(content.organization(), content.thing(), instance.getId())
                            .<CompletionHandler<String>>map(due -> (complete, operations) -> operations.reschedule(
                                    complete, due, again.apply(content).text()))
                            .orElseGet(CompletionHandler.OnCompleteRemove::new);
                });
    }

    @Override
    public synchronized void start() {
        Scheduler built = database.scheduler(tasks)
                .pollingInterval(POLL)
                .threads(limits.threads())
                .shutdownMaxWait(STOP)
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
