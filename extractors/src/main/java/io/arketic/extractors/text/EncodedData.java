package io.arketic.extractors.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds bytes encoded as letters: {@code data:} addresses and runs of Base64. They are pictures and programs, which a
 * search by words would find only by chance.
 */
final class EncodedData {

    /** Sets the least length; shorter runs are keys, hashes and signatures, which users search for. */
    private static final int LEAST = 200;

    private static final Pattern ADDRESS = Pattern.compile(
            "data:[\\w.+-]{0,100}/?[\\w.+-]{0,100}(?:;[\\w.=-]{1,100}){0,5};base64,[A-Za-z0-9+/=_%-]*+");
    private static final Pattern RUN = Pattern.compile("[A-Za-z0-9+/_-]{" + LEAST + ",}+={0,2}");

    /**
     * Matches at least three whole lines of 60 to 80 characters, as mail and certificates wrap them, and the rest of
     * the last.
     */
    private static final Pattern WRAPPED = Pattern.compile(
            "(?m)^(?:[ \\t]*+[A-Za-z0-9+/]{60,80}+\\r?\\n){3,}+(?:[ \\t]*+[A-Za-z0-9+/]{1,80}+={0,2}$)?");

    private EncodedData() {}

    /** Holds the text without encoded bytes, and the number of removed runs. */
    record Stripped(String text, int count) {}

    static Stripped strip(String text) {
        if (text.length() < LEAST && !text.contains(";base64,")) {
            return new Stripped(text, 0);
        }
        int[] count = {0};
        String bare = ADDRESS.matcher(text).replaceAll(found -> {
            count[0]++;
            return "";
        });
        bare = RUN.matcher(bare).replaceAll(found -> take(found.group(), count));
        bare = WRAPPED.matcher(bare).replaceAll(found -> take(found.group(), count));
        return new Stripped(bare, count[0]);
    }

    private static String take(String run, int[] count) {
        if (!isBase64(run)) {
            return Matcher.quoteReplacement(run);
        }
        count[0]++;
        return "";
    }

    /**
     * Returns whether a run mixes capitals, small letters and digits; words, numbers, paths and gene sequences do not.
     */
    private static boolean isBase64(String run) {
        int upper = 0;
        int lower = 0;
        int digits = 0;
        for (int i = 0; i < run.length(); i++) {
            char c = run.charAt(i);
            upper += c >= 'A' && c <= 'Z' ? 1 : 0;
            lower += c >= 'a' && c <= 'z' ? 1 : 0;
            digits += c >= '0' && c <= '9' ? 1 : 0;
        }
        int least = run.length() / 20;
        return upper > 4 * least && lower > 4 * least && digits > least;
    }
}
