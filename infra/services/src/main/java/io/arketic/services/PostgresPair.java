package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * Knows on disk whether two servers share the data of a stack. While a pair exists, each of both may have been the last
 * primary; without one the data are those of the first server.
 *
 * @param first the directory of the first server
 * @param second the directory of the second server
 */
record PostgresPair(Path first, Path second) {

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

    /** Returns the name of the pair; each pair has a new one, so that ZooKeeper has no state of it yet. */
    String cluster() throws IOException {
        if (!exists()) {
            throw new ServiceException(Reason.SYSTEM, "The first server has made no cluster yet");
        }
        return Files.readString(file()).strip();
    }

    /** Begins a pair with the data of the first server; the second copies them. */
    void begin() throws IOException {
        Directories.delete(second);
        Path draft = first.resolve("pair.new");
        Files.writeString(draft, "arketic-" + UUID.randomUUID());
        Files.move(draft, file(), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Ends the pair: the data of the last primary become those of the first server, the others are kept aside until the next
     * pair begins. It has no effect without a pair, and continues where it was killed. No server may run.
     *
     * @param programs the directory of {@code pg_controldata}
     */
    void end(Path programs) throws IOException, InterruptedException {
        if (!exists()) {
            return;
        }
        Path own = first.resolve("data");
        Path other = second.resolve("data");
        boolean ownIsLast = ServerState.of(programs, own).isLaterThan(ServerState.of(programs, other));
        Path loser = ownIsLast ? other : own;
        if (Files.exists(loser)) {
            Directories.delete(former());
            Files.move(loser, former(), StandardCopyOption.ATOMIC_MOVE);
        }
        if (!ownIsLast) {
            Files.move(other, own, StandardCopyOption.ATOMIC_MOVE);
        }
        for (String signal : new String[] {"standby.signal", "recovery.signal"}) {
            Files.deleteIfExists(own.resolve(signal));
        }
        Files.delete(file());
    }

    /** Returns the directory of the data that were not chosen. */
    private Path former() {
        return second.resolve("data.former");
    }

    private Path file() {
        return first.resolve("pair");
    }
}
