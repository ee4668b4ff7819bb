package io.arketic.cli.prove;

import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.services.StackStatus.ComponentStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Is a way to end one of two PostgreSQL servers like {@code kill -9}. */
enum ServerKill {
    PATRONI {
        @Override
        Stream<ProcessHandle> victims(ProcessHandle node, Path data) {
            return node.children().filter(child -> commandLine(child).contains("/usr/bin/patroni\0"));
        }
    },
    POSTGRESQL {
        @Override
        Stream<ProcessHandle> victims(ProcessHandle node, Path data) throws IOException {
            List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
            return ProcessHandle.of(Long.parseLong(lines.get(0).strip())).stream();
        }
    },
    GUARD {
        @Override
        Stream<ProcessHandle> victims(ProcessHandle node, Path data) {
            return node.children().filter(child -> commandLine(child).contains("patroni.py\0"));
        }
    },
    ALL {
        @Override
        Stream<ProcessHandle> victims(ProcessHandle node, Path data) throws IOException {
            return Stream.concat(POSTGRESQL.victims(node, data), Stream.concat(node.descendants(), Stream.of(node)));
        }
    };

    abstract Stream<ProcessHandle> victims(ProcessHandle node, Path data) throws IOException;

    /** Ends this part of the primary; returns what was ended. */
    String end(Stack stack) throws Exception {
        String primary = stack.local()
                .pair()
                .primary()
                .orElseThrow(() -> CommandException.failed("neither PostgreSQL server takes writes"));
        ComponentStatus node = stack.local().status().components().stream()
                .filter(component -> component.name().equals(primary))
                .findFirst()
                .orElseThrow();
        List<ProcessHandle> victims = victims(
                        ProcessHandle.of(node.pid().orElseThrow()).orElseThrow(),
                        stack.local().primaryData())
                .toList();
        if (victims.isEmpty()) {
            throw CommandException.failed(primary + " has no process of the kind " + this);
        }
        victims.forEach(ProcessHandle::destroyForcibly);
        return name().toLowerCase(Locale.ROOT) + " of " + primary;
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException e) {
            return ""; // It has ended.
        }
    }
}
