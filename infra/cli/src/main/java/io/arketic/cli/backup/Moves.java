package io.arketic.cli.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;

/** Moves directories within one disk, and back if a later move fails. */
final class Moves {

    private record Move(Path from, Path to) {}

    private final Deque<Move> done = new ArrayDeque<>();

    void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        done.push(new Move(from, to));
    }

    /** Moves all back, the last one first. */
    void undo() throws IOException {
        while (!done.isEmpty()) {
            Move move = done.pop();
            Files.move(move.to(), move.from(), StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
