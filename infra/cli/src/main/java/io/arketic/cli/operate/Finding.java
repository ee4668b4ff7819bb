package io.arketic.cli.operate;

import java.util.Locale;

/** Says how one thing stands, and what to do where it does not stand well. */
record Finding(Level level, String topic, String text) {

    enum Level {
        OK,
        /** Works, and should not stay so in production. */
        WARN,
        /** Loses data, lets strangers in, or will stop working. */
        FAIL
    }

    static Finding ok(String topic, String text) {
        return new Finding(Level.OK, topic, text);
    }

    static Finding warn(String topic, String text) {
        return new Finding(Level.WARN, topic, text);
    }

    static Finding fail(String topic, String text) {
        return new Finding(Level.FAIL, topic, text);
    }

    String line() {
        return "%-5s %-12s %s".formatted(level.name().toLowerCase(Locale.ROOT), topic, text);
    }
}
