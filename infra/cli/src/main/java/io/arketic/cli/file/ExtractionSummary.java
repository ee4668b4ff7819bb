package io.arketic.cli.file;

import io.arketic.cli.terminal.Terminal;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.Warning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Counts the outcomes of a run of {@code extract}; safe for use by its threads. */
final class ExtractionSummary {

    private final int files;
    private final Map<Reason, Integer> refused = new EnumMap<>(Reason.class);
    private final Map<Warning.Kind, Integer> warned = new EnumMap<>(Warning.Kind.class);
    private final List<String> unknown = new ArrayList<>();
    private int extracted;
    private long characters;
    private long chunks;

    ExtractionSummary(int files) {
        this.files = files;
    }

    synchronized void extracted(long documentCharacters, int documentChunks) {
        extracted++;
        characters += documentCharacters;
        chunks += documentChunks;
    }

    /** Counts a file whose text is incomplete. */
    synchronized void warned(List<Warning> warnings) {
        warnings.stream().map(Warning::kind).distinct().forEach(kind -> warned.merge(kind, 1, Integer::sum));
    }

    synchronized void refused(Reason reason) {
        refused.merge(reason, 1, Integer::sum);
    }

    /** Counts a file without any result. */
    synchronized void unknown(String name, String why) {
        unknown.add(name + ": " + why);
    }

    /** Returns whether every file has an outcome; a refusal is one. */
    synchronized boolean complete() {
        return extracted + refusals() == files;
    }

    synchronized String progress() {
        int done = extracted + refusals() + unknown.size();
        return "%d/%d files · %d extracted · %d refused".formatted(done, files, extracted, refusals())
                + (unknown.isEmpty() ? "" : " · " + unknown.size() + " without outcome");
    }

    synchronized List<String> lines(Duration took) {
        List<String> lines = new ArrayList<>();
        double seconds = Math.max(took.toMillis(), 1) / 1000.0;
        lines.add(String.format(
                Locale.ROOT,
                "%,d of %,d files extracted in %s (%.1f files/s): %,d characters, %,d chunks",
                extracted,
                files,
                Terminal.duration(took),
                files / seconds,
                characters,
                chunks));
        refused.forEach((reason, count) -> lines.add(String.format(Locale.ROOT, "  %,6d  %s", count, reason)));
        warned.forEach((kind, count) -> lines.add(String.format(Locale.ROOT, "  %,6d  with %s", count, kind)));
        unknown.forEach(line -> lines.add("  no outcome  " + line));
        return lines;
    }

    private int refusals() {
        return refused.values().stream().mapToInt(Integer::intValue).sum();
    }
}
