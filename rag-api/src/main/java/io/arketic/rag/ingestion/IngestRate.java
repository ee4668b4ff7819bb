package io.arketic.rag.ingestion;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;

/** Measures how many versions of files end in a minute, over the last five minutes. Safe for several threads. */
final class IngestRate {

    private static final Duration WINDOW = Duration.ofMinutes(5);

    private record Sample(Instant at, long ended) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** Adds how many had ended at a time; times only go on. */
    synchronized void saw(Instant at, long ended) {
        samples.addLast(new Sample(at, ended));
        while (samples.size() > 2 && samples.getFirst().at().isBefore(at.minus(WINDOW))) {
            samples.removeFirst();
        }
    }

    /** Returns the rate; empty before the second sample. Versions that are removed do not make it negative. */
    synchronized OptionalDouble perMinute() {
        if (samples.size() < 2) {
            return OptionalDouble.empty();
        }
        double minutes =
                Duration.between(samples.getFirst().at(), samples.getLast().at())
                                .toMillis()
                        / 60_000.0;
        long ended = samples.getLast().ended() - samples.getFirst().ended();
        return minutes <= 0 ? OptionalDouble.empty() : OptionalDouble.of(Math.max(0, ended) / minutes);
    }
}
