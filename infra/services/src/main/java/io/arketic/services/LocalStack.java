package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Manages the whole stack of one checkout on the loopback address: PostgreSQL, Kafka, the S3 store, ZooKeeper, a Flink
 * JobManager and TaskManagers, API processes, and a supervisor that restarts ended ones. All are separate processes and
 * outlive the JVM that started them. Calls from several processes wait for each other.
 */
public final class LocalStack {

    /** Prepares the services for the product while they start. Each step runs on every {@link #up}. */
    public interface Steps {

        /**
         * Migrates the schema to the newest version when PostgreSQL serves and the database exists. The API starts
         * afterwards.
         */
        void prepareDatabase(StackSettings settings) throws Exception;

        /** Creates topics and bucket when Kafka and the S3 store serve. The API starts afterwards. */
        void prepareStorage(StackSettings settings) throws Exception;

        /** Starts the jobs when all components serve; no other command starts or stops one meanwhile. */
        void startJobs(StackSettings settings) throws Exception;
    }

    /** Receives the state of each component, from several threads. */
    public interface Progress {

        /** Reports that a component starts: it did not run, or ran with other settings. */
        void starting(String component);

        /** Reports that a component answers; {@code took} is zero if it already ran. */
        void serving(String component, Duration took);

        void stopped(String component);

        /** Reports that a part does not work, without which the stack starts. */
        void broken(String part, String reason);
    }

    private final StackSettings settings;
    private final Path directory;
    private final StackComponents components;

    public LocalStack(StackSettings settings) {
        this.settings = settings;
        this.directory = settings.directory();
        this.components = StackComponents.of(settings);
    }

    /**
     * Starts missing components and those with other settings, and returns when all serve; a second call finds them in
     * place. If a component fails, or this JVM is asked to end, it stops what this call started. If only the jobs fail,
     * the components keep running for inspection.
     *
     * @throws ServiceException says which component failed and why: a port in use, a missing package, the end of its log;
     *     or that the directory is not a stack's
     */
    public void up(Steps steps, Progress progress) throws InterruptedException {
        try (var lock = StackLock.take(directory)) {
            new StackDirectory(directory).claim();
            Optional<ServiceProcess> supervisor = ServiceProcess.running(components.supervisor(), directory);
            if (supervisor.isPresent() && !(allAsWanted() && supervisor.get().hasSettings(components.supervisor()))) {
                supervisor.get().stop();
            }
            StackOptions.stopOthers(settings);
            stop(components.surplus(), progress);
            new StackStart(settings, components, progress).run(steps);
            if (ServiceProcess.running(components.supervisor(), directory).isEmpty()) {
                ServiceProcess.start(components.supervisor(), directory).awaitReady();
            }
            startJobs(steps);
        }
    }

    /**
     * Stops the supervisor and then all components in reverse order, also those that a killed supervisor left. The data
     * stay.
     */
    public void down(Progress progress) throws InterruptedException {
        try (var lock = StackLock.take(directory)) {
            stopEverything(progress);
        }
    }

    /**
     * Stops all components and deletes the stack's data; secrets and the copy of PostgreSQL's server stay.
     *
     * @throws ServiceException before anything is touched, when the directory is not a stack's
     */
    public void wipe(Progress progress) throws InterruptedException {
        try (var lock = StackLock.take(directory)) {
            var own = new StackDirectory(directory);
            own.requireOwn();
            stopEverything(progress);
            own.delete();
        }
    }

    /**
     * Starts PostgreSQL without the rest, and the embedded store with {@code store}, for a restore or its check. Nothing
     * else of the stack may run.
     */
    public DataServices startData(boolean store) throws InterruptedException {
        new StackDirectory(directory).claim();
        if (settings.backsUp()) {
            // The server archives from its first moment.
            PgBackRest backup = PgBackRest.of(settings);
            backup.prepareArchive();
            backup.prepareRepository();
        }
        return DataServices.start(settings, components, true, store);
    }

    /** Starts the embedded store without the rest; nothing if the stack uses another store. */
    public DataServices startStore() throws InterruptedException {
        new StackDirectory(directory).claim();
        return DataServices.start(settings, components, false, true);
    }

