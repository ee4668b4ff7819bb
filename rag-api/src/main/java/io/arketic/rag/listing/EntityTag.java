package io.arketic.rag.listing;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Identifies the version of a row for ETag and If-Match: the microsecond of its last change, and what else tells it apart. */
public record EntityTag(String text) {

    private static final Pattern LISTED =
            Pattern.compile("(?:^|,)\\s*(?:W/)?\"([^\"]*?)(?:[-;](?:gzip|br|zstd|deflate))?\"\\s*(?=,|$)");

    public static EntityTag of(Instant updatedAt) {
        return new EntityTag("\"" + microseconds(updatedAt) + "\"");
    }

    /** @param identity of the row, in letters, digits, dots and dashes, where its address may come to name another one */
    public static EntityTag of(Instant updatedAt, String identity) {
        return new EntityTag("\"" + microseconds(updatedAt) + "." + identity + "\"");
    }

    private static long microseconds(Instant time) {
        return time.getEpochSecond() * 1_000_000 + time.getNano() / 1000;
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
        mustMatch(of(updatedAt));
    }

    /** Refuses a change as {@link #mustMatch(Instant)} does. */
    public void mustMatch(EntityTag current) {
        if (!text.equals("*") && !names(current.text())) {
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
