package io.arketic.ingest.flow;

import java.util.concurrent.Semaphore;

/**
 * Limits the extracted text in memory, and with it its chunks and vectors, which take several times its size. Texts
 * wait in the order of arrival. Safe for use by several threads.
 */
public final class TextBudget {

    /** Holds a text's share of the budget; close it when the text is no longer needed. */
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

    /** Waits for room; a text larger than the whole budget waits until it is alone. */
    public Share take(int characters) throws InterruptedException {
        int share = Math.min(characters, capacity);
        free.acquire(share);
        return new Share(share);
    }
}
