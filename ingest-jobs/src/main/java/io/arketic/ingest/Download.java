package io.arketic.ingest;

/** What became of fetching one version of an object. */
sealed interface Download {

    /** All of it, and nothing else, is in the file. {@code sha256} in hex. */
    record Complete(String sha256) implements Download {}

    /** The store holds another version by now, or none: look again. */
    record Changed() implements Download {}
}
