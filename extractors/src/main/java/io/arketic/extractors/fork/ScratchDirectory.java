package io.arketic.extractors.fork;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Manages the directory of a parser process's temporary files. The process that made it holds a lock in it during its
 * life, which distinguishes it from an abandoned one.
 */
final class ScratchDirectory implements AutoCloseable {

    private static final String PREFIX = "arketic-fork-";
    private static final String OWN_PREFIX = PREFIX + thisProcess() + "-";
    private static final String LOCK = "owner.lock";

    /** Sets the time after which a directory without a lock is no longer in creation. */
    private static final Duration MAKING = Duration.ofMinutes(1);

    private final Path path;
    private final FileChannel lock;

    private ScratchDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    static ScratchDirectory create() throws IOException {
        Path path = Files.createTempDirectory(OWN_PREFIX);
        try {
            return new ScratchDirectory(path, locked(path.resolve(LOCK)));
        } catch (IOException e) {
            delete(path);
            throw e;
        }
    }

    private static FileChannel locked(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            channel.lock(); // fails where the thread is interrupted
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Removes the directories of killed processes. */
    static void removeAbandoned() {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path directory : found) {
                if (isOfAnotherProcess(directory) && isAbandoned(directory)) {
                    delete(directory);
                }
            }
        } catch (IOException e) {
            warn(parent, e);
        }
    }

    /**
     * Returns whether another process owns the directory; it never opens an own lock, which is lost with the first
     * channel that this process closes on the file.
     */
    private static boolean isOfAnotherProcess(Path directory) {
        return !String.valueOf(directory.getFileName()).startsWith(OWN_PREFIX)
                && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isAbandoned(Path directory) {
        Path file = directory.resolve(LOCK);
        try {
            if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
                Instant touched = Files.getLastModifiedTime(directory).toInstant();
                return touched.isBefore(Instant.now().minus(MAKING));
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                    FileLock taken = channel.tryLock()) {
                return taken != null;
            }
        } catch (IOException e) {
            // It is another user's, or another process is removing it.
            return false;
        }
    }

    private static String thisProcess() {
        ProcessHandle self = ProcessHandle.current();
        long started = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return self.pid() + "-" + started;
    }

    Path path() {
        return path;
    }

    /** Removes it with its content. */
    @Override
    public void close() {
        delete(path);
        try {
            lock.close();
        } catch (IOException e) {
            warn(path, e);
        }
    }

    /** Deletes without following links; a file that cannot be removed stays. */
    private static void delete(Path directory) {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                        throws IOException {
                    Files.deleteIfExists(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            warn(directory, e);
        }
    }

    private static void warn(Path directory, IOException failure) {
        System.getLogger(ScratchDirectory.class.getName())
                .log(System.Logger.Level.WARNING, "left behind: {0}: {1}", directory, failure.toString());
    }
}
