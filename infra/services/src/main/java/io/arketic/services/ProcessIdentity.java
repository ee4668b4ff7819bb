package io.arketic.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Identifies a process during its life: a later one with the same number is another process.
 *
 * @param startTicks when it started, in the kernel's clock ticks since the boot (field 22 of {@code /proc/PID/stat})
 * @param boot the boot that it belongs to
 */
record ProcessIdentity(long pid, long startTicks, String boot) {

    private static final Path PROCESSES = Path.of("/proc");

    static ProcessIdentity self() {
        long pid = ProcessHandle.current().pid();
        return of(pid).orElseThrow(() -> new IllegalStateException("No /proc/" + pid));
    }

    static Optional<ProcessIdentity> of(long pid) {
        return stat(pid).map(stat -> new ProcessIdentity(pid, stat.startTicks, bootNow()));
    }

    /** Reads what {@link #toString} wrote; empty if the file is missing or incomplete. */
    static Optional<ProcessIdentity> read(Path file) {
        try {
            String[] parts = Files.readString(file).strip().split(" ", -1);
            return parts.length == 3
                    ? Optional.of(new ProcessIdentity(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]))
                    : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    boolean isAlive() {
        return boot.equals(bootNow())
                && stat(pid)
                        .filter(stat -> stat.startTicks == startTicks && stat.state != 'Z')
                        .isPresent();
    }

    /**
     * Returns the living processes of the group that this process leads or led; empty if the number leads another
     * group.
     */
    List<ProcessHandle> group() {
        if (!boot.equals(bootNow())
                || stat(pid).filter(stat -> stat.startTicks != startTicks).isPresent()) {
            return List.of();
        }
        List<ProcessHandle> members = new ArrayList<>();
        ProcessHandle.allProcesses()
                .filter(process -> stat(process.pid())
                        .filter(stat -> stat.group == pid && stat.startTicks >= startTicks && stat.state != 'Z')
                        .isPresent())
                .forEach(members::add);
        return members;
    }

    @Override
    public String toString() {
        return pid + " " + startTicks + " " + boot;
    }

    private static String bootNow() {
        try {
            return Files.readString(PROCESSES.resolve("sys/kernel/random/boot_id"))
                    .strip();
        } catch (IOException e) {
            throw new ServiceException(
                    ServiceException.Reason.SYSTEM, "Arketic's local services need Linux's /proc", e);
        }
    }

    private record Stat(char state, long group, long startTicks) {}

    private static Optional<Stat> stat(long pid) {
        try {
            String line = Files.readString(PROCESSES.resolve(pid + "/stat"));
            // The second field is the program's name in brackets and may hold anything.
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            return Optional.of(
                    new Stat(fields[0].charAt(0), Long.parseLong(fields[2]), Long.parseLong(fields[19].strip())));
        } catch (IOException e) {
            // No such process, or one that ended while it was read.
            return Optional.empty();
        }
    }
}
