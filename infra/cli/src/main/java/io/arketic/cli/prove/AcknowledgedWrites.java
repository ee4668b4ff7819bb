package io.arketic.cli.prove;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.ApiException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Makes one folder after the other in a folder of the drive. A write that is not answered is repeated under its key until it is
 * acknowledged, so that at the end each is there once.
 */
final class AcknowledgedWrites implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ProofBase base;
    private final String documents;
    private final String parent;
    private final List<String> acknowledged = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::write, "writer");
    private Instant last = Instant.now();
    private Duration longest = Duration.ZERO;
    private volatile boolean ends;

    AcknowledgedWrites(ProofBase base, UUID organization) throws IOException, InterruptedException {
        this.base = base;
        this.documents = "organizations/" + organization + "/documents";
        this.parent = base.api()
                .post(documents + "/folders", Map.of("name", "Proof of failover " + base.id()))
                .path("id")
                .asText();
        last = Instant.now();
        thread.start();
    }

    /** Returns once a write that began after this call was acknowledged. */
    void awaitNext(Duration within) throws Exception {
        int before = acknowledged.size();
        // The one that is under way may have been committed before.
        ProofBase.await("an acknowledged write", acknowledged::size, size -> size > before + 1, within);
    }

    /**
     * Returns the longest time without an acknowledged write. A server goes on for some milliseconds after a kill of its guard
     * or of Patroni, so that the next write after a kill does not tell how long the failover took.
     */
    synchronized Duration longestGap() {
        Duration open = Duration.between(last, Instant.now());
        return open.compareTo(longest) > 0 ? open : longest;
    }

    private synchronized void acknowledge(String name) {
        longest = longestGap();
        last = Instant.now();
        acknowledged.add(name);
    }

    private void write() {
        for (int number = 0; !ends; number++) {
            String name = "write-" + number;
            String key = UUID.randomUUID().toString();
            boolean done = false;
            while (!done && !ends) {
                try {
                    base.api().post(documents + "/folders", Map.of("name", name, "parent_id", parent), key);
                    acknowledge(name);
                    done = true;
                } catch (ApiException e) {
                    if (e.status() < 500 && e.status() != 409 && e.status() != 429) {
                        refused.add(name + ": " + e.getMessage());
                        done = true;
                    }
                    pause();
                } catch (IOException e) {
                    pause();
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            ends = true;
        }
    }

    /** Counts what was acknowledged and is missing, is there more than once, or was refused. */
    record Outcome(int acknowledged, int lost, int doubled, List<String> refused) {

        boolean isRight() {
            return acknowledged > 0 && lost == 0 && doubled == 0 && refused.isEmpty();
        }
    }

    /** Call it after {@link #close}. */
    Outcome outcome() throws IOException, InterruptedException {
        List<String> names = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = base.api()
                    .get(documents + "?limit=200&parent_id=" + parent
                            + (cursor.isEmpty() ? "" : "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8)));
            page.path("items").forEach(item -> names.add(item.path("name").asText()));
            cursor = page.path("next_cursor").asText("");
            cursor = cursor.equals("null") ? "" : cursor;
        } while (!cursor.isEmpty());
        Set<String> there = new HashSet<>(names);
        int lost = (int)
                acknowledged.stream().filter(name -> !there.contains(name)).count();
        // A name is free in its folder once, so that a doubled write would have been refused or renamed.
        int doubled = names.size()
                - there.size()
                + (int) there.stream()
                        .filter(name -> !name.matches("write-\\d+"))
                        .count();
        return new Outcome(acknowledged.size(), lost, doubled, refused);
    }

    /** Removes what was written. */
    void discard() throws IOException, InterruptedException {
        base.api().delete("documents/" + parent);
    }

    @Override
    public void close() throws InterruptedException {
        ends = true;
        thread.join();
    }
}
