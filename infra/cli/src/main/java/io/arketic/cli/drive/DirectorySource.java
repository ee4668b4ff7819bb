package io.arketic.cli.drive;

import io.arketic.cli.terminal.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Lists the files of a local directory at any depth. */
final class DirectorySource implements SyncSource {

    private final Path directory;

    DirectorySource(Path directory) {
        this.directory = directory;
    }

    @Override
    public List<Item> items() throws IOException {
        return FileTree.of(List.of(directory)).stream()
                .map(file -> new Item(file.name().replace('\\', '/'), null))
                .toList();
    }

    @Override
    public <T> T with(Item item, Work<T> work) throws IOException, InterruptedException {
        return work.on(directory.resolve(item.path()));
    }
}
