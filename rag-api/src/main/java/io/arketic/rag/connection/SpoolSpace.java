package io.arketic.rag.connection;

import java.util.concurrent.atomic.AtomicLong;

/** Limits the memory and disk of all spools. */
final class SpoolSpace {

    private static final long MEMORY = 32L << 20;

    private final long disk;
    private final AtomicLong inMemory = new AtomicLong();
    private final AtomicLong onDisk = new AtomicLong();

    SpoolSpace(long disk) {
        this.disk = disk;
    }

    boolean takeMemory(long bytes) {
        return take(inMemory, MEMORY, bytes);
    }

    boolean takeDisk(long bytes) {
        return take(onDisk, disk, bytes);
    }

    void releaseMemory(long bytes) {
        inMemory.addAndGet(-bytes);
    }

    void releaseDisk(long bytes) {
        onDisk.addAndGet(-bytes);
    }

    long bytesInMemory() {
        return inMemory.get();
    }

    long bytesOnDisk() {
        return onDisk.get();
    }

    private static boolean take(AtomicLong used, long most, long bytes) {
        long before = used.get();
        while (before + bytes <= most) {
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = used.get();
        }
        return false;
    }
}
