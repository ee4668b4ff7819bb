package io.arketic.extractors.worker;

import com.ibm.icu.text.CharsetDetector;
import com.ibm.icu.text.CharsetMatch;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Finds the character set of text that does not say it. */
final class CharsetGuess {

    private CharsetGuess() {}

    /** @param sample the beginning of the text; may end inside a character */
    static Charset of(byte[] sample) {
        Charset unicode = UnicodeForms.of(sample);
        if (unicode != null) {
            return unicode;
        }
        if (decodes(sample, StandardCharsets.UTF_8) != null) {
            return StandardCharsets.UTF_8;
        }
        CharsetDetector detector = new CharsetDetector();
        detector.setText(sample);
        Charset best = Charset.forName("windows-1252");
        double bestScore = Double.NEGATIVE_INFINITY;
        for (CharsetMatch match : detector.detectAll()) {
            if (!Charset.isSupported(match.getName())) {
                continue;
            }
            Charset charset = Charset.forName(match.getName());
            if (decodes(sample, charset) != null && match.getConfidence() > bestScore) {
                best = charset;
                bestScore = match.getConfidence();
            }
        }
        return best;
    }

    /** Null where the bytes are not of this character set; the last, possibly cut character is forgiven. */
    static @Nullable String decodes(byte[] sample, Charset charset) {
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.wrap(sample);
        CharBuffer characters = CharBuffer.allocate((int) (sample.length * (double) decoder.maxCharsPerByte()) + 8);
        CoderResult result = decoder.decode(bytes, characters, false);
        if (result.isError()) {
            return null;
        }
        return characters.flip().toString();
    }
}
