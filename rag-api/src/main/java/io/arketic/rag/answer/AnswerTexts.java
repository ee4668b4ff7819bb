package io.arketic.rag.answer;

import java.util.Locale;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** Holds the sentences of answers that no source contains, in the languages of {@code answers_*.properties}. */
final class AnswerTexts {

    private static final ResourceBundle.Control ENGLISH_ELSE =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    private AnswerTexts() {}

    /** Says that the passages hold no answer. */
    static String noAnswer(@Nullable Locale language) {
        return text("no-answer", language);
    }

    /** Explains an empty choice, which never means all. */
    static String noKnowledge(@Nullable Locale language) {
        return text("no-knowledge", language);
    }

    private static String text(String key, @Nullable Locale language) {
        return ResourceBundle.getBundle("answers", language == null ? Locale.ROOT : language, ENGLISH_ELSE)
                .getString(key);
    }
}
