package io.arketic.schema.ledger;

/** A key under which no document can stand, with what is wrong with it. */
public final class InvalidObjectKeyException extends Exception {

    private static final long serialVersionUID = 1L;

    public InvalidObjectKeyException(String detail) {
        super(detail);
    }
}
