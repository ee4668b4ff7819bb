package io.arketic.extractors.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import org.apache.tika.detect.EncodingDetector;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.html.HtmlEncodingDetector;
import org.jspecify.annotations.Nullable;

/** Uses a declaration inside HTML, otherwise the bytes. */
public final class TextEncodingDetector implements EncodingDetector {

    private static final long serialVersionUID = 1L;
    private static final int SAMPLE_BYTES = 1 << 16;

    private final HtmlEncodingDetector declared = new HtmlEncodingDetector();

    @Override
    public @Nullable Charset detect(@Nullable InputStream input, Metadata metadata) throws IOException {
        if (input == null) {
            return null;
        }
        Charset named = declared.detect(input, metadata);
        if (named != null) {
            return named;
        }
        input.mark(SAMPLE_BYTES);
        try {
            return CharsetGuess.of(input.readNBytes(SAMPLE_BYTES));
        } finally {
            input.reset();
        }
    }
}
