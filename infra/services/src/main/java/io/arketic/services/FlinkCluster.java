package io.arketic.services;

import io.arketic.services.FlinkProcess.Role;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Runs a Flink session cluster for tests: ZooKeeper, a JobManager and a TaskManager with five slots, each a process
 * that can be killed. It is highly available: jobs continue under a restarted JobManager. Not safe for several threads.
 */
public final class FlinkCluster implements AutoCloseable {

    private final Path directory;
    private final FlinkRest rest;
    private final URI metrics;
    private final ServiceProcess zooKeeper;
    private ServiceProcess jobManager;
    private ServiceProcess taskManager;

    private FlinkCluster(Path directory, FlinkSettings settings) throws InterruptedException {
        this.directory = directory;
        this.rest = new FlinkRest(settings.restAddress(), settings.keys());
        this.metrics = URI.create("http://127.0.0.1:" + settings.metrics().number() + "/metrics");
        this.zooKeeper = TestRun.begin(
                new ZooKeeperServer(settings.root(), directory.resolve("zookeeper"), settings.zooKeeper()), directory);
        this.jobManager = TestRun.begin(new FlinkProcess(settings, Role.JOB_MANAGER, "jobmanager"), directory);
        this.taskManager = TestRun.begin(new FlinkProcess(settings, Role.TASK_MANAGER, "taskmanager-1"), directory);
        for (ServiceProcess process : List.of(zooKeeper, jobManager, taskManager)) {
            process.awaitReady();
        }
    }

    static FlinkCluster start(Path directory, Map<String, String> environment) {
        var settings = new FlinkSettings(
                TestRun.root(),
                directory.resolve("flink"),
                Port.free(),
                Port.free(),
                UUID.randomUUID().toString(),
                environment,
                Port.free());
        return TestRun.call(() -> new FlinkCluster(directory, settings));
    }

    public FlinkRest rest() {
        return rest;
    }

    /** Returns where the process that began first serves its metrics. */
    URI metrics() {
        return metrics;
    }

    /** Returns the process id of the TaskManager, for measurements. */
    public long taskManagerPid() {
        return taskManager.pid();
    }

    /** Kills the TaskManager like {@code kill -9}, with its children. */
    public void killTaskManager() {
        TestRun.run(taskManager::kill);
    }

    /** Starts the TaskManager; returns when it has registered. */
    public void startTaskManager() {
        taskManager = restart(taskManager);
    }

    /** Kills the JobManager like {@code kill -9}. */
    public void killJobManager() {
        TestRun.run(jobManager::kill);
    }

    /** Starts the JobManager; returns when it answers, which is before it continues the jobs. */
    public void startJobManager() {
        jobManager = restart(jobManager);
    }

    /** Returns the directory of the managers' logs. */
    public Path logs() {
        return directory.resolve("logs");
    }

    /** Returns the directory of the TaskManager's temporary files. */
    public Path temporary() {
        return directory.resolve("flink/taskmanager-1/temporary");
    }

    @Override
    public void close() {
        for (ServiceProcess process : List.of(taskManager, jobManager, zooKeeper)) {
            TestRun.run(process::stop);
        }
    }

    private ServiceProcess restart(ServiceProcess ended) {
        return TestRun.call(() -> {
            ServiceProcess next = TestRun.begin(ended.component(), directory);
            next.awaitReady();
            return next;
        });
    }
}
