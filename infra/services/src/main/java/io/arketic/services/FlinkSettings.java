package io.arketic.services;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Holds the settings that the processes of one Flink cluster share.
 *
 * @param directory checkpoints, savepoints, uploaded jars and what a new JobManager needs to go on
 * @param rest Flink's REST interface and console
 * @param keyPassword of the cluster's key store, see {@link FlinkKeys}
 * @param environment what the jobs find in the environment of the JobManager and the TaskManagers
 * @param metrics the first of the ports for Prometheus; each process takes the next free one
 */
record FlinkSettings(
        Path root,
        Path directory,
        Port rest,
        Port zooKeeper,
        String keyPassword,
        Map<String, String> environment,
        Port metrics) {

    /** Limits the processes of one machine that have metrics. */
    private static final int METRICS_PORTS = 32;

    private static final String PARALLELISM = "ARKETIC_INGEST_PARALLELISM";

    FlinkSettings {
        // Sorted, so that equal settings print alike.
        environment = new TreeMap<>(environment);
    }

    URI restAddress() {
        return URI.create("https://127.0.0.1:" + rest.number());
    }

    FlinkKeys keys() {
        return new FlinkKeys(directory.resolve("flink.p12"), keyPassword);
    }

    /** Returns the temporary files of one process, which no other process uses. */
    Path temporary(String process) {
        return directory.resolve(process).resolve("temporary");
    }

    /**
     * Counts the slots for the ingest job and a bounded run beside it, each with {@code ARKETIC_INGEST_PARALLELISM}
     * subtasks, and for the reindex job.
     */
    int slots() {
        String value = environment.getOrDefault(PARALLELISM, "2");
        try {
            int parallelism = Integer.parseInt(value.strip());
            if (parallelism >= 1) {
                return 2 * Math.max(2, parallelism) + 1;
            }
        } catch (NumberFormatException e) {
            // Reported below, with the name of the variable.
        }
        throw new IllegalArgumentException(PARALLELISM + " must be a number from 1 up: " + value);
    }

    /** Returns Flink's {@code config.yaml}. */
    String yaml() {
        String own = """
                jobmanager.rpc.address: 127.0.0.1
                jobmanager.bind-host: 127.0.0.1
                rest.address: 127.0.0.1
                rest.bind-address: 127.0.0.1
                rest.port: %1$d
                taskmanager.host: 127.0.0.1
                taskmanager.bind-host: 127.0.0.1
                taskmanager.numberOfTaskSlots: %4$d
                # A job's subtasks go to all TaskManagers, not to the first one with free slots.
                taskmanager.load-balance.mode: SLOTS

                # Together with the JVM's own share under 3 GiB; off-heap is where the embedding models live.
                taskmanager.cpu.cores: 2.0
                taskmanager.memory.framework.heap.size: 128m
                taskmanager.memory.task.heap.size: 640m
                taskmanager.memory.framework.off-heap.size: 128m
                taskmanager.memory.task.off-heap.size: 1g
                taskmanager.memory.network.min: 64m
                taskmanager.memory.network.max: 64m
                taskmanager.memory.managed.size: 16m
                # A cancelled job's classes stay until idle threads of its HTTP client end, about a minute; 24 MiB a job.
                taskmanager.memory.jvm-metaspace.size: 512m
                taskmanager.memory.jvm-overhead.min: 192m
                taskmanager.memory.jvm-overhead.max: 192m

                pekko.startup-timeout: 60 s
                heartbeat.interval: 2 s
                heartbeat.timeout: 8 s
                high-availability.type: zookeeper
                high-availability.zookeeper.quorum: 127.0.0.1:%2$d
                high-availability.zookeeper.path.root: /arketic
                high-availability.zookeeper.client.session-timeout: 6 s
                high-availability.zookeeper.client.connection-timeout: 5 s
                high-availability.storageDir: file://%3$s/high-availability

                state.backend.type: hashmap
                execution.checkpointing.storage: filesystem
                execution.checkpointing.dir: file://%3$s/checkpoints
                execution.checkpointing.savepoint-dir: file://%3$s/savepoints
                execution.checkpointing.interval: 5 s
                execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION
                restart-strategy.type: exponential-delay
                restart-strategy.exponential-delay.initial-backoff: 1 s
                restart-strategy.exponential-delay.max-backoff: 30 s

                # For holders of the cluster's key; pages of other sites read nothing.
                web.submit.enable: true
                web.access-control-allow-origin: https://127.0.0.1:%1$d
                web.upload.dir: %3$s/uploads

                # One copy of the native libraries per process, however often a job is submitted.
                classloader.parent-first-patterns.additional: ai.djl.;ai.onnxruntime.;com.sun.jna

                # Events that a subtask has not taken yet are few, so that a barrier does not wait behind thousands.
                taskmanager.network.memory.buffer-debloat.enabled: true

                metrics.reporter.prometheus.factory.class: org.apache.flink.metrics.prometheus.AddressedReporterFactory
                metrics.reporter.prometheus.host: 127.0.0.1
                metrics.reporter.prometheus.port: %5$d-%6$d
                """.formatted(
                        rest.number(),
                        zooKeeper.number(),
                        directory,
                        slots(),
                        metrics.number(),
                        metrics.number() + METRICS_PORTS - 1);
        return own + keys().yaml();
    }

    /** Shows no values of the environment. */
    @Override
    public String toString() {
        return "FlinkSettings[rest=" + restAddress() + ", directory=" + directory + "]";
    }
}
