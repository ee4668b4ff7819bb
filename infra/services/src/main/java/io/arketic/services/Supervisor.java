package io.arketic.services;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Restarts components of a local stack when they end, each after a pause that doubles with every failure, and cuts logs
 * that have grown large. It is a component itself and owns only its memory: when it is killed, the others continue, and
 * {@code down} still finds them.
 */
record Supervisor(StackSettings settings) implements Component {

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    /** Sets the time after which a serving component's earlier failure no longer counts. */
    private static final Duration STEADY = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "supervisor";
    }

    @Override
    public List<Port> ports() {
        return List.of();
    }

    @Override
    public void prepare() {}

    @Override
    public List<String> command() {
        return List.of(
                JavaProgram.java(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                Supervisor.class.getName(),
                settings.root().toString());
    }

    @Override
    public Map<String, String> environment() {
        return new TreeMap<>(settings.environment());
    }

    @Override
    public boolean isReady() {
        return true;
    }

    /** Returns the class path of this JVM, which has all of the command. */
    static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** @param arguments the checkout; everything else stands in the environment, as it did for {@code up} */
    public static void main(String[] arguments) throws InterruptedException {
        var settings = StackSettings.fromEnvironment(Path.of(arguments[0]));
        supervise(StackComponents.of(settings).inOrder(), settings.directory());
    }

    /** Continues until it is interrupted or the directory is gone. */
    static void supervise(List<Component> components, Path directory) throws InterruptedException {
        Map<String, Restarts> restarts = new HashMap<>();
        while (Files.isDirectory(directory)) {
            for (Component component : components) {
                limitLog(ServiceLog.of(directory, component.name()));
                if (ServiceProcess.running(component, directory).isEmpty()) {
                    Restarts own = restarts.computeIfAbsent(component.name(), name -> new Restarts());
                    if (own.isDue()) {
                        restart(component, directory, own);
                    }
                }
            }
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
        }
    }

    private static void limitLog(ServiceLog log) {
        try {
            log.limit();
        } catch (IOException e) {
            say(log.file() + " cannot be cut: " + e.getMessage());
        }
    }

    private static void restart(Component component, Path directory, Restarts restarts) throws InterruptedException {
        restarts.count();
        try {
            say(component.name() + " has ended and is restarted");
            ServiceProcess.start(component, directory);
        } catch (ServiceException e) {
            say(component.name() + " cannot be started: " + e.getMessage());
        }
    }

    private static void say(String line) {
        System.out.println(Instant.now() + " " + line);
    }

    /** Computes when one component may be started next. */
    private static final class Restarts {

        private Duration pause = Duration.ZERO;
        private Instant last = Instant.MIN;

        boolean isDue() {
            return last.equals(Instant.MIN) || Instant.now().isAfter(last.plus(pause));
        }

        void count() {
            Instant now = Instant.now();
            boolean steady = last.equals(Instant.MIN) || now.isAfter(last.plus(STEADY));
            Duration doubled = pause.multipliedBy(2);
            pause = steady || pause.isZero()
                    ? FIRST_PAUSE
                    : doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
            last = now;
        }
    }
}
