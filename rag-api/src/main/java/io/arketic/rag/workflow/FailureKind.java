package io.arketic.rag.workflow;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why an attempt of a step failed. */
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

    /** Whether a step is tried again that does not say when. */
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
