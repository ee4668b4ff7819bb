package io.arketic.benchmarks;

import java.util.Locale;

/** Prints the last line of a benchmark and computes its exit status. */
public final class Verdict {

    private Verdict() {}

    /** Prints the line; returns 0 if the bound holds, else 1. */
    @SuppressWarnings("AnnotateFormatMethod")
    public static int of(boolean holds, String figures, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, figures, arguments) + (holds ? ": holds" : ": MISSED"));
        return holds ? 0 : 1;
    }

    @SuppressWarnings("AnnotateFormatMethod")
    public static void say(String line, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, line, arguments));
    }
}
