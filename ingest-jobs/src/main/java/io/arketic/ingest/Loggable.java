package io.arketic.ingest;

/** Names from outside as they may stand in a log: one line, no control characters. */
final class Loggable {

    private Loggable() {}

    static String key(String key) {
        return key.replaceAll("\\p{Cntrl}", "\uFFFD");
    }
}
