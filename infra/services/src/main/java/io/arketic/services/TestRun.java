package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.Stream;

/**
 * Owns the processes and files that the tests of this JVM use, under {@code .arketic/test} of the checkout. They end
 * with the JVM; the next JVM removes those of a killed one.
 */
final class TestRun {

    private static final Deque<ServiceProcess> STARTED = new ConcurrentLinkedDeque<>();

    private TestRun() {}

    /** Returns the checkout: the system property {@code arketic.root}, or the nearest directory that holds infra/. */
    static Path root() {
        String property = System.getProperty("arketic.root");
        if (property != null) {
            return Path.of(property);
        }
        Path start = Path.of("").toAbsolutePath();
        for (Path candidate = start; candidate != null; candidate = candidate.getParent()) {
            if (Files.isExecutable(candidate.resolve("infra/services/postgresql.sh"))) {
                return candidate;
            }
        }
        throw new ServiceException(Reason.SYSTEM, start + " is not inside a checkout of Arketic");
    }

    /** Returns whether containers run the services that can ({@code mvn -Pcontainers}). */
    static boolean usesContainers() {
        return Boolean.getBoolean("arketic.containers");
    }

    static Path directory() {
        return Own.DIRECTORY;
    }

    /** Starts a component of this run, the only one of its kind, and waits until it serves. */
    static <C extends Component> C start(C component) {
        run(() -> begin(component, directory()).awaitReady());
        return component;
    }

    /** Waits for a component that is no process of this run. */
    static void awaitReady(Component component) throws InterruptedException {
        boolean ready = ServiceProcess.await(
                () -> {
                    try {
                        return component.isReady();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return false;
                    } catch (Exception e) {
                        return false;
                    }
                },
                component.startsWithin());
        if (!ready) {
            throw new ServiceException(Reason.NOT_READY, component.name() + " did not serve within its time");
        }
    }

    /** Kills it like {@code kill -9}, and starts it again on its data; returns when it serves. */
    static void crash(Component component) {
        run(() -> {
            ServiceProcess.running(component, directory()).orElseThrow().kill();
            Instant deadline = Instant.now().plus(component.startsWithin());
            while (true) {
                try {
                    begin(component, directory()).awaitReady();
                    return;
                } catch (ServiceException e) {
                    // PostgreSQL refuses to start until the last of its orphaned children has ended.
                    if (e.reason() != Reason.EXITED || Instant.now().isAfter(deadline)) {
                        throw e;
                    }
                }
            }
        });
    }

    /** Starts a component that ends with this JVM; its log and process file are below the directory. */
    static ServiceProcess begin(Component component, Path directory) throws InterruptedException {
        ServiceProcess process = ServiceProcess.start(component, directory);
        STARTED.push(process);
        return process;
    }

    interface Action {
        void run() throws InterruptedException;
    }

    static void run(Action action) {
        call(() -> {
            action.run();
            return true;
        });
    }

    interface Question<T> {
        T ask() throws InterruptedException;
    }

    /** Calls for tests, whose threads are never really interrupted. */
    static <T> T call(Question<T> question) {
        try {
            return question.ask();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceException(Reason.SYSTEM, "Interrupted", e);
        }
    }

    /** Holds what is created on first use. */
    private static final class Own {

        private static final Path DIRECTORY = create();

        private static Path create() {
            Path runs = root().resolve(".arketic/test");
            ProcessIdentity self = ProcessIdentity.self();
            Path own = runs.resolve(self.pid() + "-" + self.startTicks());
            try {
                Files.createDirectories(own);
                Files.writeString(own.resolve("owner"), self.toString());
                clearDeadRuns(runs);
            } catch (IOException e) {
                throw new ServiceException(Reason.SYSTEM, "Cannot use " + runs, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ServiceException(Reason.SYSTEM, "Interrupted", e);
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(own), "end of services"));
            return own;
        }
    }

    private static void clearDeadRuns(Path runs) throws IOException, InterruptedException {
        for (Path run : list(runs)) {
            // A run whose owner's file is not there yet has just begun.
            boolean dead = ProcessIdentity.read(run.resolve("owner"))
                    .filter(owner -> !owner.isAlive())
                    .isPresent();
            if (dead) {
                ServiceProcess.stopOthers(run);
                Directories.delete(run);
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    private static void end(Path own) {
        STARTED.parallelStream().forEach(process -> run(process::stop));
        try {
            Directories.delete(own);
        } catch (IOException e) {
            System.err.println("Cannot delete " + own + ": " + e);
        }
    }
}
