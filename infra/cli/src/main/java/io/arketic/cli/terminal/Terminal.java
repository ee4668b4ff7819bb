package io.arketic.cli.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/**
 * Writes standard output for users. A progress line is rewritten in place on a terminal. Elsewhere (a file, CI) it is
 * printed when it has changed, and at most every five seconds.
 */
public final class Terminal {

    private static final Duration QUIET = Duration.ofSeconds(5);
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean interactive;
    private final InstantSource clock;
    private String shown = "";
    private Instant shownAt = Instant.MIN;

    public Terminal(PrintStream out, boolean interactive, InstantSource clock) {
        this.out = out;
        this.interactive = interactive;
        this.clock = clock;
    }

    /** Returns the process's terminal; {@code infra/arketic} passes in a property whether it is one. */
    public static Terminal system() {
        return new Terminal(System.out, Boolean.getBoolean("arketic.terminal"), InstantSource.system());
    }

    public synchronized void line(String text) {
        endProgress();
        out.println(text);
        out.flush();
    }

    /** Prints parts of an answer as they arrive, without a line break. */
    public synchronized void part(String text) {
        endProgress();
        out.print(text);
        out.flush();
    }

    public synchronized void progress(String text) {
        if (text.equals(shown)) {
            return;
        }
        if (interactive) {
            out.print(ERASE_LINE + text);
        } else if (shownAt.plus(QUIET).isAfter(clock.instant())) {
            return;
        } else {
            out.println(text);
        }
        out.flush();
        shown = text;
        shownAt = interactive ? shownAt : clock.instant();
    }

    /** Prints a progress line that stays. */
    public synchronized void finishProgress(String text) {
        if (interactive) {
            out.print(ERASE_LINE);
            shown = "";
        }
        if (!text.equals(shown)) {
            out.println(text);
        }
        out.flush();
        shown = "";
        shownAt = Instant.MIN;
    }

    private void endProgress() {
        if (interactive && !shown.isEmpty()) {
            out.print(ERASE_LINE);
        }
        shown = "";
    }

    /** Formats seconds with a decimal below ten, and minutes above ninety seconds. */
    public static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds >= 90) {
            return (seconds / 60) + " min " + (seconds % 60) + " s";
        }
        return seconds >= 10
                ? Math.round(duration.toMillis() / 1000.0) + " s"
                : String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
