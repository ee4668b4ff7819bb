package io.arketic.schema.ledger;

import java.sql.SQLException;

/**
 * The object was looked at again since the look whose result was to be written. Nothing is written: the later look decides.
 * Trying the same write again is of no use; looking at the store again is.
 */
public final class OvertakenException extends SQLException {

    private static final long serialVersionUID = 1L;

    OvertakenException(String bucket, String key) {
        super("a later look at " + bucket + "/" + key + " has taken over");
    }
}
