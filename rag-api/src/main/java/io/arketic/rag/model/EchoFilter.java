package io.arketic.rag.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Passes text on piece by piece without the model's instructions: it cuts out nine successive words of them, with all
 * that follow. It ignores case, punctuation and marks between the words.
 */
public final class EchoFilter {

    public static final String CUT = "…";

    private static final int RUN = 9;

    private final List<String> secret = new ArrayList<>();
    private final Map<String, List<Integer>> places = new HashMap<>();
    private final Consumer<String> pieces;

    /** Holds text that may be an echo, from its first word on. */
    private final StringBuilder run = new StringBuilder();

    private final StringBuilder word = new StringBuilder();
    private List<Integer> ends = List.of();
    private int length;

    EchoFilter(List<String> secrets, Consumer<String> pieces) {
        this.pieces = pieces;
        for (String text : secrets) {
            Arrays.stream(text.split("[^\\p{L}\\p{N}]+"))
                    .map(EchoFilter::normal)
                    .filter(part -> !ignored(part))
                    .forEach(secret::add);
            // no run goes from one text into the next
            secret.add("");
        }
        for (int i = 0; i < secret.size(); i++) {
            places.computeIfAbsent(secret.get(i), missing -> new ArrayList<>()).add(i);
        }
    }

    void accept(String piece) {
        StringBuilder passed = new StringBuilder();
        for (int i = 0; i < piece.length(); i++) {
            char next = piece.charAt(i);
            if (Character.isLetterOrDigit(next)
                    || Character.isSurrogate(next)
                    || Character.getType(next) == Character.FORMAT) {
                word.append(next);
            } else {
                finish(passed);
                (length > 0 ? run : passed).append(next);
            }
        }
        emit(passed);
    }

    /** Ends the text. */
    void end() {
        StringBuilder passed = new StringBuilder();
        finish(passed);
        release(passed);
        emit(passed);
    }

    private void finish(StringBuilder passed) {
        if (word.isEmpty()) {
            return;
        }
        String raw = word.toString();
        word.setLength(0);
        String normal = normal(raw);
        if (ignored(normal)) {
            (length > 0 ? run : passed).append(raw);
            return;
        }
        List<Integer> next = ends.stream()
                .map(end -> end + 1)
                .filter(place -> place < secret.size() && secret.get(place).equals(normal))
                .toList();
        if (next.isEmpty()) {
            release(passed);
            next = places.getOrDefault(normal, List.of());
        }
        ends = next;
        if (next.isEmpty()) {
            passed.append(raw);
            return;
        }
        length++;
        run.append(raw);
    }

    /** Ends the run: it passes if it was too short for an echo. */
    private void release(StringBuilder passed) {
        passed.append(length >= RUN ? CUT + " " : run);
        run.setLength(0);
        ends = List.of();
        length = 0;
    }

    private void emit(StringBuilder passed) {
        if (!passed.isEmpty()) {
            pieces.accept(passed.toString());
        }
    }

    private static String normal(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("\\p{Cf}", "");
    }

    private static boolean ignored(String normal) {
        return normal.isEmpty() || normal.chars().allMatch(Character::isDigit);
    }
}
