package io.arketic.extractors.assembly;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes failures of the machine from those of a file. Only messages of the operating system through the JDK
 * count: a parser's own may come from the file, which must not be tried forever.
 */
public final class MachineFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int DEEPEST_CAUSE = 20;

    private static final List<String> TROUBLES = List.of(
            "No space left on device",
            "Disk quota exceeded",
            "Read-only file system",
            "Too many open files",
            "Too many open files in system",
            "Input/output error",
            "Stale file handle");

    private MachineFailure(Throwable cause) {
        super(cause.toString(), cause);
    }

    /** Returns the machine's failure among the causes, if there is one. */
    public static @Nullable MachineFailure in(Throwable thrown, Path file) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            if (cause instanceof MachineFailure known) {
                return known;
            }
            if (cause instanceof IOException && isOfTheMachine(cause, file)) {
                return new MachineFailure(cause);
            }
            cause = cause.getCause();
        }
        return null;
    }

    private static boolean isOfTheMachine(Throwable thrown, Path file) {
        String message = thrown.getMessage() == null ? "" : thrown.getMessage();
        if (thrown instanceof FileSystemException system) {
            boolean gone = thrown instanceof NoSuchFileException || thrown instanceof AccessDeniedException;
            return gone && isOurs(String.valueOf(system.getFile()), file)
                    || TROUBLES.contains(String.valueOf(system.getReason()));
        }
        if (thrown instanceof FileNotFoundException) {
            return isOurs(message, file);
        }
        // File.createTempFile gives only this message for a lost directory.
        return thrown.getClass() == IOException.class
                && (TROUBLES.contains(message) || message.equals("No such file or directory"));
    }

    private static boolean isOurs(String path, Path file) {
        return path.startsWith(System.getProperty("java.io.tmpdir")) || path.startsWith(file.toString());
    }
}
