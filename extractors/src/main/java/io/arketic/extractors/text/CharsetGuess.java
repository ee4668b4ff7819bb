package io.arketic.extractors.text;

import com.ibm.icu.text.CharsetDetector;
import com.ibm.icu.text.CharsetMatch;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the character set of text that does not name it. Unicode is recognisable. Among the legacy sets, the one wins
 * whose result most resembles words; ICU's statistics, which fail on short texts, are one more vote.
 */
final class CharsetGuess {

    /** Lists the sets in order of preference for a tie. */
    private static final List<String> LEGACY = List.of(
            "windows-1252",
            "windows-1251",
            "windows-1250",
            "windows-1254",
            "windows-1253",
            "windows-1255",
            "windows-1256",
            "windows-1257",
            "ISO-8859-2",
            "ISO-8859-5",
            "ISO-8859-6",
            "ISO-8859-7",
            "KOI8-R",
            "KOI8-U",
            "IBM866",
            "TIS-620",
            "GB18030",
            "Big5",
            "EUC-KR",
            "EUC-JP",
            "Shift_JIS");

    private static final double STATISTICS_WEIGHT = 0.3;
    private static final double PREFERENCE_STEP = 0.002;

    private CharsetGuess() {}

    /** @param sample the beginning of the text; may end inside a character */
    static Charset of(byte[] sample) {
        Charset unicode = UnicodeForms.of(sample);
        if (unicode != null) {
            return unicode;
        }
        if (decode(sample, StandardCharsets.UTF_8) != null) {
            return hasEscapes(sample) ? Charset.forName("ISO-2022-JP") : StandardCharsets.UTF_8;
        }
        if (isNearly(sample, StandardCharsets.UTF_8)) {
            return StandardCharsets.UTF_8;
        }
        return Ebcdic.resembles(sample) ? Ebcdic.CHARSET : best(sample);
    }

    private static Charset best(byte[] sample) {
        Map<String, Double> statistics = new HashMap<>();
        CharsetDetector detector = new CharsetDetector();
        detector.setText(sample);
        for (CharsetMatch match : detector.detectAll()) {
            statistics.merge(match.getName(), match.getConfidence() / 100.0, Math::max);
        }
        Charset best = Charset.forName("windows-1252");
        double bestScore = Double.NEGATIVE_INFINITY;
        double preference = 0;
        for (String name : LEGACY) {
            preference -= PREFERENCE_STEP;
            Charset charset = Charset.forName(name);
            String text = decode(sample, charset);
            if (text == null) {
                continue;
            }
            double score = Plausibility.of(text, sample, name)
                    + STATISTICS_WEIGHT * statistics.getOrDefault(name, 0.0)
                    + preference;
            if (score > bestScore) {
                bestScore = score;
                best = charset;
            }
        }
        return best;
    }

    /**
     * Returns whether the bytes are damaged UTF-8: one bad byte in a hundred beyond ASCII is likelier than another set
     * that reads as UTF-8.
     */
    private static boolean isNearly(byte[] sample, Charset charset) {
        String text = new String(sample, charset);
        long bad = text.chars().filter(c -> c == '\uFFFD').count();
        long good = text.chars().filter(c -> c > 0x7F && c != '\uFFFD').count();
        return good > 0 && bad * 10 <= good;
    }

    private static boolean hasEscapes(byte[] sample) {
        for (int i = 0; i + 2 < sample.length; i++) {
            if (sample[i] == 0x1B && sample[i + 1] == '$' && (sample[i + 2] == 'B' || sample[i + 2] == '@')) {
                return true;
            }
        }
        return false;
    }

    /** Returns null if the bytes are not of this character set; the last, possibly cut character does not count. */
    static @Nullable String decode(byte[] sample, Charset charset) {
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer characters = CharBuffer.allocate((int) (sample.length * (double) decoder.maxCharsPerByte()) + 8);
        CoderResult result = decoder.decode(ByteBuffer.wrap(sample), characters, false);
        return result.isError() ? null : characters.flip().toString();
    }
}
