package io.arketic.extractors.worker;

import org.jspecify.annotations.Nullable;

/** The language of a text. */
final class LanguageGuess {

    private LanguageGuess() {}

    static @Nullable String of(@Nullable String declared, String text) {
        return declared == null || !declared.matches("[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
                ? null
                : declared.replace('_', '-');
    }
}
