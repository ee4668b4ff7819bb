package io.arketic.benchmarks;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Measures db-scheduler without the product: its table in the same database, the product's threads and connections, and tasks
 * that do nothing.
 */
record SchedulerAlone(double tasksASecond, Sample late) {

    private static final int THREADS = 8;
    private static final int CONNECTIONS = 10;
    private static final int TASKS = 5000;
    private static final Duration POLL = Duration.ofMillis(200);

    static SchedulerAlone measure(OwnApi api, int due) throws Exception {
        api.execute("create table if not exists alone (like scheduled_tasks including all)");
        Queue<Double> lateness = new ConcurrentLinkedQueue<>();
        OneTimeTask<Void> nothing = Tasks.oneTime("nothing")
                .execute((instance, context) ->
                        lateness.add((double) Duration.between(context.getExecution().executionTime, Instant.now())
                                        .toNanos()
                                / 1e6));
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(api.databaseUrl());
        pool.setUsername(api.databaseUser());
        pool.setPassword(api.databasePassword());
        pool.setMaximumPoolSize(CONNECTIONS);
        try (HikariDataSource connections = new HikariDataSource(pool)) {
            insert(connections, nothing, TASKS, Instant.now());
            Scheduler scheduler = Scheduler.create(connections, nothing)
                    .tableName("alone")
                    .threads(THREADS)
                    .pollUsingLockAndFetch(1.0, 4.0)
                    .pollingInterval(POLL)
                    .build();
            long begin = System.nanoTime();
            scheduler.start();
            try {
                awaitAll(lateness, TASKS);
                double tasksASecond = TASKS / ((System.nanoTime() - begin) / 1e9);
                lateness.clear();
                insert(connections, nothing, due, Instant.now().plusSeconds(3));
                awaitAll(lateness, due);
                Sample late = new Sample();
                lateness.forEach(late::add);
                Verdict.say(
                        "db-scheduler alone: %.0f tasks/s; %d due at once: late p99 %.0f ms",
                        tasksASecond, due, late.quantile(0.99));
                return new SchedulerAlone(tasksASecond, late);
            } finally {
                scheduler.stop();
            }
        }
    }

    private static void insert(DataSource connections, OneTimeTask<Void> task, int count, Instant time) {
        SchedulerClient client = SchedulerClient.Builder.create(connections, task)
                .tableName("alone")
                .build();
        List<com.github.kagkarlsson.scheduler.task.TaskInstance<?>> instances = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            instances.add(task.instance(time.toEpochMilli() + "-" + number));
        }
        client.scheduleBatch(instances, time);
    }

    private static void awaitAll(Queue<Double> done, int count) throws InterruptedException {
        while (done.size() < count) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
