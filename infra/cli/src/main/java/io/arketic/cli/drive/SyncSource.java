package io.arketic.cli.drive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is where a sync brings files from. */
interface SyncSource {

    /**
     * Names a file.
     *
     * @param path with slashes, below the source
     * @param version changes with the bytes; null where only the bytes tell
     */
    record Item(String path, @Nullable String version) {}

    /** Works with the bytes of one file. */
    interface Work<T> {
        T on(Path file) throws IOException, InterruptedException;
    }

    /** Lists all files in the order of their paths. */
    List<Item> items() throws IOException;

    /**
     * Runs work with the bytes of an item in a local file, which is the work's only while it runs.
     *
     * @throws IOException also when this item alone cannot be read
     */
    <T> T with(Item item, Work<T> work) throws IOException, InterruptedException;
}
