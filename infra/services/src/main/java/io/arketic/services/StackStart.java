package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts the stack in parallel where components do not depend on each other; it starts all or none. */
final class StackStart {

    private interface Task {
        void run() throws Exception;
    }

    private final StackSettings settings;
    private final StackComponents components;
    private final LocalStack.Progress progress;
    private final Path directory;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Component> started = ConcurrentHashMap.newKeySet();

    StackStart(StackSettings settings, StackComponents components, LocalStack.Progress progress) {
        this.settings = settings;
        this.components = components;
        this.progress = progress;
        this.directory = settings.directory();
    }

    /** Returns when all serve; otherwise stops what it has started, also if the JVM is asked to end meanwhile. */
    void run(LocalStack.Steps steps) throws InterruptedException {
        requireFreePorts();
        if (settings.backsUp()) {
            // The server archives from its first moment.
            PgBackRest.of(settings).prepareArchive();
        }
        var abandon = new Thread(this::abandon, "abandoned start");
        Runtime.getRuntime().addShutdownHook(abandon);
        boolean serving = false;
        try {
            begin(steps).get();
            serving = true;
        } catch (ExecutionException e) {
            throw failure(e);
        } finally {
            if (!serving) {
                abandon();
            }
            threads.shutdown();
            Runtime.getRuntime().removeShutdownHook(abandon);
        }
    }

    /** Checks the ports before any component starts, so that a port in use is reported at once. */
    private void requireFreePorts() {
        for (Component component : components.inOrder()) {
            if (ServiceProcess.running(component, directory).isEmpty()) {
                component.ports().forEach(port -> port.requireFree(component.name()));
            }
        }
    }

    private CompletableFuture<Void> begin(LocalStack.Steps steps) {
        var database = serveDatabase()
                .thenCompose(done -> async(() -> {
                    createDatabase();
                    steps.prepareDatabase(settings);
                    if (settings.backsUp()) {
                        prepareRepository();
                    }
                }));
        var services = all(components.services().stream()
                .filter(service -> !service.equals(components.postgres()))
                .map(this::serve));
        var storage = services.thenCompose(done -> async(() -> steps.prepareStorage(settings)));
        var flink = all(components.flink().stream().map(this::serve));
        List<RagApi> apis = components.apis();
        var api = all(Stream.of(database, storage))
                .thenCompose(done -> serve(apis.get(0)))
                .thenCompose(done -> all(apis.stream().skip(1).map(this::serve)));
        var options = api.thenCompose(done -> all(components.options().stream().map(this::serve)));
        return all(Stream.of(flink, options));
    }

    /**
     * Serves the server, or both nodes of a pair. The second node copies a new pair from the first. Of an earlier pair either
     * may be the only one that has every commit, and the other waits for it.
     */
    private CompletableFuture<Void> serveDatabase() {
        List<PatroniNode> nodes = components.nodes();
        if (nodes.isEmpty()) {
            return serve(components.postgres());
        }
        var both = PostgresPair.of(directory).exists()
                ? all(nodes.stream().map(this::serve))
                : serve(nodes.get(0)).thenCompose(done -> serve(nodes.get(1)));
        return both.thenCompose(done -> async(this::settle));
    }

    private void settle() throws Exception {
        // The standby must not accept fewer connections than the primary, before and after.
        PatroniNode first = components.nodes().get(0);
        PatroniNode second = components.nodes().get(1);
        List<PatroniNode> order = first.isPrimary() ? List.of(second, first, second) : List.of(first, second, first);
        for (PatroniNode node : order) {
            node.settle();
        }
    }

    /** Without its repository the stack serves, and its log waits; status, doctor and alerts say so. */
    private void prepareRepository() throws InterruptedException {
        try {
            PgBackRest backup = PgBackRest.of(settings);
            backup.prepareRepository();
            backup.ensureStanza();
        } catch (ServiceException e) {
            progress.broken("backup", String.valueOf(e.getMessage()));
        }
    }

    private CompletableFuture<Void> serve(Component component) {
        return async(() -> {
            Optional<ServiceProcess> running =
                    ServiceProcess.running(component, directory).filter(process -> process.hasSettings(component));
            Instant begin = Instant.now();
            if (running.isPresent()) {
                running.get().awaitReady();
                progress.serving(component.name(), Duration.ZERO);
            } else {
                progress.starting(component.name());
                started.add(component);
                ServiceProcess.start(component, directory).awaitReady();
                progress.serving(component.name(), Duration.between(begin, Instant.now()));
            }
        });
    }

    private void createDatabase() throws SQLException {
        DatabaseAccess owner = settings.owner("postgres");
        try (var connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                var statement = connection.createStatement()) {
            if (!statement
                    .executeQuery("SELECT FROM pg_database WHERE datname = 'arketic'")
                    .next()) {
                statement.execute("CREATE DATABASE arketic");
            }
        }
    }

    /** Stops what was started; a failure and the end of the JVM may both call it. */
    private void abandon() {
        threads.shutdownNow();
        try {
            threads.awaitTermination(1, TimeUnit.MINUTES);
            for (Component component : started) {
                ServiceProcess.stop(component, directory);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletableFuture<Void> async(Task task) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        throw e;
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                threads);
    }

    /** Fails with the first failure and does not wait for the rest. */
    private static CompletableFuture<Void> all(Stream<CompletableFuture<Void>> parts) {
        List<CompletableFuture<Void>> list = parts.toList();
        CompletableFuture<Void> all = CompletableFuture.allOf(list.toArray(CompletableFuture[]::new));
        for (CompletableFuture<Void> part : list) {
            part.exceptionally(failure -> {
                all.completeExceptionally(failure);
                return null;
            });
        }
        return all;
    }

    private static ServiceException failure(ExecutionException e) {
        Throwable cause = e.getCause();
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof ServiceException known
                ? known
                : new ServiceException(Reason.SYSTEM, "The stack does not start: " + cause, cause);
    }
}
