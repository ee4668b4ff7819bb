package io.arketic.ingest.deadletter;

import io.arketic.ingest.event.Notification;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Describes an object or message that cannot be ingested.
 *
 * @param bucket null, as {@code key} and {@code etag} are, for a message that could not be read
 * @param reason a stable name
 * @param detail for people
 * @param message the notification that could not be read; null for objects
 */
public record DeadLetter(
        @Nullable String bucket,
        @Nullable String key,
        @Nullable String etag,
        String reason,
        String detail,
        Instant time,
        @Nullable Notification message) {

    /** Names the reason of letters about messages rather than objects. */
    public static final String MALFORMED_EVENT = "MALFORMED_EVENT";

    private static final int PROBLEMS_TOLD = 10;

    /** Returns the one letter of a message, however many of its parts are unreadable. */
    public static DeadLetter malformed(Notification message, List<String> problems, Instant time) {
        return new DeadLetter(null, null, null, MALFORMED_EVENT, told(problems), time, message);
    }

    private static String told(List<String> problems) {
        if (problems.size() == 1) {
            return problems.get(0);
        }
        String count = problems.size() + " problems";
        return problems.size() <= PROBLEMS_TOLD
                ? count + ": " + String.join("; ", problems)
                : count + ", the first " + PROBLEMS_TOLD + ": " + String.join("; ", problems.subList(0, PROBLEMS_TOLD));
    }
}
