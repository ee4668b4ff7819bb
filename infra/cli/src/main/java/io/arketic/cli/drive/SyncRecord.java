package io.arketic.cli.drive;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * Records what a sync has created on the drive: the document and the bytes of each path. It grows by a line with each
 * file, so that an interrupted sync knows its results.
 */
final class SyncRecord {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @param hash of the bytes that were uploaded; empty of a path that was removed again
     * @param folder its path on the drive
     */
    record Made(String id, String hash, String folder) {}

    private final Path file;
    private final Map<String, Made> made = new TreeMap<>();

    private SyncRecord(Path file) {
        this.file = file;
    }

    static SyncRecord load(Path file) throws IOException {
        SyncRecord record = new SyncRecord(file);
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                record.read(line);
            }
        }
        return record;
    }

    private void read(String line) {
        try {
            Map<String, String> fields = JSON.readValue(line, new TypeReference<>() {});
            apply(
                    fields.getOrDefault("path", ""),
                    fields.getOrDefault("id", ""),
                    fields.getOrDefault("hash", ""),
                    fields.getOrDefault("folder", ""));
        } catch (IOException cut) {
            // The last line of a process that was killed: the next sync uploads that file again.
        }
    }

    private void apply(String path, String id, String hash, String folder) {
        if (hash.isEmpty()) {
            made.remove(path);
        } else {
            made.put(path, new Made(id, hash, folder));
        }
    }

    Map<String, Made> made() {
        return Map.copyOf(made);
    }

    /** @param folder the path of the folder on the drive that it is in */
    void made(String path, DriveEntry entry, String folder) throws IOException {
        append(path, entry.id(), entry.hash(), folder);
    }

    void removed(String path) throws IOException {
        append(path, "", "", "");
    }

    private void append(String path, String id, String hash, String folder) throws IOException {
        apply(path, id, hash, folder);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, line(path, id, hash, folder), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Rewrites the record with one line for each path. */
    void compact() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        for (var entry : made.entrySet()) {
            Made value = entry.getValue();
            lines.append(line(entry.getKey(), value.id(), value.hash(), value.folder()));
        }
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(draft, lines);
        Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String line(String path, String id, String hash, String folder) throws IOException {
        return JSON.writeValueAsString(Map.of("path", path, "id", id, "hash", hash, "folder", folder)) + "\n";
    }
}
