package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keeps services in a directory under {@code .arketic/test} of the checkout, which belongs to one process. A shell script
 * waits for the end of that process, also by {@code kill -9}; then it ends the services and deletes the directory.
 */
final class TestDirectory {

    private static final String OWNER = "owner";
    private static final String WATCHER = "watcher";

    private TestDirectory() {}

    /** Returns the same directory at each call for one owner. Clears what ended owners left without a script. */
    static Path of(Path root, ProcessIdentity owner) {
        Path all = root.resolve(".arketic/test");
        Path own = all.resolve(owner.pid() + "-" + owner.startTicks());
        try (StackLock lock = StackLock.take(all)) {
            Files.createDirectories(own);
            Files.writeString(own.resolve(OWNER), owner.toString());
            if (!lives(own.resolve(WATCHER))) {
                watch(root, own);
            }
            clear(all);
            return own;
        } catch (IOException | UncheckedIOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot use " + all, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceException(Reason.SYSTEM, "Interrupted", e);
        }
    }

    /** Starts the script in its own session, so that Ctrl-C in the terminal does not end it. */
    private static void watch(Path root, Path own) throws IOException, InterruptedException {
        Path script = root.resolve("infra/services/end-with-owner.sh");
        new ProcessBuilder("setsid", "sh", script.toString(), own.toString())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!ServiceProcess.await(() -> lives(own.resolve(WATCHER)), Duration.ofSeconds(60))) {
            throw new ServiceException(Reason.SYSTEM, script + " does not run");
        }
    }

    private static boolean lives(Path file) {
        return ProcessIdentity.read(file).filter(ProcessIdentity::isAlive).isPresent();
    }

    private static void clear(Path all) throws IOException, InterruptedException {
        List<Path> directories;
        try (Stream<Path> entries = Files.list(all)) {
            directories = entries.toList();
        }
        for (Path directory : directories) {
            boolean left = ProcessIdentity.read(directory.resolve(OWNER)).isPresent()
                    && !lives(directory.resolve(OWNER))
                    && !lives(directory.resolve(WATCHER));
            if (left) {
                ServiceProcess.stopOthers(directory);
                Directories.delete(directory);
            }
        }
    }
}
