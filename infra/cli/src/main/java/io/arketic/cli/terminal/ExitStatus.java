package io.arketic.cli.terminal;

/** What the command ends with; scripts rely on these. */
public final class ExitStatus {

    public static final int FAILED = 1;
    static final int UNUSABLE = 2;
    public static final int INTERRUPTED = 130;

    private ExitStatus() {}
}
