package io.arketic.cli.backup;

import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.FileTree;
import io.arketic.services.LocalStack;
import io.arketic.services.StackSettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds a directory on the disk of the stack while one command runs. Its directories may be state directories of stacks. One
 * process at a time has it. When it ends, and where it was killed, when the next one begins, everything in it is removed,
 * the processes of its stacks first.
 */
public final class Scratch implements AutoCloseable {

    private final Path directory;
    private final FileChannel lock;
    private final Thread atExit = new Thread(this::removeAtExit, "removal of scratch");
    private volatile boolean inSteps;
    private volatile boolean ending;

    private Scratch(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Takes the scratch directory of a purpose, empty.
     *
     * @throws CommandException while another process has it
     */
    public static Scratch take(StackSettings settings, String purpose) throws IOException, InterruptedException {
        Path parent = parent(settings);
        // The stack's directory is made and marked, or refused.
        new LocalStack(settings).claim();
        Files.createDirectories(parent);
        FileChannel channel = FileChannel.open(
                parent.resolve(purpose + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (locked(channel) == null) {
            channel.close();
            throw CommandException.failed("another " + purpose + " of this stack runs; wait for its end");
        }
        var scratch = new Scratch(parent.resolve(purpose), channel);
        try {
            scratch.remove();
            Files.createDirectories(scratch.directory);
        } catch (IOException | RuntimeException | InterruptedException e) {
            channel.close();
            throw e;
        }
        Runtime.getRuntime().addShutdownHook(scratch.atExit);
        return scratch;
    }

    static Path parent(StackSettings settings) {
        return settings.directory().resolve("scratch");
    }

    private static @Nullable FileLock locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    public Path directory() {
        return directory;
    }

    /**
     * Runs steps that must end or be undone, also where the process is asked to end: it waits for them. They look at {@link
     * #isEnding} and undo what they did.
     */
    synchronized <T> T complete(Callable<T> steps) throws Exception {
        inSteps = true;
        try {
            if (ending) {
                throw new InterruptedIOException("the command was interrupted");
            }
            return steps.call();
        } finally {
            inSteps = false;
        }
    }

    /** Returns whether the process was asked to end. */
    boolean isEnding() {
        return ending;
    }

    private synchronized void remove() throws IOException, InterruptedException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> states;
        try (Stream<Path> found = Files.list(directory)) {
            states = found.toList();
        }
        for (Path state : states) {
            LocalStack.endProcesses(state.resolve("stack"));
        }
        FileTree.delete(directory);
    }

    private void removeAtExit() {
        ending = true;
        if (inSteps) {
            System.err.println("arketic: ends or puts back what was begun; do not kill it");
        }
        try {
            remove();
        } catch (IOException | RuntimeException e) {
            System.err.println("arketic: cannot remove " + directory + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try {
            remove();
        } finally {
            lock.close();
            try {
                Runtime.getRuntime().removeShutdownHook(atExit);
            } catch (IllegalStateException e) {
                // The process ends, and its hook finds an empty place.
            }
        }
    }
}
