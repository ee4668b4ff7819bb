package io.arketic.extractors.worker;

import com.ibm.icu.util.ULocale;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Guesses the language of a text by its script and, within a script, by its commonest words and letters. It is rough,
 * but needs neither a model nor memory. It decides about sentence ends and the text search configuration.
 */
final class LanguageGuess {

    private static final int SAMPLE = 20_000;
    private static final Pattern TAG = Pattern.compile("[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}");

    /** Sets the least weight of common words, in total and relative to all words and to the next language. */
    private static final double LEAST_WEIGHT = 2;

    private static final double LEAST_SHARE = 0.04;
    private static final double LEAD = 1.15;

    /** Sets the weight of another language that contradicts the declared one. */
    private static final double CLEARLY = 20;

    private static final Map<String, List<String>> WORDS = Map.ofEntries(
            words("en", "the of and to in is that for it with as was on are be this by have from not"),
            words("de", "der die und das ist nicht ein eine mit den von zu auf für im dem sich auch wird als"),
            words("fr", "le la les des et est une un du dans que pour qui pas sur au avec plus ce par"),
            words("es", "el la los las de que y en un una por con para del se es no como más su"),
            words("pt", "o a os as de que e em um uma por com para não do da se é como mais"),
            words("it", "il lo la gli di che e un una per con non del della è si come più sono nel"),
            words("nl", "de het een en van is dat niet op te zijn voor met aan er om ook maar bij als"),
            words("tr", "ve bir bu için ile de da olarak çok daha en gibi olan kadar sonra ancak değil ne her"),
            words("pl", "i w na z się nie do to że jest o jak po od za przez są ale dla jego"),
            words("sv", "och att det som en är på av för med den till inte om ett har jag från var"),
            words("da", "og at det som en er på af for med den til ikke et har jeg fra var der de"),
            words("fi", "ja on ei se että hän oli mutta kun niin myös ovat sekä kuin joka mukaan olla"),
            words("cs", "a je na v se že to s z do o i jako pro ale by jsou byl podle který"),
            words("ro", "și în de la cu pe o un care nu este din mai că sau pentru ca fost"),
            words("hu", "a az és hogy nem is egy meg van ez de volt mint csak el már még ha"),
            words("id", "yang dan di dari untuk dengan ini pada tidak dalam adalah akan ke itu juga"),
            words("vi", "và của là có không được cho một trong các những với người này khi đã"),
            words("ru", "и в не на что с по это как из но он к за от для так же или"),
            words("uk", "і в не на що з до як та це але від для за або його"),
            words("bg", "и на да се за от не с че в по като са това който"));

    private LanguageGuess() {}

    private static Map.Entry<String, List<String>> words(String language, String words) {
        return Map.entry(language, List.of(words.split(" ")));
    }

    /**
     * Returns the declared language, unless the text is clearly of another one: templates declare the language of their
     * makers. It is null if there is no evidence.
     */
    static @Nullable String of(@Nullable String declared, String text) {
        String sample = text.substring(0, Math.min(text.length(), SAMPLE));
        Character.UnicodeScript script = commonestScript(sample);
        if (declared != null && TAG.matcher(declared).matches()) {
            String tag = declared.replace('_', '-');
            if (script == null || fits(tag, script, sample)) {
                return tag;
            }
        }
        return script == null ? null : of(script, sample);
    }

    private static boolean fits(String tag, Character.UnicodeScript script, String sample) {
        ULocale full = ULocale.addLikelySubtags(ULocale.forLanguageTag(tag));
        boolean latin = full.getScript().equals("Latn");
        if (latin != (script == Character.UnicodeScript.LATIN)) {
            return full.getScript().isEmpty();
        }
        return !latin || !isClearlyOther(full.getLanguage(), sample);
    }

    private static boolean isClearlyOther(String language, String sample) {
        Map<String, Integer> frequencies = frequencies(sample);
        List<String> own = WORDS.get(language);
        double declared = own == null ? 0 : weight(own, frequencies);
        return own != null
                && WORDS.values().stream()
                                .mapToDouble(words -> weight(words, frequencies))
                                .max()
                                .orElse(0)
                        > Math.max(CLEARLY, 2 * declared);
    }

    private static @Nullable String of(Character.UnicodeScript script, String sample) {
        return switch (script) {
            case LATIN, CYRILLIC -> byWords(sample);
            case HIRAGANA, KATAKANA -> "ja";
            case HAN -> sample.chars().anyMatch(c -> c >= 0x3041 && c <= 0x30FE) ? "ja" : "zh";
            case HANGUL -> "ko";
            case ARABIC ->
                sample.chars().filter(c -> "پچژگ".indexOf(c) >= 0).count() > sample.length() / 200 ? "fa" : "ar";
            case HEBREW -> "he";
            case GREEK -> "el";
            case THAI -> "th";
            case DEVANAGARI -> "hi";
            case BENGALI -> "bn";
            case TAMIL -> "ta";
            case KHMER -> "km";
            case LAO -> "lo";
            case MYANMAR -> "my";
            case GEORGIAN -> "ka";
            case ARMENIAN -> "hy";
            default -> null;
        };
    }

    private static Character.@Nullable UnicodeScript commonestScript(String sample) {
        Map<Character.UnicodeScript, Integer> counts = new EnumMap<>(Character.UnicodeScript.class);
        sample.codePoints()
                .filter(Character::isLetter)
                .forEach(c -> counts.merge(Character.UnicodeScript.of(c), 1, Integer::sum));
        return counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    /**
     * Returns the language with a clear lead, or none: short texts share their few common words with several languages.
     */
    private static @Nullable String byWords(String sample) {
        Map<String, Integer> frequencies = frequencies(sample);
        String best = null;
        double most = 0;
        double second = 0;
        for (Map.Entry<String, List<String>> entry : WORDS.entrySet()) {
            double weight = weight(entry.getValue(), frequencies);
            if (weight > most) {
                second = most;
                most = weight;
                best = entry.getKey();
            } else {
                second = Math.max(second, weight);
            }
        }
        int words = frequencies.values().stream().mapToInt(Integer::intValue).sum();
        return most >= LEAST_WEIGHT && most >= LEAST_SHARE * words && most > LEAD * second ? best : null;
    }

    private static Map<String, Integer> frequencies(String sample) {
        Map<String, Integer> frequencies = new HashMap<>();
        for (String word : sample.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{M}]+")) {
            if (!word.isEmpty()) {
                frequencies.merge(word, 1, Integer::sum);
            }
        }
        return frequencies;
    }

    /** Weighs words; single letters weigh little, because they also number lists and name variables. */
    private static double weight(List<String> words, Map<String, Integer> frequencies) {
        double weight = 0;
        for (String word : words) {
            weight += frequencies.getOrDefault(word, 0) * (word.length() == 1 ? 0.25 : 1);
        }
        return weight;
    }
}
