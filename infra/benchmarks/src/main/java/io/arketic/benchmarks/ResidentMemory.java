package io.arketic.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Reads the memory of processes in MiB, as Linux counts it. */
public final class ResidentMemory {

    /** Linux counts processor time in hundredths of a second for programs. */
    private static final double TICKS_A_SECOND = 100;

    private static final Path PROCESSES = Path.of("/proc");

    private ResidentMemory() {}

    static long now() throws IOException {
        return read("self", "VmRSS:");
    }

    public static long of(long pid) throws IOException {
        return read(Long.toString(pid), "VmRSS:");
    }

    /** Returns the most that a process ever had. */
    static long peak(long pid) throws IOException {
        return read(Long.toString(pid), "VmHWM:");
    }

    static long threads(long pid) throws IOException {
        return number(Long.toString(pid), "Threads:");
    }

    /** Returns the processor time that a process has had. */
    static double processorSeconds(long pid) throws IOException {
        String stat = Files.readString(PROCESSES.resolve(Long.toString(pid)).resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND;
    }

    /** Finds the process whose command line has all the given words. */
    static OptionalLong find(String... words) throws IOException {
        try (Stream<Path> processes = Files.list(PROCESSES)) {
            for (Path process : processes.toList()) {
                String name = process.getFileName().toString();
                if (name.chars().allMatch(Character::isDigit) && mentions(process, List.of(words))) {
                    return OptionalLong.of(Long.parseLong(name));
                }
            }
        }
        return OptionalLong.empty();
    }

    private static boolean mentions(Path process, List<String> words) {
        try {
            String command = Files.readString(process.resolve("cmdline"));
            return words.stream().allMatch(command::contains);
        } catch (IOException e) {
            // It ended since the listing.
            return false;
        }
    }

    private static long read(String process, String field) throws IOException {
        return number(process, field) / 1024;
    }

    private static long number(String process, String field) throws IOException {
        for (String line : Files.readAllLines(PROCESSES.resolve(process).resolve("status"))) {
            if (line.startsWith(field)) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no " + field + " of process " + process);
    }
}
