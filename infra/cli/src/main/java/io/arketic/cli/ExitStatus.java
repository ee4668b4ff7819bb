package io.arketic.cli;

/** What the command ends with; scripts rely on these. */
final class ExitStatus {

    static final int FAILED = 1;
    static final int UNUSABLE = 2;
    static final int INTERRUPTED = 130;

    private ExitStatus() {}
}
