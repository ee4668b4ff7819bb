package io.arketic.cli;

/** Ends the command with one line for people. */
final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitStatus;

    private CommandException(int exitStatus, String message) {
        super(message);
        this.exitStatus = exitStatus;
    }

    /** It was tried and did not work. */
    static CommandException failed(String message) {
        return new CommandException(ExitStatus.FAILED, message);
    }

    /** It cannot be tried: wrong use, or something that it builds on is not there. */
    static CommandException unusable(String message) {
        return new CommandException(ExitStatus.UNUSABLE, message);
    }

    int exitStatus() {
        return exitStatus;
    }
}
