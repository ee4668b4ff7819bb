package io.arketic.extractors.text;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Recognises UTF-16 and UTF-32 by their mark, or by the places of zero bytes. */
final class UnicodeForms {

    private static final int FEWEST_BYTES = 4;

    private UnicodeForms() {}

    static @Nullable Charset of(byte[] sample) {
        if (startsWith(sample, 0xEF, 0xBB, 0xBF)) {
            return StandardCharsets.UTF_8;
        }
        if (startsWith(sample, 0xFF, 0xFE, 0, 0) || startsWith(sample, 0, 0, 0xFE, 0xFF)) {
            return Charset.forName("UTF-32");
        }
        if (startsWith(sample, 0xFF, 0xFE) || startsWith(sample, 0xFE, 0xFF)) {
            return StandardCharsets.UTF_16;
        }
        return sample.length < FEWEST_BYTES ? null : byZeros(sample);
    }

    private static @Nullable Charset byZeros(byte[] sample) {
        int[] zeros = new int[4];
        for (int i = 0; i < sample.length; i++) {
            if (sample[i] == 0) {
                zeros[i & 3]++;
            }
        }
        int quarter = sample.length / 4;
        int even = zeros[0] + zeros[2];
        int odd = zeros[1] + zeros[3];
        if (zeros[0] > quarter * 0.9 && zeros[1] > quarter * 0.9 && zeros[3] < quarter * 0.1) {
            return Charset.forName("UTF-32BE");
        }
        if (zeros[3] > quarter * 0.9 && zeros[2] > quarter * 0.9 && zeros[0] < quarter * 0.1) {
            return Charset.forName("UTF-32LE");
        }
        int half = sample.length / 2;
        // Blanks and line ends alone give a few zero bytes on one side in scripts other than Latin.
        if (even > half * 0.05 && odd * 20 < even) {
            return StandardCharsets.UTF_16BE;
        }
        if (odd > half * 0.05 && even * 20 < odd) {
            return StandardCharsets.UTF_16LE;
        }
        return null;
    }

    private static boolean startsWith(byte[] sample, int... mark) {
        if (sample.length < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if ((sample[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }
}
