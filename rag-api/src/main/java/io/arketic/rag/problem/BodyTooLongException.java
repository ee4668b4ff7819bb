package io.arketic.rag.problem;

import java.io.IOException;

/** Is thrown to the reader of a body of which the server kept the beginning only. */
public final class BodyTooLongException extends IOException {

    private static final long serialVersionUID = 1;

    public BodyTooLongException() {
        super("The body is longer than this server takes");
    }
}
