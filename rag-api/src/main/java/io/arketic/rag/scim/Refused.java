package io.arketic.rag.scim;

import com.unboundid.scim2.common.exceptions.ScimException;

/** Carries a refusal out of a transaction, whose work throws no checked exceptions. */
final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ScimException refusal;

    Refused(ScimException refusal) {
        super(refusal);
        this.refusal = refusal;
    }

    ScimException refusal() {
        return refusal;
    }
}
