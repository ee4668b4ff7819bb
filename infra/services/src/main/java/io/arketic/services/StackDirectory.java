package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Manages the directory of one stack. A marker identifies it, so that an unrelated directory of the same name is
 * neither filled nor deleted.
 */
record StackDirectory(Path path) {

    static final String MARKER = ".arketic-stack";

    /** Creates the directory, or takes an empty one; refuses one with files that no stack has marked. */
    void claim() {
        requireOwn();
        try {
            Files.createDirectories(path);
            if (!Files.exists(marker())) {
                Files.createFile(marker());
            }
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot use " + path, e);
        }
    }

    /** Throws when the directory holds files and no marker. */
    void requireOwn() {
        try {
            if (!Files.exists(marker()) && !entries().isEmpty()) {
                throw new ServiceException(
                        Reason.SYSTEM,
                        path + " holds files and no " + MARKER + ", so it is left as it is: set ARKETIC_HOME to another"
                                + " directory, or if a stack made it: touch " + marker());
            }
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot use " + path, e);
        }
    }

    /**
     * Deletes it with its content, the marker last: after an interruption, the rest is still recognised as the stack's.
     */
    void delete() {
        requireOwn();
        try {
            for (Path entry : entries()) {
                if (!entry.equals(marker())) {
                    Directories.delete(entry);
                }
            }
            Directories.delete(path);
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot delete " + path, e);
        }
    }

    private Path marker() {
        return path.resolve(MARKER);
    }

    private List<Path> entries() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.toList();
        }
    }
}
