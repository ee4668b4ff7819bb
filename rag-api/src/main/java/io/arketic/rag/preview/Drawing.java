package io.arketic.rag.preview;

/** Is the outcome of drawing a file. */
public sealed interface Drawing {

    /** Holds two PNG images. */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way to the store; nothing compares them
    record Drawn(byte[] page, byte[] thumbnail) implements Drawing {}

    /** Says that the file has no preview, and why. */
    record Undrawable(Reason reason) implements Drawing {}

    /** Names why a file has no preview. */
    enum Reason {
        UNREADABLE,
        TOO_LARGE,
        /** Took too long; on a quieter machine it may succeed. */
        TIME_LIMIT,
        /** Ended its process, for example by its memory. */
        CRASHED
    }
}
