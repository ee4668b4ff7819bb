package io.arketic.rag.workflow;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Names the kind of failure of an attempt. */
public enum FailureKind {
    /** Its configuration, or a value in it, is not what the step takes. */
    INVALID(false),
    /** The acting member, or the other side, does not allow it. */
    REFUSED(false),
    /** It may work later. */
    TEMPORARY(true),
    TIMED_OUT(true),
    /** A limit of the organization is reached. */
    LIMIT(true),
    /** A person said no. */
    REJECTED(false),
    /** A defect; the log has more. */
    INTERNAL(false);

    private final boolean triedAgain;

    FailureKind(boolean triedAgain) {
        this.triedAgain = triedAgain;
    }

    /** Returns whether a step without a retry rule is tried again. */
    public boolean triedAgain() {
        return triedAgain;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<FailureKind> of(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label().equals(label))
                .findFirst();
    }
}
