package io.arketic.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** Brings up the stack with its schema and the streaming job; what runs already stays as it is. */
final class StackUp {

    private final Stack stack;
    private final Terminal terminal;
    private final StackProgress progress;

    StackUp(Stack stack, Terminal terminal, StackProgress progress) {
        this.stack = stack;
        this.terminal = terminal;
        this.progress = progress;
    }

    void run() throws IOException, InterruptedException {
        terminal.line("Starting the stack (everything on 127.0.0.1, data under .arketic)");
        stack.local().up(new StackSteps(terminal), progress);
        Instant began = Instant.now();
        terminal.progress("  ingest job starts");
        boolean submitted = stack.jobs().ensureStreaming();
        progress.serving("ingest job", submitted ? Duration.between(began, Instant.now()) : Duration.ZERO);
    }
}
