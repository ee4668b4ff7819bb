package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Controls a component's process. It leads its own process group, so that a Ctrl-C in the terminal does not reach it
 * and its children end with it. It outlives the JVM that started it unless it is stopped. Its identity is in {@code
 * DIRECTORY/run/NAME.pid} from its first instruction on, its output in {@code DIRECTORY/logs/NAME.log}.
 */
final class ServiceProcess {

    private static final List<String> INHERITED =
            List.of("PATH", "HOME", "LANG", "LC_ALL", "TZ", "JAVA_HOME", "TMPDIR");
    private static final Duration POLL = Duration.ofMillis(50);

    /** Writes the process's own identity and then becomes the program. */
    private static final String RECORD_AND_EXECUTE = """
            read -r stat </proc/$$/stat
            set -- "$@" && file=$1 && shift
            start=$(echo "${stat##*) }" | cut -d ' ' -f 20)
            read -r boot </proc/sys/kernel/random/boot_id
            echo "$$ $start $boot" >"$file.new" && mv "$file.new" "$file" && exec "$@"
            """;

    private final Component component;
    private final ProcessIdentity identity;
    private final Path pidFile;
    private final Path settingsFile;
    private final ServiceLog log;

    private ServiceProcess(Component component, ProcessIdentity identity, Path directory) {
        this.component = component;
        this.identity = identity;
        this.pidFile = pidFile(directory, component.name());
        this.settingsFile = settingsFile(directory, component.name());
        this.log = ServiceLog.of(directory, component.name());
    }

    private static Path pidFile(Path directory, String name) {
        return directory.resolve("run").resolve(name + ".pid");
    }

    private static Path settingsFile(Path directory, String name) {
        return directory.resolve("run").resolve(name + ".settings");
    }

    /** Returns the component's process from an earlier start, if it still lives. */
    static Optional<ServiceProcess> running(Component component, Path directory) {
        return ProcessIdentity.read(pidFile(directory, component.name()))
                .filter(ProcessIdentity::isAlive)
                .map(identity -> new ServiceProcess(component, identity, directory));
    }

    /** Returns whether the process has the settings with which the component would start now. */
    boolean hasSettings(Component wanted) {
        try {
            return Files.readString(settingsFile).equals(digest(wanted.fingerprint()));
        } catch (IOException e) {
            return false;
        }
    }

    /** Prepares and starts the component; returns before it serves. It first ends processes of an earlier start. */
    static ServiceProcess start(Component component, Path directory) throws InterruptedException {
        Path pidFile = pidFile(directory, component.name());
        stop(pidFile, component.stopSignal(), component.stopsWithin());
        component.ports().forEach(port -> port.requireFree(component.name()));
        try {
            Files.createDirectories(pidFile.getParent());
            ServiceLog log = ServiceLog.of(directory, component.name());
            Files.createDirectories(log.file().getParent());
            log.limit();
            component.prepare();
            Files.writeString(settingsFile(directory, component.name()), digest(component.fingerprint()));
            List<String> command =
                    new ArrayList<>(List.of("setsid", "sh", "-c", RECORD_AND_EXECUTE, "sh", pidFile.toString()));
            command.addAll(component.command());
            var builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()));
            Map<String, String> environment = builder.environment();
            environment.keySet().retainAll(INHERITED);
            environment.putAll(component.environment());
            Process process = builder.start();
            ProcessIdentity identity = ProcessIdentity.of(process.pid())
                    .or(() -> ProcessIdentity.read(pidFile))
                    .orElseThrow(() -> new ServiceException(
                            Reason.EXITED, component.name() + " ended at once; its log is " + log.file()));
            return new ServiceProcess(component, identity, directory);
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot start " + component.name() + ": " + e.getMessage(), e);
        }
    }

    Component component() {
        return component;
    }

    long pid() {
        return identity.pid();
    }

    Path log() {
        return log.file();
    }

    boolean isAlive() {
        return identity.isAlive();
    }

    /** Returns once the component serves; stops it and throws if it ends before or its time ends. */
    void awaitReady() throws InterruptedException {
        Instant deadline = Instant.now().plus(component.startsWithin());
        @Nullable Exception last = null;
        while (Instant.now().isBefore(deadline)) {
            if (!isAlive()) {
                throw new ServiceException(
                        Reason.EXITED, component.name() + " ended while it started." + log.tail(), last);
            }
            try {
                if (component.isReady()) {
                    return;
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                last = e;
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
        String message = component.name() + " did not serve within "
                + component.startsWithin().toSeconds() + " s." + log.tail();
        stop();
        throw new ServiceException(Reason.NOT_READY, message, last);
    }

    /** Requests its end, and kills its whole group if that takes too long. */
    void stop() throws InterruptedException {
        end(identity, component.stopSignal(), component.stopsWithin());
        delete(pidFile);
    }

    /** Returns the memory of its process, without children; empty if it has just ended. */
    OptionalLong residentBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            return OptionalLong.empty();
        }
    }

    /** Stops a component of an earlier start like {@link #stop()}; false if there is none. */
    static boolean stop(Component component, Path directory) throws InterruptedException {
        Optional<ServiceProcess> running = running(component, directory);
        stop(pidFile(directory, component.name()), component.stopSignal(), component.stopsWithin());
        return running.isPresent();
    }

    /** Ends processes below the directory whose names the stack no longer has. */
    static void stopOthers(Path directory) throws InterruptedException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> found =
                Files.find(directory, 3, (path, attributes) -> path.toString().endsWith(".pid"))) {
            for (Path pidFile : found.toList()) {
                stop(pidFile, "INT", Duration.ofSeconds(10));
            }
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot read " + directory, e);
        }
    }

    /** Kills it and its group at once, without an orderly end. */
    void kill() throws InterruptedException {
        end(identity, "KILL", Duration.ofSeconds(10));
    }

    /**
     * Ends the process that the file names and its whole group: first with the signal, after the limit by force. It has
     * no effect if that process is gone, also if its number now belongs to another program.
     */
    private static void stop(Path pidFile, String signal, Duration within) throws InterruptedException {
        Optional<ProcessIdentity> identity = ProcessIdentity.read(pidFile);
        if (identity.isPresent()) {
            end(identity.get(), signal, within);
            delete(pidFile);
        }
    }

    private static void end(ProcessIdentity identity, String signal, Duration within) throws InterruptedException {
        if (identity.isAlive()) {
            signal(identity.pid(), signal);
            await(() -> !identity.isAlive(), within);
        }
        identity.group().forEach(ProcessHandle::destroyForcibly);
        if (!await(() -> !identity.isAlive() && identity.group().isEmpty(), Duration.ofSeconds(10))) {
            throw new ServiceException(Reason.SYSTEM, "Process " + identity.pid() + " cannot be ended");
        }
    }

    private static void delete(Path pidFile) {
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot delete " + pidFile, e);
        }
    }

    private static void signal(long pid, String signal) throws InterruptedException {
        try {
            new ProcessBuilder("sh", "-c", "kill -s \"$1\" \"$2\"", "sh", signal, Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot signal process " + pid, e);
        }
    }

    static boolean await(BooleanSupplier condition, Duration within) throws InterruptedException {
        Instant deadline = Instant.now().plus(within);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
        return true;
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every JDK has SHA-256", e);
        }
    }
}
