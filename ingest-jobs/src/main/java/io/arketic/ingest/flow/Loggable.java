package io.arketic.ingest.flow;

/** Prepares external names for a log: one line, no control characters. */
public final class Loggable {

    private Loggable() {}

    public static String key(String key) {
        return key.replaceAll("\\p{Cntrl}", "\uFFFD");
    }
}
