package io.arketic.rag.notification;

import io.arketic.rag.mail.Mail;
import io.arketic.rag.notification.NotificationMails.Told;
import java.text.MessageFormat;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Writes a mail of notifications in a language of {@code notifications*.properties}, with times in the user's zone. */
final class Digest {

    /** Limits the lines of a mail; the rest is a number. */
    private static final int MOST = 50;

    /** Is the text of kinds that this process does not know: a newer one may have told of them. */
    private static final String OTHER = "other";

    private static final ResourceBundle.Control ENGLISH_ELSE =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    private final ResourceBundle texts;
    private final Locale locale;
    private final DateTimeFormatter time;

    Digest(String language, ZoneId zone) {
        Locale wanted = Locale.forLanguageTag(language);
        this.texts = ResourceBundle.getBundle("notifications", wanted, ENGLISH_ELSE);
        this.locale = texts.getLocale().equals(Locale.ROOT) ? Locale.ENGLISH : wanted;
        this.time = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                .withLocale(locale)
                .withZone(zone);
    }

    /** Returns the language of the texts. */
    String language() {
        return locale.getLanguage();
    }

    String subject(int count) {
        return text("subject", count);
    }

    /** @param unsubscribe address of the page that asks whether to end these mails */
    String text(List<Told> told, String unsubscribe) {
        String lines = told.stream().limit(MOST).map(this::line).collect(Collectors.joining("\n"));
        String more = told.size() > MOST ? "\n" + text("more", told.size() - MOST) : "";
        return lines + more + "\n\n" + text("footer", unsubscribe) + "\n";
    }

    private String line(Told told) {
        JsonNode content = told.content();
        String name = content.path("filename")
                .asString(content.path("name")
                        .asString(content.path("organization")
                                .asString(content.path("user_agent").asString(""))));
        String where = told.organization() == null ? "" : " (" + Mail.line(told.organization()) + ")";
        return time.format(told.at()) + ": "
                + text(texts.containsKey(told.kind()) ? told.kind() : OTHER, Mail.line(name)) + where;
    }

    String text(String key, Object... values) {
        return new MessageFormat(texts.getString(key), locale).format(values);
    }
}