    /** Makes and marks the directory of the stack unless it is there; refuses one that holds other files. */
    public void claim() {
        new StackDirectory(directory).claim();
    }

    /** Ends the processes of a stack of which only the directory is known; no effect if it has none. */
    public static void endProcesses(Path directory) throws InterruptedException {
        ServiceProcess.stopOthers(directory);
    }

    /**
     * Returns the directory of the data of PostgreSQL, of a pair those of the first server, in a directory of the stack that is
     * taken if it was missing.
     */
    public Path postgresData() {
        new StackDirectory(directory).claim();
        return components.postgres().data();
    }

    /** Returns the directory of the data of the server that takes writes now; of the first one if none answers. */
    public Path primaryData() throws InterruptedException {
        return components.primary().data();
    }

    /**
     * Describes which of two PostgreSQL servers does what.
     *
     * @param primary the component that takes writes; empty during a failover
     * @param standby the component that has every acknowledged commit and could take over; empty if none could
     */
    public record Pair(Optional<String> primary, Optional<String> standby) {}

    /** Asks both servers of the pair; both names are empty for a stack without one. */
    public Pair pair() throws InterruptedException {
        Optional<String> primary = Optional.empty();
        Optional<String> standby = Optional.empty();
        for (PatroniNode node : components.nodes()) {
            if (node.isPrimary()) {
                primary = Optional.of(node.name());
            } else if (node.isSynchronous()) {
                standby = Optional.of(node.name());
            }
        }
        return new Pair(primary, standby);
    }

    /**
     * Makes the data of the last primary of a pair those of the first server, and keeps the others aside: the next start begins a
     * new pair with them. It has no effect without a pair. No server may run.
     */
    public void endPair() throws InterruptedException {
        try {
            PostgresPair pair = PostgresPair.of(directory);
            // The programs are put beside the data: a restore that ends at its checks leaves nothing behind.
            if (pair.exists()) {
                pair.end(components.postgres().binaries());
            }
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot use " + directory, e);
        }
    }

    /** Asks every component; takes a few seconds at most. */
    public StackStatus status() {
        return new StackStatus(
                ServiceProcess.running(components.supervisor(), directory).isPresent(),
                components.inOrder().parallelStream()
                        .map(component -> StackStatus.ComponentStatus.of(component, directory))
                        .toList());
    }

    /** Returns the names in logs and status, in the order of start. */
    public List<String> components() {
        return components.inOrder().stream().map(Component::name).toList();
    }

    /** Returns a component's log; the file exists from its first start on. {@code supervisor} has one too. */
    public Path log(String component) {
        return ServiceLog.of(directory, component).file();
    }

    /** Returns the directory with {@code psql}, {@code pg_dump} and similar programs of the stack's own PostgreSQL. */
    public Path postgresBinaries() throws InterruptedException {
        new StackDirectory(directory).claim();
        try {
            return components.postgres().binaries();
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot use " + directory, e);
        }
    }

    private void startJobs(Steps steps) throws InterruptedException {
        try {
            steps.startJobs(settings);
        } catch (RuntimeException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new ServiceException(Reason.SYSTEM, "The jobs do not start: " + e, e);
        }
    }

    /**
     * Returns whether all components run with the wanted settings; otherwise a supervisor could restart an old one
     * meanwhile.
     */
    private boolean allAsWanted() {
        return components.inOrder().stream()
                .allMatch(component -> ServiceProcess.running(component, directory)
                        .filter(process -> process.hasSettings(component))
                        .isPresent());
    }

    private void stopEverything(Progress progress) throws InterruptedException {
        ServiceProcess.stop(components.supervisor(), directory);
        List<List<Component>> waves = new ArrayList<>(components.waves());
        Collections.reverse(waves);
        for (List<Component> wave : waves) {
            stop(wave, progress);
        }
        // Also those of a start with larger numbers, each in its own way.
        stop(components.surplus(), progress);
        ServiceProcess.stopOthers(directory);
    }

    private void stop(List<Component> wave, Progress progress) throws InterruptedException {
        List<Thread> threads = wave.stream()
                .map(component -> new Thread(
                        () -> {
                            try {
                                if (ServiceProcess.stop(component, directory)) {
                                    progress.stopped(component.name());
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "stop of " + component.name()))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
