package io.arketic.schema.ledger;

import java.sql.SQLException;

/**
 * Reports that a later look at the object has begun. No row is written: the later look decides. Do not repeat the
 * write; look at the store again.
 */
public final class OvertakenException extends SQLException {

    private static final long serialVersionUID = 1L;

    OvertakenException(String bucket, String key) {
        super("a later look at " + bucket + "/" + key + " has taken over");
    }
}
