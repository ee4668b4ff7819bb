package io.arketic.extractors.assembly;

import io.arketic.extractors.ExtractionException.Reason;

/**
 * Reports an exceeded limit, unchecked so that it passes the parsers' callbacks; {@link FailureMapping} finds it again.
 */
public final class LimitPassedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public LimitPassedException(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
