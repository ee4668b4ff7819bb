package io.arketic.cli.drive;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.terminal.CommandException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The drive of an organization, by paths such as {@code /Manuals/pump.txt}; {@code /} is its top. */
final class Drive {

    private static final int PAGE = 500;

    /** Is the size from which on files are sent in parts. */
    private static final long LARGE = 64L << 20;

    private final ApiClient api;
    private final String documents;
    private final PartedUpload parts;
    private final long large;

    Drive(ApiClient api, UUID organization) {
        this(api, organization, LARGE, PartedUpload.PAUSE);
    }

    /** @param pause before a part whose connection broke is sent again */
    Drive(ApiClient api, UUID organization, long large, Duration pause) {
        this.api = api;
        this.documents = "organizations/" + organization + "/documents";
        this.parts = new PartedUpload(api, "organizations/" + organization + "/uploads", pause);
        this.large = large;
    }

    /** @param folder its id; null for the top */
    List<DriveEntry> list(@Nullable String folder) throws IOException, InterruptedException {
        List<DriveEntry> entries = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = api.get(documents + "?limit=" + PAGE + (folder == null ? "" : "&parent_id=" + folder)
                    + (cursor.isEmpty() ? "" : "&cursor=" + encoded(cursor)));
            page.path("items").forEach(item -> entries.add(DriveEntry.of(item)));
            cursor = page.path("next_cursor").asText("");
            cursor = cursor.equals("null") ? "" : cursor;
        } while (!cursor.isEmpty());
        return entries;
    }

    Optional<DriveEntry> find(String path) throws IOException, InterruptedException {
        DriveEntry found = null;
        for (String name : parts(path)) {
            if (found != null && !found.isFolder()) {
                return Optional.empty();
            }
            Optional<DriveEntry> next = in(found == null ? null : found.id(), name);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            found = next.get();
        }
        return Optional.ofNullable(found);
    }

    DriveEntry require(String path) throws IOException, InterruptedException {
        return find(path).orElseThrow(() -> CommandException.unusable("the drive has no " + path));
    }

    /** Returns the id of a folder, null for the top. */
    @Nullable
    String folder(String path) throws IOException, InterruptedException {
        if (parts(path).isEmpty()) {
            return null;
        }
        DriveEntry folder = require(path);
        if (!folder.isFolder()) {
            throw CommandException.unusable(path + " is a file");
        }
        return folder.id();
    }

    /** Returns a folder like {@link #folder}, and creates missing parts of the path. */
    @Nullable
    String provideFolder(String path) throws IOException, InterruptedException {
        String parent = null;
        for (String name : parts(path)) {
            Optional<DriveEntry> there = in(parent, name);
            if (there.isPresent() && !there.get().isFolder()) {
                throw CommandException.unusable(name + " of " + path + " is a file");
            }
            parent = there.isPresent() ? there.get().id() : makeFolder(parent, name);
        }
        return parent;
    }

    String makeFolder(@Nullable String parent, String name) throws IOException, InterruptedException {
        Map<String, Object> folder = new HashMap<>();
        folder.put("name", name);
        if (parent != null) {
            folder.put("parent_id", parent);
        }
        return api.post(documents + "/folders", folder).path("id").asText();
    }

    /**
     * A file of the name that is there gets a version more; equal bytes change nothing. A large file is sent in parts: when
     * it is uploaded again after a failure, only the missing parts are sent.
     */
    DriveEntry upload(@Nullable String folder, String name, Path file, String hash)
            throws IOException, InterruptedException {
        if (Files.size(file) >= large) {
            return DriveEntry.of(parts.send(folder, name, file, hash));
        }
        String query = "?file_hash=" + hash + (folder == null ? "" : "&parent_id=" + folder);
        return DriveEntry.of(
                api.upload(documents + query, name, file).path("items").path(0));
    }

    void download(DriveEntry file, @Nullable Integer version, Path target) throws IOException, InterruptedException {
        String where = "documents/" + file.id() + (version == null ? "" : "/versions/" + version) + "/content";
        api.download(where, target);
    }

    /** Renames and moves. */
    void move(DriveEntry entry, @Nullable String folder, String name) throws IOException, InterruptedException {
        Map<String, Object> change = new HashMap<>();
        change.put("name", name);
        change.put("parent_id", folder);
        api.patch("documents/" + entry.id(), change);
    }

    void trash(String id) throws IOException, InterruptedException {
        api.delete("documents/" + id);
    }

    JsonNode get(String id, String what) throws IOException, InterruptedException {
        return api.get("documents/" + id + what);
    }

    JsonNode post(String id, String what, Map<String, ?> body) throws IOException, InterruptedException {
        return api.post("documents/" + id + what, body);
    }

    JsonNode share(String id, List<Map<String, String>> shares) throws IOException, InterruptedException {
        return api.put("documents/" + id + "/shares", Map.of("shares", shares));
    }

    private Optional<DriveEntry> in(@Nullable String folder, String name) throws IOException, InterruptedException {
        String wanted = Normalizer.normalize(name, Normalizer.Form.NFC);
        return list(folder).stream()
                .filter(entry ->
                        Normalizer.normalize(entry.name(), Normalizer.Form.NFC).equals(wanted))
                .findFirst();
    }

    static List<String> parts(String path) {
        return Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList();
    }

    /** The path of the folder that a path's last part is in. */
    static String parent(String path) {
        List<String> parts = parts(path);
        return "/" + String.join("/", parts.subList(0, Math.max(0, parts.size() - 1)));
    }

    static String name(String path) {
        List<String> parts = parts(path);
        if (parts.isEmpty()) {
            throw CommandException.unusable("/ is not a document");
        }
        return parts.get(parts.size() - 1);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
