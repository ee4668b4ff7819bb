package io.arketic.cli.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Lists the files that arguments name, a file itself or a directory with all its files, and deletes directories. */
public final class FileTree {

    /** @param name relative to the argument that named it, with slashes: a file's own name, a path below a directory */
    public record Entry(String name, Path file) {}

    private FileTree() {}

    /**
     * Lists them by name, each once.
     *
     * @throws CommandException when an argument does not exist, or when two different files would have one name
     */
    public static List<Entry> of(List<Path> arguments) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        for (Path argument : arguments) {
            if (Files.isDirectory(argument)) {
                try (Stream<Path> tree = Files.walk(argument)) {
                    for (Path file : (Iterable<Path>) tree.filter(Files::isRegularFile)::iterator) {
                        add(files, argument.relativize(file).toString(), file);
                    }
                } catch (UncheckedIOException e) {
                    throw e.getCause();
                }
            } else if (Files.exists(argument)) {
                add(files, argument.toAbsolutePath().getFileName().toString(), argument);
            } else {
                throw CommandException.unusable("no such file or directory: " + argument);
            }
        }
        List<Entry> entries = new ArrayList<>();
        files.forEach((name, file) -> entries.add(new Entry(name, file)));
        return entries;
    }

    /** Deletes a directory with its content; links are deleted, not followed. It has no effect if it is missing. */
    public static void delete(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Deletes the content of a directory, and not the directory. It has no effect if it is missing. */
    public static void deleteContent(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<Path> content;
        try (Stream<Path> entries = Files.list(directory)) {
            content = entries.toList();
        }
        for (Path entry : content) {
            delete(entry);
        }
    }

    private static void add(Map<String, Path> files, String name, Path file) throws IOException {
        Path other = files.putIfAbsent(name, file);
        if (other != null && !Files.isSameFile(other, file)) {
            throw CommandException.unusable("two files would both be named " + name + ": " + other + " and " + file
                    + "; give them in two calls");
        }
    }
}
