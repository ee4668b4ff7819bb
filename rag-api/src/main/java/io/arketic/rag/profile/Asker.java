package io.arketic.rag.profile;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a user wants of the answers to its questions.
 *
 * @param model that the user chose; null without a choice
 * @param creativity from 1 to 10
 * @param language of answers; null answers in the language of the question
 * @param zone of dates and times
 */
public record Asker(
        @Nullable String model,
        ResponseStyle style,
        int creativity,
        @Nullable Locale language,
        ZoneId zone) {

    /** Is a program or a workflow, which says in its request what it wants. */
    public static final Asker PROGRAM = new Asker(null, ResponseStyle.BALANCED, 5, null, ZoneOffset.UTC);

    /** Is the temperature at creativity 5, both of which are the seed's defaults. */
    private static final double MIDDLE = 0.7;

    /** Returns 0 at creativity 1, 0.7 at 5, and 1.2 at 10: above that, models lose the thread. */
    public double temperature() {
        return creativity <= 5 ? (creativity - 1) * MIDDLE / 4 : MIDDLE + (creativity - 5) * 0.1;
    }
}
