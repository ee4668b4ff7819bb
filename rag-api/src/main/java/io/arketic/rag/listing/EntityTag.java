package io.arketic.rag.listing;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Identifies the version of a row for ETag and If-Match: the microsecond of its last change. */
public record EntityTag(String text) {

    private static final Pattern LISTED =
            Pattern.compile("(?:^|,)\\s*(?:W/)?\"([^\"]*?)(?:[-;](?:gzip|br|zstd|deflate))?\"\\s*(?=,|$)");

    public static EntityTag of(Instant updatedAt) {
        return new EntityTag("\"" + (updatedAt.getEpochSecond() * 1_000_000 + updatedAt.getNano() / 1000) + "\"");
    }

    /** Returns the version on which a change must be based; refuses a request without it. */
    public static EntityTag required(@Nullable String ifMatch) {
        if (ifMatch == null) {
            throw new ProblemException(
                    ProblemReason.PRECONDITION_REQUIRED, "Send the ETag that you read as If-Match, or *.");
        }
        return new EntityTag(ifMatch.strip());
    }

    /** Refuses a change that is based on another version than the row's; {@code *} matches any. */
    public void mustMatch(Instant updatedAt) {
        if (!text.equals("*") && !names(of(updatedAt).text())) {
            throw new ProblemException(ProblemReason.STALE_VERSION, "It has changed since it was read.");
        }
    }

    /**
     * Returns whether this is the tag, or a list with it. A compressing proxy makes a tag weak, {@code W/"1"}, or
     * appends the coding, {@code "1-gzip"}: the row is the same.
     */
    private boolean names(String tag) {
        return LISTED.matcher(text).results().anyMatch(listed -> tag.equals("\"" + listed.group(1) + "\""));
    }

    @Override
    public String toString() {
        return text;
    }
}
