package io.arketic.rag.connection;

/**
 * Divides the memory and disk of all spools into rooms, so that large uploads, small bodies and slowly read answers do not take
 * each other's place.
 */
final class SpoolSpace {

    private static final long MEMORY = 32L << 20;
    private static final int PARTS = 8;

    private final SpoolRoom bodies;
    private final SpoolRoom uploads;
    private final SpoolRoom answers;

    /** @param disk bytes of all rooms; one owner can take half of them for uploads, which is one of the largest size */
    SpoolSpace(long disk) {
        this.bodies = new SpoolRoom(MEMORY / 2, disk / PARTS);
        this.answers = new SpoolRoom(MEMORY / 2, 2 * disk / PARTS);
        this.uploads = new SpoolRoom(0, disk - bodies.disk() - answers.disk());
    }

    /** Returns the room for bodies that every caller may send. */
    SpoolRoom bodies() {
        return bodies;
    }

    /** Returns the room for large bodies, of callers with credentials. */
    SpoolRoom uploads() {
        return uploads;
    }

    SpoolRoom answers() {
        return answers;
    }

    long bytes() {
        return bodies.bytes() + uploads.bytes() + answers.bytes();
    }
}
