package io.arketic.cli.terminal;

/** Names the exit statuses of the command. Scripts rely on them. */
public final class ExitStatus {

    public static final int FAILED = 1;
    static final int UNUSABLE = 2;
    /** Says that the work was done except for what the output names. */
    public static final int INCOMPLETE = 3;

    public static final int INTERRUPTED = 130;

    private ExitStatus() {}
}
