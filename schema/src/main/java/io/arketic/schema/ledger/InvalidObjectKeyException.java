package io.arketic.schema.ledger;

/** Reports a key that no document can have, with the fault in it. */
public final class InvalidObjectKeyException extends Exception {

    private static final long serialVersionUID = 1L;

    public InvalidObjectKeyException(String detail) {
        super(detail);
    }
}
