package io.arketic.rag.notification;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Holds when a user wants mails of its notifications: {@code custom_settings.notifications}, for example {@code {"mail":
 * "daily", "quiet": {"from": "22:00", "until": "07:00"}}}.
 *
 * @param after age of the oldest notification at which a mail goes out
 * @param quietFrom in the user's zone; null without quiet hours
 */
record MailWish(
        Duration after,
        @Nullable LocalTime quietFrom,
        @Nullable LocalTime quietUntil,
        ZoneId zone) {

    /** Quiet hours that cannot be read are none, and a zone that a later runtime no longer knows is UTC. */
    static MailWish of(JsonNode settings, String timezone) {
        Duration after = switch (settings.path("mail").asString("")) {
            case "now" -> Duration.ZERO;
            case "hourly" -> Duration.ofHours(1);
            default -> Duration.ofDays(1);
        };
        LocalTime from = time(settings.path("quiet").path("from"));
        LocalTime until = time(settings.path("quiet").path("until"));
        boolean quiet = from != null && until != null;
        return new MailWish(after, quiet ? from : null, quiet ? until : null, zone(timezone));
    }

    boolean due(Instant oldest, Instant now) {
        return !now.isBefore(oldest.plus(after)) && !quiet(now);
    }

    private boolean quiet(Instant now) {
        if (quietFrom == null || quietUntil == null || quietFrom.equals(quietUntil)) {
            return false;
        }
        LocalTime local = now.atZone(zone).toLocalTime();
        boolean afterFrom = !local.isBefore(quietFrom);
        boolean beforeUntil = local.isBefore(quietUntil);
        return quietFrom.isBefore(quietUntil) ? afterFrom && beforeUntil : afterFrom || beforeUntil;
    }

    private static @Nullable LocalTime time(JsonNode value) {
        try {
            return value.isString() ? LocalTime.parse(value.stringValue()) : null;
        } catch (DateTimeException unreadable) {
            return null;
        }
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException unknown) {
            return ZoneOffset.UTC;
        }
    }
}
