package io.arketic.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Describes one process of a standalone Flink session cluster. */
record FlinkProcess(FlinkSettings settings, Role role, String name) implements Component {

    enum Role {
        JOB_MANAGER,
        TASK_MANAGER
    }

    /** Lists the packages that Flink's own scripts open for JDK 17. */
    private static final List<String> OPENED = List.of(
            "java.base/java.lang",
            "java.base/java.net",
            "java.base/java.io",
            "java.base/java.nio",
            "java.base/java.lang.reflect",
            "java.base/java.text",
            "java.base/java.time",
            "java.base/java.util",
            "java.base/java.util.concurrent",
            "java.base/java.util.concurrent.atomic",
            "java.base/java.util.concurrent.locks",
            "java.base/sun.nio.ch");

    /**
     * Lists the TaskManager's memory options; heap, direct memory and metaspace are the sums of the sizes in {@link
     * FlinkSettings}.
     */
    private static final List<String> TASK_MANAGER_MEMORY =
            List.of("-Xms256m", "-Xmx768m", "-XX:MaxDirectMemorySize=1216m", "-XX:MaxMetaspaceSize=512m");

    private static final List<String> JOB_MANAGER_MEMORY =
            List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:MaxMetaspaceSize=512m");

    @Override
    public List<Port> ports() {
        return role == Role.JOB_MANAGER ? List.of(settings.rest()) : List.of();
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        settings.keys().make();
        JavaProgram.writeLogging(configuration());
        Secrets.writeOwnerOnly(configuration().resolve("config.yaml"), settings.yaml());
        Files.createDirectories(settings.directory().resolve("uploads"));
        Files.createDirectories(configuration().resolve("blobs"));
        Files.createDirectories(settings.temporary(name));
    }

    @Override
    public List<String> command() {
        List<String> options = new ArrayList<>(role == Role.JOB_MANAGER ? JOB_MANAGER_MEMORY : TASK_MANAGER_MEMORY);
        OPENED.forEach(opened -> options.add("--add-opens=" + opened + "=ALL-UNNAMED"));
        options.add("-Djava.io.tmpdir=" + settings.temporary(name));
        List<String> arguments =
                new ArrayList<>(List.of("--configDir", configuration().toString()));
        arguments.addAll(
                List.of("-D", "blob.storage.directory=" + configuration().resolve("blobs")));
        arguments.addAll(List.of("-D", "io.tmp.dirs=" + settings.temporary(name)));
        if (role == Role.TASK_MANAGER) {
            arguments.addAll(List.of("-D", "taskmanager.resource-id=" + name));
        }
        return JavaProgram.command(
                settings.root(),
                "flink",
                configuration(),
                options,
                role == Role.JOB_MANAGER
                        ? "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
                        : "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                arguments);
    }

    /**
     * Returns the environment. The JobManager reads the jobs' settings, which travel to the TaskManagers inside the
     * jobs: these get only what libraries read. It allows few arenas, because many of them would keep native memory
     * that the models have freed.
     */
    @Override
    public Map<String, String> environment() {
        var environment = new TreeMap<>(settings.environment());
        if (role == Role.TASK_MANAGER) {
            environment.keySet().removeIf(name -> name.startsWith("ARKETIC_"));
        }
        environment.put("MALLOC_ARENA_MAX", "2");
        return environment;
    }

    @Override
    public boolean isReady() throws InterruptedException {
        var rest = new FlinkRest(settings.restAddress(), settings.keys());
        if (role == Role.JOB_MANAGER) {
            return rest.overview().slots() >= 0;
        }
        List<String> offering = new ArrayList<>();
        rest.get("/taskmanagers").path("taskmanagers").forEach(manager -> {
            // One that has registered is listed a moment before its slots are.
            if (manager.path("slotsNumber").asInt() > 0) {
                offering.add(manager.path("id").asText());
            }
        });
        return offering.contains(name);
    }

    private Path configuration() {
        return settings.directory().resolve(name);
    }
}
