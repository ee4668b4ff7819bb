package io.arketic.rag.connection;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Counts the bytes of the last ten complete seconds. Not safe for use by several threads. */
final class RecentBytes {

    private static final int SECONDS = 10;

    /** One for each of the last seconds, and one for the second that is not complete. */
    private final long[] bytes = new long[SECONDS + 1];

    private final LongSupplier nanoTime;
    private long second;

    /** @param nanoTime as {@link System#nanoTime} */
    RecentBytes(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.second = second();
    }

    void add(long moved) {
        advance();
        bytes[slot(second)] += moved;
    }

    double perSecond() {
        advance();
        long sum = 0;
        for (int past = 1; past <= SECONDS; past++) {
            sum += bytes[slot(second - past)];
        }
        return (double) sum / SECONDS;
    }

    private void advance() {
        long now = second();
        for (long next = Math.max(second + 1, now - SECONDS); next <= now; next++) {
            bytes[slot(next)] = 0;
        }
        second = now;
    }

    private int slot(long of) {
        return Math.floorMod(of, bytes.length);
    }

    private long second() {
        return Math.floorDiv(nanoTime.getAsLong(), TimeUnit.SECONDS.toNanos(1));
    }
}
