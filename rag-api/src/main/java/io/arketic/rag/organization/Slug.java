package io.arketic.rag.organization;

import com.ibm.icu.text.Transliterator;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.regex.Pattern;

/**
 * Holds an organization's name in addresses and object keys: 2 to 100 lower-case letters, digits and dashes, with no
 * dash at either end.
 */
record Slug(String text) {

    private static final int MAX_LENGTH = 100;
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,98}[a-z0-9]");
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^a-z0-9]+");
    private static final Transliterator TO_ASCII = Transliterator.getInstance("Any-Latin; Latin-ASCII; Lower");

    Slug {
        if (!FORM.matcher(text).matches()) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT,
                    "slug",
                    "must be 2 to " + MAX_LENGTH + " lower-case letters, digits and inner dashes");
        }
    }

    /** Makes a slug from a name in any script, for example {@code Ünal & Söhne} gives {@code unal-sohne}. */
    static Slug ofName(String name) {
        String slug = BETWEEN_WORDS.matcher(TO_ASCII.transliterate(name)).replaceAll("-");
        slug = slug.substring(0, Math.min(slug.length(), MAX_LENGTH)).replaceAll("^-+|-+$", "");
        if (slug.length() < 2) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "slug", "is required, since the name has too few letters to make one");
        }
        return new Slug(slug);
    }
}
