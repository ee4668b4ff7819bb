package io.arketic.rag.bulkhead;

import java.util.Locale;

/** What waits for something that is slow, or keeps the processors busy for long. */
public enum Kind {
    /** For a language model, as a stream or whole. */
    ANSWERS(false),
    /** For a model that embeds the question, and for the database. */
    SEARCHES(true),
    /** Of texts that a program sends. */
    EMBEDDINGS(false),
    /** Of two generations of an index, many questions each, and the first question to a model. */
    COMPARISONS(true),
    /** Into the object store. */
    UPLOADS(true),
    /** Out of the object store, as fast as the reader takes it. */
    DOWNLOADS(true),
    /** Of all that an organization or an account owns, as fast as the reader takes it. */
    EXPORTS(false);

    private final boolean holdsThread;

    Kind(boolean holdsThread) {
        this.holdsThread = holdsThread;
    }

    /** Whether each holds one of the threads that serve requests. */
    boolean holdsThread() {
        return holdsThread;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
