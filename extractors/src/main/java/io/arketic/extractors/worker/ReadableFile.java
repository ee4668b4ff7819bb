package io.arketic.extractors.worker;

import io.arketic.extractors.office.StrictOffice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Holds a file that the parsers can read: the original, or a temporary copy in a kind that they support.
 *
 * @param path to be read before this is closed
 */
record ReadableFile(Path path, boolean temporary) implements AutoCloseable {

    static ReadableFile of(Path file) throws IOException {
        @Nullable Path copy = StrictOffice.copy(file);
        if (copy == null) {
            copy = WideMail.copy(file);
        }
        return copy == null ? new ReadableFile(file, false) : new ReadableFile(copy, true);
    }

    @Override
    public void close() throws IOException {
        if (temporary) {
            Files.deleteIfExists(path);
        }
    }
}
