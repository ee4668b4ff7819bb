package io.arketic.cli.terminal;

/** Ends the command with one line for people. */
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitStatus;

    private CommandException(int exitStatus, String message) {
        super(message);
        this.exitStatus = exitStatus;
    }

    /** It was tried and did not work. */
    public static CommandException failed(String message) {
        return new CommandException(ExitStatus.FAILED, message);
    }

    /** It cannot be tried: wrong use, or something that it builds on is not there. */
    public static CommandException unusable(String message) {
        return new CommandException(ExitStatus.UNUSABLE, message);
    }

    public int exitStatus() {
        return exitStatus;
    }
}
