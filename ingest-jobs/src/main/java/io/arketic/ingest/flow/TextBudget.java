package io.arketic.ingest.flow;

import java.util.concurrent.Semaphore;

/**
 * Bounds the extracted text that is held at once, and with it the chunks and vectors made of it, which take several times
 * its memory. Texts wait in the order in which they came. Safe for use by several threads.
 */
public final class TextBudget {

    /** Text that is being worked on; closed when it is no longer needed. */
    public final class Share implements AutoCloseable {

        private final int characters;

        private Share(int characters) {
            this.characters = characters;
        }

        @Override
        public void close() {
            free.release(characters);
        }
    }

    private final int capacity;
    private final Semaphore free;

    /** @param capacity in UTF-16 units */
    public TextBudget(int capacity) {
        this.capacity = capacity;
        free = new Semaphore(capacity, true);
    }

    /** Waits until there is room; a text larger than everything waits until it is alone. */
    public Share take(int characters) throws InterruptedException {
        int share = Math.min(characters, capacity);
        free.acquire(share);
        return new Share(share);
    }
}
