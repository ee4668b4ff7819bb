package io.arketic.schema.search;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UScript;
import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Cuts text into the words that full text search compares, in the same way for stored text and questions. PostgreSQL
 * then stems each word by the document's text search configuration. Chinese, Japanese and Korean become pairs of
 * neighbouring characters, as in Lucene's CJK analyzer; ICU's dictionaries cut Thai, Lao, Khmer and Burmese.
 */
public final class SearchWords {

    static final String SIMPLE = "simple";
    static final String TURKISH = "turkish";

    /** Limits the letters of a word; a longer run is not a word (and a lexeme may not exceed 2,046 bytes). */
    private static final int MAX_WORD = 100;

    private static final Locale TURKISH_LOCALE = Locale.forLanguageTag("tr");

    /** Matches vowel signs of Arabic and Hebrew and the tatweel, which writers may omit. */
    private static final Pattern OPTIONAL_MARKS =
            Pattern.compile("[\\u0591-\\u05BD\\u05BF\\u05C1\\u05C2\\u0610-\\u061A\\u0640\\u064B-\\u065F\\u0670]");

    private static final Pattern INNER_MARKS = Pattern.compile("[^\\p{L}\\p{N}\\p{M}]+");
    private static final Pattern NUMBER = Pattern.compile("\\p{N}+(?:[.,]\\p{N}+)*");

    /**
     * Matches marks on Latin and Greek letters, as the database's {@code folded} does; in other scripts they make other
     * letters.
     */
    private static final Pattern ACCENTS =
            Pattern.compile("(?<=[A-Za-z\\u00c6-\\u024f\\u0370-\\u03ff])[\\u0300-\\u036f]+");

    /** Maps lower-case letters without a decomposition to the letters that users type for them. */
    private static final Map<Integer, String> PLAIN_LETTERS = Map.ofEntries(
            Map.entry((int) 'ı', "i"),
            Map.entry((int) 'ł', "l"),
            Map.entry((int) 'ø', "o"),
            Map.entry((int) 'đ', "d"),
            Map.entry((int) 'ð', "d"),
            Map.entry((int) 'ħ', "h"),
            Map.entry((int) 'ŧ', "t"),
            Map.entry((int) 'ё', "е"),
            Map.entry((int) 'ß', "ss"),
            Map.entry((int) 'æ', "ae"),
            Map.entry((int) 'œ', "oe"),
            Map.entry((int) 'þ', "th"));

    private static final Map<String, String> CONFIGURATIONS = Map.ofEntries(
            Map.entry("ar", "arabic"),
            Map.entry("hy", "armenian"),
            Map.entry("eu", "basque"),
            Map.entry("ca", "catalan"),
            Map.entry("da", "danish"),
            Map.entry("nl", "dutch"),
            Map.entry("en", "english"),
            Map.entry("fi", "finnish"),
            Map.entry("fr", "french"),
            Map.entry("de", "german"),
            Map.entry("el", "greek"),
            Map.entry("hi", "hindi"),
            Map.entry("hu", "hungarian"),
            Map.entry("id", "indonesian"),
            Map.entry("ga", "irish"),
            Map.entry("it", "italian"),
            Map.entry("lt", "lithuanian"),
            Map.entry("ne", "nepali"),
            Map.entry("no", "norwegian"),
            Map.entry("nb", "norwegian"),
            Map.entry("nn", "norwegian"),
            Map.entry("pt", "portuguese"),
            Map.entry("ro", "romanian"),
            Map.entry("ru", "russian"),
            Map.entry("sr", "serbian"),
            Map.entry("es", "spanish"),
            Map.entry("sv", "swedish"),
            Map.entry("ta", "tamil"),
            Map.entry("tr", TURKISH),
            Map.entry("yi", "yiddish"));

    private SearchWords() {}

    /**
     * Returns the text search configuration for a language. Latin text in an unknown language counts as English. The
     * document's configuration also stems the question, so a wrong guess only costs word forms.
     */
    public static String configuration(@Nullable String language, String text) {
        if (language != null && !language.isBlank() && !language.equals("und")) {
            return CONFIGURATIONS.getOrDefault(Locale.forLanguageTag(language).getLanguage(), SIMPLE);
        }
        long letters = text.codePoints().filter(Character::isLetter).count();
        long ascii =
                text.codePoints().filter(c -> c < 128 && Character.isLetter(c)).count();
        return ascii * 10 > letters * 9 ? "english" : SIMPLE;
    }

