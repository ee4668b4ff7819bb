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
import org.jspecify.annotations.Nullable;

/**
 * Records what a sync has created on the drive, and what it has found there: the document and the bytes of each path. It
 * grows by a line with each file, so that an interrupted sync knows its results.
 */
final class SyncRecord {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @param hash of the bytes that were uploaded; empty of a path that was removed again
     * @param folder its path on the drive
     * @param version of the source's file; empty where the source names none
     * @param created by a sync; false of a document that was there before
     */
    record Made(String id, String hash, String folder, String version, boolean created) {}

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
                    new Made(
                            fields.getOrDefault("id", ""),
                            fields.getOrDefault("hash", ""),
                            fields.getOrDefault("folder", ""),
                            fields.getOrDefault("version", ""),
                            !fields.containsKey("found")));
        } catch (IOException cut) {
            // The last line of a process that was killed: the next sync uploads that file again.
        }
    }

    private void apply(String path, Made value) {
        if (value.hash().isEmpty()) {
            made.remove(path);
        } else {
            made.put(path, value);
        }
    }

    Map<String, Made> made() {
        return Map.copyOf(made);
    }

    /**
     * @param folder the path of the folder on the drive that it is in
     * @param version of the source's file; null where it has none
     * @param created by a sync
     */
    void made(String path, DriveEntry entry, String folder, @Nullable String version, boolean created)
            throws IOException {
        append(path, new Made(entry.id(), entry.hash(), folder, version == null ? "" : version, created));
    }

    void removed(String path) throws IOException {
        append(path, new Made("", "", "", "", true));
    }

    private void append(String path, Made value) throws IOException {
        apply(path, value);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, line(path, value), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Rewrites the record with one line for each path. */
    void compact() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        for (var entry : made.entrySet()) {
            lines.append(line(entry.getKey(), entry.getValue()));
        }
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(draft, lines);
        Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String line(String path, Made value) throws IOException {
        Map<String, String> fields =
                new TreeMap<>(Map.of("path", path, "id", value.id(), "hash", value.hash(), "folder", value.folder()));
        if (!value.version().isEmpty()) {
            fields.put("version", value.version());
        }
        if (!value.created()) {
            fields.put("found", "true");
        }
        return JSON.writeValueAsString(fields) + "\n";
    }
}
