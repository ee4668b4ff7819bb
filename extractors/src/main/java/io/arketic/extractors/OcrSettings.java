package io.arketic.extractors;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Configures the recognition of scans and pictures.
 *
 * @param program Tesseract, by its path or by its name on the {@code PATH} of this process; it may be installed later
 * @param languages that a file is read in for which no others are named, as Tesseract calls them: {@code eng},
 *     {@code chi_sim}
 * @param maxPages pages and pictures of one file that are recognised
 * @param pageTimeout what one of them may take
 */
public record OcrSettings(String program, List<String> languages, int maxPages, Duration pageTimeout) {

    /** Matches a safe name of a language, which becomes part of a command line and of file names. */
    private static final Pattern LANGUAGE = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]{1,30}");

    private static final Pattern SEPARATOR = Pattern.compile("[,\\s]+");
    private static final int MOST_LANGUAGES = 10;

    public static final OcrSettings DEFAULT = new OcrSettings("tesseract", List.of("eng"), 500, Duration.ofSeconds(30));

    public OcrSettings {
        if (program.isBlank()) {
            throw new IllegalArgumentException("the OCR program must not be blank");
        }
        languages = checked(languages);
        if (maxPages < 0) {
            throw new IllegalArgumentException("maxPages must not be negative: " + maxPages);
        }
        if (pageTimeout.toSeconds() < 1) {
            throw new IllegalArgumentException("pageTimeout must be at least a second: " + pageTimeout);
        }
    }

    /** Splits a setting's list of languages at commas and blanks. */
    public static List<String> split(String languages) {
        return List.of(SEPARATOR.split(languages.strip()));
    }

    /** Returns whether the name has the form of a Tesseract language, such as {@code deu} and {@code chi_sim}. */
    public static boolean isLanguage(String name) {
        return LANGUAGE.matcher(name).matches();
    }

    /** @throws IllegalArgumentException where no Tesseract could have these languages */
    public static List<String> checked(List<String> languages) {
        if (languages.isEmpty() || languages.size() > MOST_LANGUAGES) {
            throw new IllegalArgumentException("1 to " + MOST_LANGUAGES + " languages: " + languages);
        }
        for (String language : languages) {
            if (!isLanguage(language)) {
                throw new IllegalArgumentException("not a language of Tesseract: " + language);
            }
        }
        return List.copyOf(languages);
    }
}
