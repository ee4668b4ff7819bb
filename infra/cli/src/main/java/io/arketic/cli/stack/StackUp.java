package io.arketic.cli.stack;

import io.arketic.cli.terminal.Terminal;

/** Starts the stack with its schema and the streaming job; running components stay unchanged. */
public final class StackUp {

    private final Stack stack;
    private final Terminal terminal;
    private final StackProgress progress;

    public StackUp(Stack stack, Terminal terminal, StackProgress progress) {
        this.stack = stack;
        this.terminal = terminal;
        this.progress = progress;
    }

    public void run() throws InterruptedException {
        terminal.line("Starting the stack (everything on 127.0.0.1, data under "
                + stack.settings().directory() + ")");
        stack.local().up(new StackSteps(stack.jobs(), terminal, progress), progress);
    }
}
