package io.arketic.rag.connection;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Shares memory and disk between the owners of spools. An owner has at most four times as many bytes on disk as stay free, so
 * a single one gets four fifths, and there is nearly always room for another one. Safe for use by several threads.
 */
final class SpoolRoom {

    private static final int WEIGHT = 4;

    private final long memory;
    private final long disk;
    private final Map<String, Long> held = new HashMap<>();
    private long inMemory;
    private long onDisk;

    SpoolRoom(long memory, long disk) {
        this.memory = memory;
        this.disk = disk;
    }

    long disk() {
        return disk;
    }

    synchronized boolean takeMemory(long bytes) {
        if (inMemory + bytes > memory) {
            return false;
        }
        inMemory += bytes;
        return true;
    }

    synchronized boolean takeDisk(String owner, long bytes) {
        long own = held.getOrDefault(owner, 0L) + bytes;
        if (own > WEIGHT * (disk - onDisk - bytes)) {
            return false;
        }
        held.put(owner, own);
        onDisk += bytes;
        return true;
    }

    synchronized void releaseMemory(long bytes) {
        inMemory -= bytes;
    }

    synchronized void releaseDisk(String owner, long bytes) {
        held.computeIfPresent(owner, (key, own) -> own == bytes ? null : Long.valueOf(own - bytes));
        onDisk -= bytes;
    }

    /** Returns the owner with most bytes on disk; an empty text if there are none. */
    synchronized String heaviest() {
        return held.entrySet().stream()
                .max(Comparator.comparingLong(Map.Entry::getValue))
                .map(Map.Entry::getKey)
                .orElse("");
    }

    synchronized long bytes() {
        return inMemory + onDisk;
    }
}
