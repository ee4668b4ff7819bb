package io.arketic.ingest.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Provides a directory for downloads that is removed when closed; the next process removes that of a killed one. */
public final class Scratch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);
    private static final String PREFIX = "arketic-ingest-";

    /** Is the size of the file that shows whether there is room, in bytes. */
    private static final int PROBE = 16 << 10;

    private final Path directory;

    private Scratch(Path directory) {
        this.directory = directory;
    }

    public static Scratch open() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        removeAbandoned(temporary);
        return new Scratch(Files.createTempDirectory(
                temporary, PREFIX + ProcessHandle.current().pid() + "-"));
    }

    Path directory() {
        return directory;
    }

    /** Creates an empty file. */
    public Path file(String prefix) throws IOException {
        return Files.createTempFile(directory, prefix, "");
    }

    /** Throws if not even a small file can be written: then no other file has room here either. */
    public void requireRoom() throws NoRoomException {
        try {
            Path probe = file("probe-");
            try {
                Files.write(probe, new byte[PROBE]);
            } finally {
                Files.deleteIfExists(probe);
            }
        } catch (IOException e) {
            throw new NoRoomException("no file can be written in " + directory + ": " + e, e);
        }
    }

    @Override
    public void close() throws IOException {
        remove(directory);
    }

    private static void removeAbandoned(Path temporary) throws IOException {
        try (Stream<Path> entries = Files.list(temporary)) {
            for (Path entry : entries.filter(Scratch::abandoned).toList()) {
                try {
                    remove(entry);
                } catch (IOException e) {
                    LOG.warn("could not remove {}", entry, e);
                }
            }
        }
    }

    private static boolean abandoned(Path entry) {
        String name = entry.getFileName().toString();
        if (!name.matches(PREFIX + "\\d+-\\d+")) {
            return false;
        }
        long pid = Long.parseLong(name.substring(PREFIX.length(), name.lastIndexOf('-')));
        return ProcessHandle.of(pid).isEmpty();
    }

    private static void remove(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(directory)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
