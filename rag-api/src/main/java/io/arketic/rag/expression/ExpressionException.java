package io.arketic.rag.expression;

/** An expression that cannot be read or evaluated; the message is for its author. */
public final class ExpressionException extends Exception {

    private static final long serialVersionUID = 1L;

    public ExpressionException(String message) {
        super(message);
    }

    ExpressionException(String message, Throwable cause) {
        super(message, cause);
    }
}
