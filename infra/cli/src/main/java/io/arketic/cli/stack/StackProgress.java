package io.arketic.cli.stack;

import io.arketic.cli.terminal.Terminal;
import io.arketic.services.LocalStack;
import java.time.Duration;

/** Prints the state of each component. */
public final class StackProgress implements LocalStack.Progress {

    private final Terminal terminal;
    private boolean startedAny;

    public StackProgress(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void starting(String component) {
        terminal.progress("  " + component + " starts");
    }

    @Override
    public synchronized void serving(String component, Duration took) {
        startedAny |= !took.isZero();
        terminal.line("  %-16s %s"
                .formatted(component, took.isZero() ? "runs already" : "ready after " + Terminal.duration(took)));
    }

    @Override
    public void stopped(String component) {
        terminal.line("  %-16s stopped".formatted(component));
    }

    @Override
    public void broken(String part, String reason) {
        terminal.line("  %-16s DOES NOT WORK: %s"
                .formatted(part, reason.lines().findFirst().orElse("")));
    }

    /** Returns whether this process started a component that serves. */
    synchronized boolean startedAny() {
        return startedAny;
    }

    void note(String text) {
        terminal.line(text);
    }
}
