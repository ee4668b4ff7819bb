package io.arketic.cli.prove;

import io.arketic.cli.terminal.CommandException;
import io.arketic.services.StackStatus.ComponentStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Holds a process of the stack that was stopped as SIGSTOP does, until it is closed. */
final class Sleeper implements AutoCloseable {

    private static final int LOOK_MILLIS = 500;

    private final ComponentStatus process;

    private Sleeper(ComponentStatus process) throws IOException, InterruptedException {
        this.process = process;
        signal("STOP");
    }

    /** Stops the process that uses the processors most. */
    static Sleeper busiest(List<ComponentStatus> processes) throws IOException, InterruptedException {
        List<Long> before = new ArrayList<>();
        for (ComponentStatus process : processes) {
            before.add(processorTicks(pid(process)));
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        ComponentStatus busiest = processes.get(0);
        long most = -1;
        for (int i = 0; i < processes.size(); i++) {
            long used = processorTicks(pid(processes.get(i))) - before.get(i);
            if (used > most) {
                most = used;
                busiest = processes.get(i);
            }
        }
        return new Sleeper(busiest);
    }

    /** Stops the process that owns a connection from this local port. */
    static Sleeper ofPort(List<ComponentStatus> processes, int port) throws IOException, InterruptedException {
        Set<String> sockets = sockets(port);
        for (ComponentStatus process : processes) {
            if (holdsAny(pid(process), sockets)) {
                return new Sleeper(process);
            }
        }
        throw CommandException.failed("no TaskManager owns the connection from port " + port);
    }

    String name() {
        return process.name();
    }

    /** Continues the process. A repeated call has no effect. */
    @Override
    public void close() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-s", signal, Long.toString(pid(process)))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw CommandException.failed("cannot send SIG" + signal + " to " + process.name());
        }
    }

    private static long pid(ComponentStatus process) {
        return process.pid().orElseThrow(() -> CommandException.failed(process.name() + " does not run"));
    }

    /** Returns user and system time: fields 14 and 15 of {@code /proc/PID/stat}, counted after the name's bracket. */
    private static long processorTicks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    /** Returns the inodes of the sockets with this local port. */
    private static Set<String> sockets(int port) throws IOException {
        String local = ":%04X".formatted(port);
        List<String> lines = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            if (Files.exists(Path.of(table))) {
                lines.addAll(Files.readAllLines(Path.of(table)));
            }
        }
        return lines.stream()
                .map(line -> line.strip().split("\\s+", -1))
                .filter(fields -> fields[1].endsWith(local))
                .map(fields -> "socket:[" + fields[9] + "]")
                .collect(Collectors.toSet());
    }

    private static boolean holdsAny(long pid, Set<String> sockets) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : (Iterable<Path>) descriptors::iterator) {
                try {
                    if (sockets.contains(Files.readSymbolicLink(descriptor).toString())) {
                        return true;
                    }
                } catch (NoSuchFileException e) {
                    // It was closed meanwhile.
                }
            }
        }
        return false;
    }
}
