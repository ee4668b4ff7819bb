package io.arketic.cli.backup;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Keeps what the bucket held at which time: a list of all objects now and then, and the changes between. Each file is
 * named by the time when its listing ended, and is there whole or not at all.
 */
final class ObjectJournal {

    /** One file: a whole list, or changes since the file before. */
    record Page(Instant at, boolean whole, Path file) {}

    private static final String WHOLE = ".all";
    private static final String CHANGES = ".changes";

    private final Path directory;
    private final EncryptedFiles encryption;
    private final ObjectMapper json = new ObjectMapper().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

    ObjectJournal(Path directory, EncryptedFiles encryption) {
        this.directory = directory;
        this.encryption = encryption;
    }

    /** Writes a file and returns it. Its time is after that of the last file, also where the clock was set back. */
    Path write(Instant now, boolean whole, Collection<ObjectEntry> entries) throws IOException {
        Files.createDirectories(directory);
        List<Page> pages = pages();
        Instant next =
                pages.isEmpty() ? Instant.MIN : pages.get(pages.size() - 1).at().plusMillis(1);
        Instant at = now.isBefore(next) ? next : now;
        Path file = directory.resolve(at.toEpochMilli() + (whole ? WHOLE : CHANGES));
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try (OutputStream out = new GZIPOutputStream(encryption.writer(draft))) {
            for (ObjectEntry entry : entries) {
                Instant modified = entry.modified();
                json.writeValue(
                        out,
                        json.createObjectNode()
                                .put("bucket", entry.bucket())
                                .put("key", entry.key())
                                .put("etag", entry.etag())
                                .put("size", entry.size())
                                .put("modified", modified == null ? null : modified.toString())
                                .put("sha256", entry.sha256()));
                out.write('\n');
            }
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        return file;
    }

    /** Returns the files, oldest first. */
    List<Page> pages() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches("\\d+\\.(all|changes)"))
                    .map(ObjectJournal::page)
                    .sorted((one, other) -> one.at().compareTo(other.at()))
                    .toList();
        }
    }

    private static Page page(Path file) {
        String name = file.getFileName().toString();
        return new Page(
                Instant.ofEpochMilli(Long.parseLong(name.substring(0, name.indexOf('.')))), name.endsWith(WHOLE), file);
    }

    List<ObjectEntry> read(Page page) throws IOException {
        List<ObjectEntry> entries = new ArrayList<>();
        try (var in = new GZIPInputStream(encryption.reader(page.file()));
                var values = json.readerFor(JsonNode.class).<JsonNode>readValues(in)) {
            while (values.hasNextValue()) {
                JsonNode entry = values.nextValue();
                entries.add(new ObjectEntry(
                        entry.path("bucket").asText(),
                        entry.path("key").asText(),
                        entry.path("etag").asText(),
                        entry.path("size").asLong(),
                        entry.hasNonNull("modified")
                                ? Instant.parse(entry.path("modified").asText())
                                : null,
                        entry.hasNonNull("sha256") ? entry.path("sha256").asText() : null));
            }
        } catch (RuntimeException e) {
            throw new IOException("cannot read " + page.file(), e);
        }
        return entries;
    }

    /** Returns the objects that the store held at a time, by their place. */
    Map<String, ObjectEntry> at(Instant time) throws IOException {
        Map<String, ObjectEntry> held = new TreeMap<>();
        for (Page page : pages()) {
            if (page.at().isAfter(time)) {
                break;
            }
            apply(page, held);
        }
        return held;
    }

    private void apply(Page page, Map<String, ObjectEntry> held) throws IOException {
        if (page.whole()) {
            held.clear();
        }
        for (ObjectEntry entry : read(page)) {
            if (entry.isGone()) {
                held.remove(entry.place());
            } else {
                held.put(entry.place(), entry);
            }
        }
    }

    /** Deletes the files that no time from this one on needs. */
    void forgetBefore(Instant time) throws IOException {
        List<Page> pages = pages();
        int first = 0;
        for (int page = 0; page < pages.size(); page++) {
            if (pages.get(page).whole() && !pages.get(page).at().isAfter(time)) {
                first = page;
            }
        }
        for (Page page : pages.subList(0, first)) {
            Files.deleteIfExists(page.file());
        }
    }
}
