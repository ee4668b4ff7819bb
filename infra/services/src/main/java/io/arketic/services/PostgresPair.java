package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Knows on disk whether two servers share the data of a stack. While a pair exists, each of both may have been the last
 * primary; without one the data are those of the first server.
 *
 * @param first the directory of the first server
 * @param second the directory of the second server
 */
record PostgresPair(Path first, Path second) {

    private static final Pattern HISTORY = Pattern.compile("([0-9A-F]{8})\\.history");
    private static final Pattern CONTROL = Pattern.compile("(?m)^([^:\\n]+): +(.*)$");

    /** @param stack the directory that both lie in */
    static PostgresPair of(Path stack) {
        return new PostgresPair(stack.resolve(PatroniNode.name(1)), stack.resolve(PatroniNode.name(2)));
    }

    /** @param server the directory of a server; the other one lies beside it */
    static PostgresPair beside(Path server) {
        return new PostgresPair(server.resolveSibling(PatroniNode.name(1)), server.resolveSibling(PatroniNode.name(2)));
    }

    boolean exists() {
        return Files.exists(file());
    }

    /** Returns the name of the pair; each pair has a new one, so that ZooKeeper knows nothing of it. */
    String cluster() throws IOException {
        if (!exists()) {
            throw new ServiceException(Reason.SYSTEM, "The first server has made no cluster yet");
        }
        return Files.readString(file()).strip();
    }

    /** Begins a pair with the data of the first server; the second copies them. */
    void begin() throws IOException {
        Directories.delete(second.resolve("data"));
        Path draft = first.resolve("pair.new");
        Files.writeString(draft, "arketic-" + UUID.randomUUID());
        Files.move(draft, file(), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Ends the pair: the data of the last primary become those of the first server, the others are deleted. It has no effect
     * without a pair, and continues where it was killed. No server may run.
     *
     * @param programs the directory of {@code pg_controldata}
     */
    void end(Path programs) throws IOException, InterruptedException {
        if (!exists()) {
            return;
        }
        Path own = first.resolve("data");
        Path other = second.resolve("data");
        if (isNewer(programs, other, own)) {
            Path former = second.resolve("data.former");
            if (Files.exists(own)) {
                Directories.delete(former);
                Files.move(own, former, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(other, own, StandardCopyOption.ATOMIC_MOVE);
        }
        for (String signal : new String[] {"standby.signal", "recovery.signal"}) {
            Files.deleteIfExists(own.resolve(signal));
        }
        Files.delete(file());
        Directories.delete(second);
    }

    /** Returns whether {@code data} are of a later primary than {@code than}. */
    private static boolean isNewer(Path programs, Path data, Path than) throws IOException, InterruptedException {
        Optional<State> one = state(programs, data);
        Optional<State> other = state(programs, than);
        if (one.isEmpty() && other.isEmpty()) {
            throw new ServiceException(
                    Reason.SYSTEM,
                    "Neither " + data + " nor " + than
                            + " was a primary when it ended, so that one may lack commits of the"
                            + " other. Start both, and stop them again: infra/arketic up --replica, then down");
        }
        return one.isPresent()
                && (other.isEmpty() || one.get().timeline() > other.get().timeline());
    }

    /** Holds the timeline of a server that was a primary when it ended. */
    private record State(long timeline) {}

    /** Returns nothing for a standby, and where there are no data. */
    private static Optional<State> state(Path programs, Path data) throws IOException, InterruptedException {
        if (!Files.exists(data.resolve("global/pg_control"))) {
            return Optional.empty();
        }
        var builder = new ProcessBuilder(programs.resolve("pg_controldata").toString(), data.toString())
                .redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new ServiceException(Reason.SYSTEM, "pg_controldata cannot read " + data + ": " + output.strip());
        }
        Map<String, String> fields = new TreeMap<>();
        Matcher matcher = CONTROL.matcher(output);
        while (matcher.find()) {
            fields.put(matcher.group(1), matcher.group(2).strip());
        }
        String state = fields.getOrDefault("Database cluster state", "");
        if (!state.equals("in production") && !state.equals("shut down") && !state.equals("shutting down")) {
            return Optional.empty();
        }
        // A server that was promoted a moment ago has written the history of its timeline, but no checkpoint.
        long timeline = Long.parseLong(fields.getOrDefault("Latest checkpoint's TimeLineID", "0"));
        try (Stream<Path> log = Files.list(data.resolve("pg_wal"))) {
            return Optional.of(new State(Math.max(
                    timeline,
                    log.map(file -> HISTORY.matcher(String.valueOf(file.getFileName())))
                            .filter(Matcher::matches)
                            .mapToLong(name -> Long.parseLong(name.group(1), 16))
                            .max()
                            .orElse(0))));
        }
    }

    private Path file() {
        return first.resolve("pair");
    }
}
