package io.arketic.rag.account;

import com.nulabinc.zxcvbn.Strength;
import com.nulabinc.zxcvbn.Zxcvbn;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How soon a password is guessed by somebody who tries the common ones first, with names, keyboard rows, dates,
 * repetitions and what is known of the account: zxcvbn's estimate (Wheeler, USENIX Security 2016).
 */
final class PasswordStrength {

    /** "Somewhat guessable": some 10^6 guesses at least, where a hash costs 19 MiB and failures lock the account. */
    private static final int LEAST_SCORE = 2;

    /** The estimate's time grows faster than the length; what follows is not counted for the password. */
    private static final int MEASURED = 40;

    private static final String PRODUCT = "arketic";

    private final Zxcvbn zxcvbn = new Zxcvbn();

    /**
     * Why the password is refused, or null. From several threads.
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
