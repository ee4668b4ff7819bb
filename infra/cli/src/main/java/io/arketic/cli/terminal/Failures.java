package io.arketic.cli.terminal;

import io.arketic.services.ServiceException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;

/** Describes each kind of failure for the user in one line. */
public final class Failures {

    private Failures() {}

    public static String describe(Throwable failure) {
        if (failure instanceof NoSuchFileException missing) {
            return "no such file: " + missing.getFile();
        }
        if (failure instanceof AccessDeniedException denied) {
            return "not allowed to open " + denied.getFile();
        }
        if (failure instanceof ConnectException) {
            return "the stack does not answer; start it with: infra/arketic up";
        }
        if (failure instanceof SQLException sql) {
            return "the database refused: " + sql.getMessage();
        }
        if (failure instanceof ServiceException) {
            // The end of the component's log follows; it is in the log, and --verbose shows it.
            return String.valueOf(failure.getMessage())
                    .lines()
                    .findFirst()
                    .orElse("")
                    .replaceFirst(":$", "");
        }
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            Throwable cause = failure.getCause();
            return cause == null ? failure.getClass().getSimpleName() : describe(cause);
        }
        return message;
    }

    public static int exitStatus(Throwable failure) {
        if (failure instanceof CommandException command) {
            return command.exitStatus();
        }
        if (failure instanceof ServiceException service) {
            return switch (service.reason()) {
                case NOT_INSTALLED, NOT_BUILT, PORT_IN_USE -> ExitStatus.UNUSABLE;
                case EXITED, NOT_READY, REFUSED, OTHER_PASSWORD, SYSTEM -> ExitStatus.FAILED;
            };
        }
        return ExitStatus.FAILED;
    }
}
