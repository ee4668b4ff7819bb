package io.arketic.rag.account;

import com.nulabinc.zxcvbn.Strength;
import com.nulabinc.zxcvbn.Zxcvbn;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how soon an attacker guesses a password that tries common ones first, with names, keyboard rows, dates,
 * repetitions and facts about the account: zxcvbn's estimate (Wheeler, USENIX Security 2016).
 */
final class PasswordStrength {

    /**
     * Requires "somewhat guessable": at least 10^6 guesses, where a hash costs 19 MiB and failures lock the account.
     */
    private static final int LEAST_SCORE = 2;

    /** Limits the measured characters, because the estimate's time grows faster than the length. */
    private static final int MEASURED = 40;

    private static final String PRODUCT = "arketic";

    private final Zxcvbn zxcvbn = new Zxcvbn();

    /**
     * Returns why the password is refused, or null. Safe for several threads.
     *
     * @param known addresses and names; their parts count, too
     */
    @Nullable
    String weakness(String password, List<String> known) {
        List<String> first = Stream.concat(
                        Stream.of(PRODUCT),
                        known.stream()
                                .flatMap(text ->
                                        Stream.concat(Stream.of(text), Stream.of(text.split("[^\\p{L}\\p{N}]+")))))
                .map(text -> text.toLowerCase(Locale.ROOT))
                .filter(text -> !text.isBlank())
                .distinct()
                .toList();
        String measured =
                password.codePointCount(0, password.length()) <= MEASURED ? password : password.substring(0, MEASURED);
        Strength strength = zxcvbn.measure(measured, first);
        if (strength.getScore() >= LEAST_SCORE) {
            return null;
        }
        String warning = strength.getFeedback().getWarning(Locale.ROOT);
        return "is too easy to guess" + (warning.isBlank() ? "" : ": " + warning);
    }
}
