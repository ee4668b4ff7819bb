package io.arketic.extractors.fork;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Measures how long a process was ready to run and got no processor, as Linux counts it for each thread. On a crowded
 * machine, the time on the clock says little about a file.
 */
final class ProcessorWait {

    private final Path threads;
    private final Map<Path, Long> before;

    /** Starts to measure. */
    ProcessorWait(long pid) {
        this.threads = Path.of("/proc", Long.toString(pid), "task");
        this.before = delays();
    }

    /** Returns the longest wait of one thread since the start, in nanoseconds; 0 if the system does not count it. */
    long nanos() {
        return delays().entrySet().stream()
                .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
                .max()
                .orElse(0);
    }

    private Map<Path, Long> delays() {
        Map<Path, Long> delays = new HashMap<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
            for (Path thread : all) {
                delays.put(thread, delay(thread));
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The process ended, perhaps amid the iteration, or the system has no such counts.
            return Map.of();
        }
        return delays;
    }

    private static long delay(Path thread) {
        try {
            String[] counts =
                    Files.readString(thread.resolve("schedstat")).strip().split(" ");
            return counts.length > 1 ? Long.parseLong(counts[1]) : 0;
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
