package io.arketic.rag.identity;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Versions of rows, by the time of their last change. */
final class ETag {

    private ETag() {}

    static String of(Instant updatedAt) {
        return "\"" + (updatedAt.getEpochSecond() * 1_000_000 + updatedAt.getNano() / 1000) + "\"";
    }

    /** Refuses a change without {@code If-Match}, and one of another version than the {@code current} one. */
    static void require(@Nullable String ifMatch, String current) {
        if (ifMatch == null) {
            throw new ProblemException(
                    ProblemReason.PRECONDITION_REQUIRED, "Send the ETag that you read as If-Match, or *.");
        }
        if (!ifMatch.strip().equals("*") && !ifMatch.strip().equals(current)) {
            throw new ProblemException(ProblemReason.STALE_VERSION, "It has changed since it was read.");
        }
    }
}
