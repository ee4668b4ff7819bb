package io.arketic.cli.operate;

import io.arketic.services.StackSettings;
import io.arketic.services.StackStatus;
import io.arketic.services.StackStatus.ComponentStatus;
import io.arketic.services.StackStatus.State;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Checks the machine: which components serve, who can reach their ports, disk and Java. */
final class MachineDoctor {

    private static final int LEAST_FREE_PERCENT = 10;
    private static final long GIB = 1L << 30;
    private static final String LISTENING = "0A";

    private MachineDoctor() {}

    static List<Finding> findings(StackSettings settings, StackStatus status) throws IOException {
        List<Finding> findings = new ArrayList<>();
        findings.add(serving(status));
        findings.add(ports(status, "/proc/net/tcp", "/proc/net/tcp6"));
        findings.add(disk(settings.state()));
        int java = Runtime.version().feature();
        findings.add(
                java >= 17
                        ? Finding.ok("versions", "Java " + Runtime.version())
                        : Finding.fail("versions", "Java " + java + " is older than 17"));
        return findings;
    }

    private static Finding serving(StackStatus status) {
        String missing = status.components().stream()
                .filter(component -> component.state() != State.SERVING)
                .map(ComponentStatus::name)
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            return Finding.fail("stack", "does not serve: " + missing + "; see infra/arketic status");
        }
        return status.supervised()
                ? Finding.ok("stack", "all components serve and are supervised")
                : Finding.fail("stack", "no supervisor restarts what ends: infra/arketic up");
    }

    /** Finds ports of the stack that other machines reach. The files are those of the kernel's sockets. */
    static Finding ports(StackStatus status, String... files) throws IOException {
        Set<Integer> own = status.components().stream()
                .flatMap(component -> component.ports().stream())
                .collect(Collectors.toSet());
        Set<Integer> open = new TreeSet<>();
        for (String file : files) {
            if (Files.exists(Path.of(file))) {
                for (String line : Files.readAllLines(Path.of(file))) {
                    String[] columns = line.strip().split("\\s+", -1);
                    if (columns.length > 3 && columns[3].equals(LISTENING)) {
                        String[] local = columns[1].split(":", -1);
                        int port = Integer.parseInt(local[1], 16);
                        if (own.contains(port) && !isLoopback(local[0])) {
                            open.add(port);
                        }
                    }
                }
            }
        }
        return open.isEmpty()
                ? Finding.ok("ports", "all ports of the stack are on the loopback address")
                : Finding.fail("ports", "other machines reach the ports " + open);
    }

    /** Returns whether an address in the kernel's hexadecimal form is on the loopback interface. */
    private static boolean isLoopback(String address) {
        return address.length() == 8
                ? address.endsWith("7F")
                : address.equals("00000000000000000000000001000000")
                        || address.startsWith("0000000000000000FFFF0000") && address.endsWith("7F");
    }

    private static Finding disk(Path state) throws IOException {
        FileStore store = Files.getFileStore(state);
        long free = store.getUsableSpace();
        long percent = free * 100 / store.getTotalSpace();
        String text = percent + " % of the disk of " + state + " are free, " + free / GIB + " GiB";
        return percent >= LEAST_FREE_PERCENT && free >= 2 * GIB
                ? Finding.ok("disk", text)
                : free >= GIB ? Finding.warn("disk", text) : Finding.fail("disk", text);
    }
}
