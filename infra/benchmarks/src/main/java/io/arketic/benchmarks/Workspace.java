package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Holds a separate knowledge base of a benchmark, so that no other data is in its figures. */
record Workspace(ApiClient client, UUID organization, String slug, UUID knowledgeBase) {

    private static final Duration POLL = Duration.ofMillis(100);

    /** Returns the key in the bucket for a file of this knowledge base. */
    String key(String filename) {
        return slug + "/" + knowledgeBase + "/" + filename;
    }

    String path(String rest) {
        return "/knowledge-bases/" + knowledgeBase + rest;
    }

    /** Returns the hits, best first. */
    JsonNode search(String query, String mode, int limit) throws IOException, InterruptedException {
        ObjectNode request = client.object()
                .put("query", query)
                .put("mode", mode)
                .put("limit", limit)
                .put("threshold", 0);
        return client.post(path("/search"), request).get("items");
    }

    /**
     * Uploads a page and asks until it is found: by its text, so that asking takes no processor time from the
     * embedding; both come with one commit.
     *
     * @return seconds from the start of the upload
     */
    double secondsToFound(String filename, String page, Duration patience) throws IOException, InterruptedException {
        String word = "zq" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        long start = System.nanoTime();
        client.upload(path("/documents"), filename, page + " The token of this page is " + word + ".");
        while (System.nanoTime() - start < patience.toNanos()) {
            for (JsonNode hit : search(word, "text", 1)) {
                if (hit.get("content").asText().toLowerCase(Locale.ROOT).contains(word)) {
                    return (System.nanoTime() - start) / 1e9;
                }
            }
            TimeUnit.MILLISECONDS.sleep(25);
        }
        throw new IOException("not found within " + patience + ": " + client.get(path("/ingestion")));
    }

    /**
     * Waits until this many dropped files have ended.
     *
     * @throws IOException when they have not within {@code patience}, or some failed
     */
    void awaitEnd(long files, Duration patience) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            JsonNode ingestion = client.get(path("/ingestion"));
            if (!ingestion.get("failures").isEmpty()) {
                throw new IOException("files failed: " + ingestion);
            }
            if (ingestion.get("terminal").asLong() >= files) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("after " + patience + " not all of " + files + " files ended: " + ingestion);
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    /**
     * Waits until this many dropped files have ended, well or with a reason.
     *
     * @return how many failed
     */
    int awaitEndOfAll(long files, Duration patience) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            JsonNode ingestion = client.get(path("/ingestion"));
            if (ingestion.get("terminal").asLong() >= files) {
                int failed = 0;
                for (JsonNode reason : ingestion.get("failures")) {
                    failed += reason.get("count").asInt();
                }
                return failed;
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("after " + patience + " not all of " + files + " files ended: " + ingestion);
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    /** Returns the texts of all documents that have one. */
    List<String> texts() throws IOException, InterruptedException {
        List<String> texts = new ArrayList<>();
        for (JsonNode document : all(path("/documents"), 200)) {
            if (!document.get("status").asText().equals("completed")) {
                continue;
            }
            String text = path("/documents/" + document.get("id").asText() + "/text");
            StringBuilder whole = new StringBuilder();
            for (int offset = 0; ; ) {
                JsonNode part = client.get(text + "?offset=" + offset);
                whole.append(part.get("text").asText());
                if (!part.hasNonNull("next_offset")) {
                    break;
                }
                offset = part.get("next_offset").asInt();
            }
            texts.add(whole.toString());
        }
        return texts;
    }

    /** Returns how many dropped files have ended. */
    long ended() throws IOException {
        return client.get(path("/ingestion")).get("terminal").asLong();
    }

    /** Returns the texts of all chunks of all documents. */
    List<String> chunks() throws IOException, InterruptedException {
        List<String> texts = new ArrayList<>();
        for (JsonNode document : all(path("/documents"), 200)) {
            for (JsonNode chunk : all(path("/documents/" + document.get("id").asText() + "/chunks"), 500)) {
                texts.add(chunk.get("content").asText());
            }
        }
        return texts;
    }

    private List<JsonNode> all(String list, int limit) throws IOException, InterruptedException {
        List<JsonNode> items = new ArrayList<>();
        for (String cursor = ""; ; ) {
            JsonNode page = client.get(list + "?limit=" + limit + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            page.get("items").forEach(items::add);
            if (!page.hasNonNull("next_cursor")) {
                return items;
            }
            cursor = page.get("next_cursor").asText();
        }
    }
}
