package io.arketic.rag.workflow;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A cron expression of five fields in a time zone. A fixed time that a clock change skips is due as much later as the clock
 * was set forward; one that comes twice is due the first time. What is due every so many minutes or hours is due by elapsed
 * time.
 */
public final class CronSchedule {

    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    private static final Pattern EVERY_SO_OFTEN = Pattern.compile("[*/]");

    private final ExecutionTime times;
    private final boolean byElapsedTime;
    private final ZoneId zone;

    private CronSchedule(Cron cron, ZoneId zone, boolean byElapsedTime) {
        this.times = ExecutionTime.forCron(cron);
        this.zone = zone;
        this.byElapsedTime = byElapsedTime;
    }

    /** @throws IllegalArgumentException that says what is wrong */
    public static CronSchedule of(String expression, ZoneId zone) {
        Cron cron = PARSER.parse(expression).validate();
        String hours = expression.strip().split("\\s+", -1)[1];
        return new CronSchedule(cron, zone, EVERY_SO_OFTEN.matcher(hours).find());
    }

    /** The first time after {@code after}; empty where there is none. */
    public Optional<Instant> next(Instant after) {
        if (byElapsedTime) {
            return times.nextExecution(after.atZone(zone))
                    .map(ZonedDateTime::toInstant)
                    .filter(next -> next.isAfter(after));
        }
        // In the zone's own clock, which repeats and skips nothing when it is taken for UTC's.
        LocalDateTime local = after.atZone(zone).toLocalDateTime().minusHours(3);
        ZonedDateTime candidate = local.atZone(ZoneOffset.UTC);
        for (int look = 0; look < 1000; look++) {
            Optional<ZonedDateTime> next = times.nextExecution(candidate);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            candidate = next.get();
            Instant due = candidate.toLocalDateTime().atZone(zone).toInstant();
            if (due.isAfter(after)) {
                return Optional.of(due);
            }
        }
        return Optional.empty();
    }
}
