package io.arketic.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileTreeTest {

    @TempDir
    private Path directory;

    @BeforeEach
    void makeFiles() throws IOException {
        Files.createDirectories(directory.resolve("docs/sub dir"));
        Files.writeString(directory.resolve("docs/b.txt"), "b");
        Files.writeString(directory.resolve("docs/sub dir/ğ.txt"), "g");
        Files.writeString(directory.resolve("b.txt"), "another b");
    }

    @Test
    void aDirectoryGivesPathsBelowItAndAFileItsName() throws IOException {
        assertThat(FileTree.of(List.of(directory.resolve("docs"))))
                .extracting(FileTree.Entry::name)
                .containsExactly("b.txt", "sub dir/ğ.txt");
        assertThat(FileTree.of(List.of(directory.resolve("docs/sub dir/ğ.txt"))))
                .extracting(FileTree.Entry::name)
                .containsExactly("ğ.txt");
    }

    @Test
    void aDirectoryIsEmptiedAndStays() throws IOException {
        FileTree.deleteContent(directory);
        FileTree.deleteContent(directory.resolve("missing"));

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void theSameFileTwiceIsOne() throws IOException {
        assertThat(FileTree.of(List.of(directory.resolve("docs"), directory.resolve("docs/b.txt"))))
                .hasSize(2);
    }

    @Test
    void twoFilesOfOneNameAreRefused() {
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> FileTree.of(List.of(directory.resolve("docs"), directory.resolve("b.txt"))))
                .withMessageContaining("b.txt");
    }

    @Test
    void whatDoesNotExistIsRefusedByName() {
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> FileTree.of(List.of(directory.resolve("absent"))))
                .withMessageContaining("absent");
    }
}
