package io.arketic.ingest.object;

/** What became of fetching one version of an object. */
sealed interface Download {

    /** All of it, and nothing else, is in the file. {@code sha256} in hex. */
    record Complete(String sha256) implements Download {}

    /** The store does not give this version: it holds another one by now, or none. */
    record Withheld() implements Download {}
}
