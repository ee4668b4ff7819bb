package io.arketic.ingest.object;

/** Says how the download of one object version ended. */
sealed interface Download {

    /** The file holds exactly the version; {@code sha256} is in hex. */
    record Complete(String sha256) implements Download {}

    /** The store does not deliver this version: it holds another one by now, or none. */
    record Withheld() implements Download {}
}
