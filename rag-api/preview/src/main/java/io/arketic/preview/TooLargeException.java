package io.arketic.preview;

/** Reports a file with more pixels than a preview reads. */
final class TooLargeException extends Exception {

    private static final long serialVersionUID = 1L;

    TooLargeException(String message) {
        super(message);
    }
}
