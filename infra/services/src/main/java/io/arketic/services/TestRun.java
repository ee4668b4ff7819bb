package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Owns the processes and files that only the tests of this JVM use. They end with the JVM. */
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
            Path own = TestDirectory.of(root(), ProcessIdentity.self());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(own), "end of services"));
            return own;
        }
    }

    private static void end(Path own) {
        STARTED.parallelStream().forEach(process -> run(process::stop));
        // Where this JVM is no fork of Maven, the shared services are here, too.
        run(() -> ServiceProcess.stopOthers(own));
        try {
            Directories.delete(own);
        } catch (IOException e) {
            System.err.println("Cannot delete " + own + ": " + e);
        }
    }
}
