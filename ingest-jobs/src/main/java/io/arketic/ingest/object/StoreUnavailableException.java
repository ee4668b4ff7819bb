package io.arketic.ingest.object;

import java.io.IOException;

/**
 * Reports that the store does not answer, or not as it should. This says nothing about the object, and the same call
 * may succeed later.
 */
public final class StoreUnavailableException extends IOException {

    private static final long serialVersionUID = 1L;

    StoreUnavailableException(String detail, Throwable cause) {
        super(detail, cause);
    }

    StoreUnavailableException(String detail) {
        super(detail);
    }
}
