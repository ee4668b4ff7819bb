package io.arketic.ingest.flow;

/** Names from outside as they may stand in a log: one line, no control characters. */
public final class Loggable {

    private Loggable() {}

    public static String key(String key) {
        return key.replaceAll("\\p{Cntrl}", "\uFFFD");
    }
}
