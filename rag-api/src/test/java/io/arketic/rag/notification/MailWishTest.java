package io.arketic.rag.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.notification.NotificationMails.Told;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class MailWishTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @Test
    void aMailGoesOutAtOnceHourlyOrDaily() {
        assertThat(due("{\"mail\": \"now\"}", "UTC", NOW)).isTrue();
        assertThat(due("{\"mail\": \"hourly\"}", "UTC", NOW.minusSeconds(3599))).isFalse();
        assertThat(due("{\"mail\": \"hourly\"}", "UTC", NOW.minusSeconds(3600))).isTrue();
        assertThat(due("{\"mail\": \"daily\"}", "UTC", NOW.minusSeconds(3600))).isFalse();
        assertThat(due("{\"mail\": \"daily\"}", "UTC", NOW.minusSeconds(86_400)))
                .isTrue();
    }

    @Test
    void quietHoursAreThoseOfTheUsersZoneAndMayCrossMidnight() {
        // It is 21:00 in Tokyo and 08:00 in New York.
        String night = "{\"mail\": \"now\", \"quiet\": {\"from\": \"20:30\", \"until\": \"07:00\"}}";
        assertThat(due(night, "Asia/Tokyo", NOW)).isFalse();
        assertThat(due(night, "America/New_York", NOW)).isTrue();
        String day = "{\"mail\": \"now\", \"quiet\": {\"from\": \"08:00\", \"until\": \"17:00\"}}";
        assertThat(due(day, "America/New_York", NOW)).isFalse();
        assertThat(due(day, "Asia/Tokyo", NOW)).isTrue();
        for (String unreadable : List.of("8 o'clock", "25:00", "")) {
            assertThat(due(day.replace("08:00", unreadable), "America/New_York", NOW))
                    .as(unreadable)
                    .isTrue();
        }
        assertThat(due(night, "Mars/Olympus", NOW)).as("as UTC").isTrue();
    }

    @Test
    void aMailOfTenThousandIsShortAndHasTheLanguageAndTheTimeOfItsUser() {
        List<Told> told = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            told.add(new Told("document_failed", JSON.readTree("{\"filename\": \"a\\nb{0}.txt\"}"), "Acme", NOW));
        }
        Digest german = new Digest("de", ZoneId.of("Asia/Tokyo"));
        String text = german.text(told, "https://example.org/end");
        assertThat(text).hasSizeLessThan(10_000).contains("21:00", "a b{0}.txt konnte nicht gelesen werden (Acme)");
        assertThat(text).contains("und 9.950 weitere");
        assertThat(german.text(List.of(new Told("of_a_newer_process", JSON.readTree("{}"), "Acme", NOW)), ""))
                .contains("Eine Benachrichtigung (Acme)");
        assertThat(new Digest("fr", ZoneId.of("UTC")).subject(1)).isEqualTo("One notification");
        for (String language : List.of("de", "tr")) {
            assertThat(ResourceBundle.getBundle("notifications", Locale.forLanguageTag(language))
                            .keySet())
                    .isEqualTo(ResourceBundle.getBundle("notifications", Locale.ROOT)
                            .keySet());
        }
    }

    private static boolean due(String settings, String zone, Instant oldest) {
        return MailWish.of(JSON.readTree(settings), zone).due(oldest, NOW);
    }
}
