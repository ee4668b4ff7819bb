package io.arketic.cli.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Moves directories within one disk, and back if a later move fails. */
final class Moves {

    private record Move(Path from, Path to) {}

    private final Deque<Move> done = new ArrayDeque<>();

    void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        done.push(new Move(from, to));
    }

    /**
     * Moves all back, the last one first, and goes on where one fails.
     *
     * @param cause why they are undone; it is kept beside a failure
     */
    void undo(Throwable cause) throws IOException {
        List<IOException> failures = new ArrayList<>();
        while (!done.isEmpty()) {
            Move move = done.pop();
            try {
                Files.move(move.to(), move.from(), StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            var failure = new IOException(
                    "data could not be moved back: " + failures.get(0).getMessage(), cause);
            failures.forEach(failure::addSuppressed);
            throw failure;
        }
    }
}
