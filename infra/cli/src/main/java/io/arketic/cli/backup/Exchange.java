package io.arketic.cli.backup;

import io.arketic.cli.terminal.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Puts restored data in the place of the present ones. Wherever it is killed, the next start has either the present
 * database, or the restored one without Flink's state, which knows files that the restored database does not.
 *
 * @param stack the directory of the stack
 * @param data the data of its database
 */
record Exchange(Path stack, Path data) {

    /** Returns what makes room, the database last. */
    List<Path> directories() {
        return List.of(
                stack.resolve("flink"),
                stack.resolve("zookeeper"),
                stack.resolve("ingest-job"),
                stack.resolve("reindex-job"),
                data);
    }

    /**
     * Moves everything; after a failure everything is where it was.
     *
     * @param aside gets the present data
     */
    void run(Path restored, Path aside) throws IOException {
        Path waiting = data.resolveSibling("data.restored");
        var moves = new Moves();
        try {
            Files.createDirectories(aside);
            if (Files.exists(data)) {
                // An exchange was killed after its first move.
                FileTree.delete(waiting);
            } else if (Files.exists(waiting)) {
                // An exchange was killed before its last move.
                moves.move(waiting, data);
            }
            moves.move(restored, waiting);
            for (Path old : directories()) {
                if (Files.exists(old)) {
                    moves.move(
                            old, aside.resolve(stack.relativize(old).toString().replace('/', '-')));
                }
            }
            moves.move(waiting, data);
        } catch (IOException e) {
            moves.undo(e);
            throw e;
        }
    }
}
