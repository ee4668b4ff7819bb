package io.arketic.cli.prove;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Asks for one document after the other, in two threads, and counts wrong answers. It reads the expected answer before
 * it sends the question.
 */
final class SwitchQuestions {

    private static final int ASKERS = 2;
    private static final Duration PACE = Duration.ofMillis(25);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final List<String> MODES = List.of("hybrid", "text", "vector");

    /** Marks a document that is being deleted: searches may find it or not. */
    private static final int UNCERTAIN = 0;

    private static final int GONE = -1;

    private final ProofBase base;
    private final AtomicIntegerArray expected;
    private final List<Thread> askers;
    private final AtomicLong asked = new AtomicLong();
    private final Map<String, AtomicInteger> wrong = new HashMap<>();
    private final ConcurrentLinkedQueue<String> examples = new ConcurrentLinkedQueue<>();
    private volatile boolean running = true;

    SwitchQuestions(ProofBase base, int documents) {
        this.base = base;
        this.expected = new AtomicIntegerArray(
                IntStream.range(0, documents).map(document -> 1).toArray());
        for (String kind : List.of("failed", "mixed", "missed", "deleted or outdated")) {
            wrong.put(kind, new AtomicInteger());
        }
        this.askers = IntStream.range(0, ASKERS)
                .mapToObj(number -> new Thread(this::run, "asker-" + number))
                .toList();
    }

    void start() {
        askers.forEach(Thread::start);
    }

    void stop() throws InterruptedException {
        running = false;
        for (Thread asker : askers) {
            asker.join();
        }
    }

    /** Expects from now on that no search finds an older edition. */
    void expectEdition(int document, int edition) {
        expected.set(document, edition);
    }

    void expectNothing(int document) {
        expected.set(document, UNCERTAIN);
    }

    void expectGone(int document) {
        expected.set(document, GONE);
    }

    /** Returns after so many more questions. */
    void await(int more) throws Exception {
        long wanted = asked.get() + more;
        ProofBase.await("questions", asked::get, count -> count >= wanted, PATIENCE);
    }

    boolean right() {
        return wrong.values().stream().allMatch(count -> count.get() == 0) && asked.get() > 0;
    }

    String figures() {
        var line = new StringBuilder();
        examples.stream()
                .limit(5)
                .forEach(example -> line.append("  ").append(example).append('\n'));
        line.append(asked.get()).append(" questions");
        wrong.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(kind ->
                        line.append(", ").append(kind.getValue()).append(' ').append(kind.getKey()));
        return line.toString();
    }

    private void run() {
        while (running) {
            try {
                ask();
                TimeUnit.MILLISECONDS.sleep(PACE.toMillis());
            } catch (InterruptedException e) {
                return;
            } catch (IOException | RuntimeException e) {
                note("failed", e.toString());
            }
            asked.incrementAndGet();
        }
    }

    private void ask() throws IOException, InterruptedException {
        int document = ThreadLocalRandom.current().nextInt(expected.length());
        String mode = MODES.get(ThreadLocalRandom.current().nextInt(MODES.size()));
        int[] before = IntStream.range(0, expected.length()).map(expected::get).toArray();
        JsonNode items = base.search("Was the beacon " + ProofBase.word(document) + " repaired?", mode);
        Set<Integer> generations = new HashSet<>();
        Map<String, Integer> versions = new HashMap<>();
        boolean found = false;
        for (JsonNode item : items) {
            generations.add(item.path("generation").asInt());
            int version = item.path("document_version").asInt();
            Integer other = versions.put(item.path("document_id").asText(), version);
            if (other != null && other != version) {
                note("mixed", "two versions of " + item.path("filename").asText());
            }
            int number = number(item);
            found |= number == document;
            check(item, number, before[number]);
        }
        if (generations.size() > 1) {
            note("mixed", "generations " + generations);
        }
        // A vector finds what is near, and that may be another report's first chunk.
        boolean due = before[document] > 0 && expected.get(document) > 0;
        if (due && (mode.equals("vector") ? items.isEmpty() : !found)) {
            note("missed", ProofBase.name(document) + " by " + mode);
        }
    }

    private void check(JsonNode item, int number, int least) {
        if (least == GONE) {
            note("deleted or outdated", item.path("filename").asText() + " was deleted");
        } else if (least > 1 && outdated(item.path("content").asText(), least)) {
            note("deleted or outdated", item.path("filename").asText() + " is an older edition than " + least);
        }
    }

    private static boolean outdated(String content, int least) {
        for (int edition = 1; edition < least; edition++) {
            if (content.contains("edition " + edition + ".") || content.contains("season " + edition + " ")) {
                return true;
            }
        }
        return false;
    }

    private static int number(JsonNode item) {
        return Integer.parseInt(item.path("filename").asText().replaceAll("\\D", ""));
    }

    private void note(String kind, String example) {
        AtomicInteger count = wrong.get(kind);
        if (count != null) {
            count.incrementAndGet();
        }
        examples.add(kind + ": " + example);
    }
}
