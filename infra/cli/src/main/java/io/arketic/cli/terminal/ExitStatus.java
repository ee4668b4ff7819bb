package io.arketic.cli.terminal;

/** Names the exit statuses of the command. Scripts rely on them. */
public final class ExitStatus {

    public static final int FAILED = 1;
    static final int UNUSABLE = 2;
    public static final int INTERRUPTED = 130;

    private ExitStatus() {}
}
