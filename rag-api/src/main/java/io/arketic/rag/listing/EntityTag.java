package io.arketic.rag.listing;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The version of a row, as ETag and If-Match name it: the microsecond of its last change. */
public record EntityTag(String text) {

    public static EntityTag of(Instant updatedAt) {
        return new EntityTag("\"" + (updatedAt.getEpochSecond() * 1_000_000 + updatedAt.getNano() / 1000) + "\"");
    }

    /** What a change must be based on; a request without it is refused. */
    public static EntityTag required(@Nullable String ifMatch) {
        if (ifMatch == null) {
            throw new ProblemException(
                    ProblemReason.PRECONDITION_REQUIRED, "Send the ETag that you read as If-Match, or *.");
        }
        return new EntityTag(ifMatch.strip());
    }

    /** Refuses a change that is based on another version than the row's; {@code *} is based on any. */
    public void mustMatch(Instant updatedAt) {
        if (!text.equals("*") && !equals(of(updatedAt))) {
            throw new ProblemException(ProblemReason.STALE_VERSION, "It has changed since it was read.");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
