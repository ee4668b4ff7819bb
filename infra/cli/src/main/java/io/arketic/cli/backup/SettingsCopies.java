package io.arketic.cli.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.services.StackSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Copies secrets, keys of encrypted columns and settings of the stack into the repository, encrypted. */
record SettingsCopies(Path directory, EncryptedFiles encryption) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> FILES = List.of("secrets.properties", "demo.properties");
    private static final String KEYSET = "keyset.json";

    void copy(StackSettings settings) throws IOException {
        Files.createDirectories(directory);
        ObjectNode files = JSON.createObjectNode();
        for (String name : FILES) {
            add(files, name, settings.state().resolve(name));
        }
        add(files, KEYSET, settings.keysetFile());
        ObjectNode copy = JSON.createObjectNode();
        copy.set("files", files);
        copy.set("environment", JSON.valueToTree(settings.environment()));
        Path file = directory.resolve(Instant.now().toEpochMilli() + ".settings");
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try (OutputStream out = encryption.writer(draft)) {
            out.write(JSON.writeValueAsBytes(copy));
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void add(ObjectNode files, String name, Path file) throws IOException {
        if (Files.exists(file)) {
            files.put(name, Files.readAllBytes(file));
        }
    }

    /** Reads the newest copy of that time, or the oldest; empty if there is none. */
    Optional<JsonNode> read(Instant time) throws IOException {
        Optional<Path> file = newest(time);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = encryption.reader(file.get())) {
            return Optional.of(JSON.readTree(in.readAllBytes()));
        }
    }

    /** Returns the generated secrets that the stack had at a time, by their names; empty if none were copied. */
    Map<String, String> secrets(Instant time) throws IOException {
        var secrets = new Properties();
        byte[] text = read(time)
                .map(copy -> copy.path("files").path(FILES.get(0)))
                .orElse(MissingNode.getInstance())
                .binaryValue();
        if (text != null) {
            secrets.load(new ByteArrayInputStream(text));
        }
        Map<String, String> values = new TreeMap<>();
        secrets.stringPropertyNames().forEach(name -> values.put(name, secrets.getProperty(name)));
        return values;
    }

    /** Writes the newest copy of that time, or the oldest, into a state directory; returns the environment of then. */
    Map<String, String> restore(Path state, Instant time) throws IOException {
        JsonNode copy =
                read(time).orElseThrow(() -> new IOException("there is no copy of the settings in " + directory));
        Files.createDirectories(state);
        for (Map.Entry<String, JsonNode> entry : copy.path("files").properties()) {
            Path restored = state.resolve(entry.getKey());
            Files.deleteIfExists(restored);
            Files.createFile(
                    restored, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(restored, entry.getValue().binaryValue());
        }
        return JSON.convertValue(
                copy.path("environment"),
                JSON.getTypeFactory().constructMapType(Map.class, String.class, String.class));
    }

    private Optional<Path> newest(Instant time) throws IOException {
        List<Path> files = files();
        Optional<Path> newest =
                files.stream().filter(file -> !at(file).isAfter(time)).reduce((one, other) -> other);
        return newest.isPresent() ? newest : files.stream().findFirst();
    }

    /** Deletes copies that no time from this one on needs. */
    void forgetBefore(Instant time) throws IOException {
        Optional<Path> needed = newest(time);
        for (Path file : files()) {
            if (needed.isPresent() && at(file).isBefore(at(needed.get()))) {
                Files.deleteIfExists(file);
            }
        }
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches("\\d+\\.settings"))
                    .sorted((one, other) -> at(one).compareTo(at(other)))
                    .toList();
        }
    }

    private static Instant at(Path file) {
        String name = file.getFileName().toString();
        return Instant.ofEpochMilli(Long.parseLong(name.substring(0, name.indexOf('.'))));
    }
}
