package io.arketic.cli.terminal;

/** Ends the command with a message of one line. */
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitStatus;

    private CommandException(int exitStatus, String message) {
        super(message);
        this.exitStatus = exitStatus;
    }

    /** Reports that an attempt failed. */
    public static CommandException failed(String message) {
        return new CommandException(ExitStatus.FAILED, message);
    }

    /** Reports that an attempt is impossible: wrong use, or a missing prerequisite. */
    public static CommandException unusable(String message) {
        return new CommandException(ExitStatus.UNUSABLE, message);
    }

    public int exitStatus() {
        return exitStatus;
    }
}
