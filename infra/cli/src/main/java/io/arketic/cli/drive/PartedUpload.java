package io.arketic.cli.drive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.api.ApiException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Uploads a large file in parts. It continues the upload of the same file that an earlier try left open. A part whose
 * connection breaks is sent again. Where the store takes no part, for example behind a firewall, the API takes the rest.
 */
final class PartedUpload {

    static final Duration PAUSE = Duration.ofSeconds(1);

    private static final int TRIES = 6;
    private static final int PAGE = 1000;

    /** Lists the refusals that end by themselves: too slow, too many, and an API, a store or a proxy that gave up. */
    private static final Set<Integer> PASSING = Set.of(408, 429, 502, 503, 504);

    private static final int CONFLICT = 409;
    private static final int TOO_MANY = 429;

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final ApiClient api;
    private final String uploads;
    private final Duration pause;

    PartedUpload(ApiClient api, String uploads, Duration pause) {
        this.api = api;
        this.uploads = uploads;
        this.pause = pause;
    }

    /** One call that is tried again. */
    private interface Call {
        JsonNode run() throws IOException, InterruptedException;
    }

    /** Returns the document. */
    JsonNode send(@Nullable String folder, String name, Path file, String hash)
            throws IOException, InterruptedException {
        long size = Files.size(file);
        JsonNode upload = begun(folder, name, size, hash);
        String path = "uploads/" + upload.path("id").asText();
        if (upload.path("status").asText().equals("open")) {
            sendParts(path, upload, file, size);
        }
        return complete(path);
    }

    /** Returns the upload of these bytes to this place that was begun before, or begins one. */
    private JsonNode begun(@Nullable String folder, String name, long size, String hash)
            throws IOException, InterruptedException {
        String cursor = "";
        do {
            String query = "?limit=200" + (cursor.isEmpty() ? "" : "&cursor=" + cursor);
            JsonNode page = persisting(() -> api.get(uploads + query));
            for (JsonNode upload : page.path("items")) {
                if (upload.path("file_hash").asText().equals(hash)
                        && upload.path("file_size").asLong() == size
                        && upload.path("name").asText().equals(name)
                        && upload.path("parent_id").asText("null").equals(folder == null ? "null" : folder)
                        && !upload.path("status").asText().equals("completed")) {
                    return upload;
                }
            }
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : page.path("next_cursor").asText("");
        } while (!cursor.isEmpty());
        Map<String, Object> creation = new HashMap<>(Map.of("name", name, "file_size", size, "file_hash", hash));
        if (folder != null) {
            creation.put("parent_id", folder);
        }
        return api.post(uploads, creation);
    }

    private void sendParts(String path, JsonNode upload, Path file, long size)
            throws IOException, InterruptedException {
        Set<Integer> there = there(path);
        int partSize = upload.path("part_size").asInt();
        var links = new AtomicBoolean(upload.path("accepts_links").asBoolean());
        try (FileChannel bytes = FileChannel.open(file)) {
            for (int number = 1; number <= upload.path("part_count").asInt(); number++) {
                if (there.contains(number)) {
                    continue;
                }
                long offset = (long) (number - 1) * partSize;
                byte[] part = read(bytes, offset, Math.toIntExact(Math.min(partSize, size - offset)), file);
                String where = path + "/parts/" + number;
                persisting(() -> {
                    if (links.get() && sentToStore(where, part)) {
                        return MissingNode.getInstance();
                    }
                    links.set(false);
                    return sendToApi(where, part);
                });
            }
        }
    }

    private Set<Integer> there(String path) throws IOException, InterruptedException {
        Set<Integer> there = new HashSet<>();
        JsonNode page = persisting(() -> api.get(path + "/parts?limit=" + PAGE));
        for (JsonNode part : page.path("items")) {
            if (!part.path("received_at").isNull()) {
                there.add(part.path("part_number").asInt());
            }
        }
        return there;
    }

    private JsonNode sendToApi(String where, byte[] part) throws IOException, InterruptedException {
        return api.put(where + "?file_hash=" + hash(part), "part", part);
    }

    private boolean sentToStore(String where, byte[] part) throws IOException, InterruptedException {
        JsonNode link = api.post(where + "/links", Map.of("file_hash", hash(part)));
        try {
            api.putOutside(URI.create(link.path("url").asText()), part);
            return true;
        } catch (IOException unreachable) {
            return false;
        }
    }

    /**
     * Completes; waits while an earlier request, whose connection broke, is completing, and while the API puts too many other
     * files together. An upload that expires meanwhile is not found.
     */
    private JsonNode complete(String path) throws IOException, InterruptedException {
        return persisting(() -> {
            while (true) {
                while (isCompleting(path)) {
                    Thread.sleep(pause.toMillis());
                }
                try {
                    return api.postSlowly(path + "/complete");
                } catch (ApiException refused) {
                    if (refused.status() == TOO_MANY) {
                        Thread.sleep(pauseAfter(refused).toMillis());
                    } else if (refused.status() != CONFLICT || !isCompleting(path)) {
                        // Else another request was faster.
                        throw refused;
                    }
                }
            }
        });
    }

    private Duration pauseAfter(ApiException refused) {
        Duration asked = refused.retryAfter().orElse(pause);
        Duration atLeast = asked.compareTo(pause) < 0 ? pause : asked;
        return atLeast.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : atLeast;
    }

    private boolean isCompleting(String path) throws IOException, InterruptedException {
        return api.get(path).path("status").asText().equals("completing");
    }

    private JsonNode persisting(Call call) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.run();
            } catch (ApiException refused) {
                if (attempt == TRIES || !PASSING.contains(refused.status())) {
                    throw refused;
                }
            } catch (IOException broken) {
                if (attempt == TRIES) {
                    throw broken;
                }
            }
            Thread.sleep(pause.multipliedBy(1L << attempt).toMillis());
        }
    }

    private static byte[] read(FileChannel bytes, long offset, int length, Path file) throws IOException {
        ByteBuffer part = ByteBuffer.allocate(length);
        while (part.hasRemaining()) {
            if (bytes.read(part, offset + part.position()) < 0) {
                throw new IOException(file + " became shorter while it was sent");
            }
        }
        return part.array();
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