    /** Returns the words of a text in order, lower-cased for the configuration's language. */
    public static List<String> of(String text, String configuration) {
        Locale locale = configuration.equals(TURKISH) ? TURKISH_LOCALE : Locale.ROOT;
        String plain = OPTIONAL_MARKS
                .matcher(Normalizer.normalize(text, Normalizer.Form.NFKC))
                .replaceAll("")
                .toLowerCase(locale);
        List<String> words = new ArrayList<>();
        BreakIterator breaks = BreakIterator.getWordInstance(ULocale.ROOT);
        int from = 0;
        while (from < plain.length()) {
            boolean paired = paired(plain.codePointAt(from));
            int to = from;
            while (to < plain.length() && paired(plain.codePointAt(to)) == paired) {
                to += Character.charCount(plain.codePointAt(to));
            }
            if (paired) {
                addPairs(plain.substring(from, to), words);
            } else {
                addWords(plain.substring(from, to), breaks, words);
            }
            from = to;
        }
        return words;
    }

    /** Returns a word without accents and with the other alphabet's i; the word itself if that is the same. */
    static String folded(String word) {
        if (word.chars().allMatch(character -> character < 128)) {
            return word;
        }
        String bare = Normalizer.normalize(
                ACCENTS.matcher(Normalizer.normalize(word, Normalizer.Form.NFKD))
                        .replaceAll(""),
                Normalizer.Form.NFKC);
        StringBuilder plain = new StringBuilder(bare.length());
        bare.codePoints()
                .forEach(letter -> plain.append(PLAIN_LETTERS.getOrDefault(letter, Character.toString(letter))));
        return plain.toString();
    }

    /** Returns the words of a text as they are stored: a word with accents also occurs without them. */
    public static List<String> stored(String text, String configuration) {
        return stored(of(text, configuration));
    }

    /** Returns words of a text as they are stored. */
    public static List<String> stored(List<String> words) {
        List<String> stored = new ArrayList<>();
        for (String word : words) {
            stored.add(word);
            String folded = folded(word);
            if (!folded.equals(word)) {
                stored.add(folded);
            }
        }
        return stored;
    }

    /**
     * Returns words in sequence as a PostgreSQL regular expression, for a question of stop words; null if there are
     * none, or too many for a name.
     */
    static @Nullable String literal(List<String> words, int most) {
        if (words.isEmpty() || words.size() > most) {
            return null;
        }
        return words.stream()
                .map(word -> word.replaceAll("[.,]", "\\\\$0"))
                // In either normal form: normalizing the text of each chunk would take ten times as long.
                .map(word -> "(?:" + word + "|" + Normalizer.normalize(word, Normalizer.Form.NFD) + ")")
                .collect(Collectors.joining("[^[:alnum:]]+", "(^|[^[:alnum:]])", "($|[^[:alnum:]])"));
    }

    private static boolean paired(int character) {
        if (character < 0x1100) {
            return false;
        }
        int script = UScript.getScript(character);
        return character == 'ー'
                || script == UScript.HAN
                || script == UScript.HIRAGANA
                || script == UScript.KATAKANA
                || script == UScript.HANGUL;
    }

    private static void addPairs(String run, List<String> words) {
        int[] characters = run.codePoints().toArray();
        if (characters.length == 1) {
            words.add(run);
        }
        for (int i = 0; i + 1 < characters.length; i++) {
            words.add(new String(characters, i, 2));
        }
    }

    private static void addWords(String stretch, BreakIterator breaks, List<String> words) {
        breaks.setText(stretch);
        int from = breaks.first();
        for (int to = breaks.next(); to != BreakIterator.DONE; from = to, to = breaks.next()) {
            if (breaks.getRuleStatus() >= BreakIterator.WORD_NONE_LIMIT) {
                addWord(stretch.substring(from, to), words);
            }
        }
    }

    /** Splits what ICU keeps together at a dot, colon, apostrophe or underscore, unless it is a number. */
    private static void addWord(String segment, List<String> words) {
        if (NUMBER.matcher(segment).matches()) {
            words.add(segment);
            return;
        }
        for (String word : INNER_MARKS.split(segment)) {
            if (!word.isEmpty() && word.length() <= MAX_WORD && UCharacter.isLetterOrDigit(word.codePointAt(0))) {
                words.add(word);
            }
        }
    }
}
