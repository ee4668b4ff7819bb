package io.arketic.extractors.worker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.tika.detect.Detector;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.jspecify.annotations.Nullable;

/**
 * Tika's detection, with PDF read as PDF readers do: its mark may come late, within the first 1024 bytes. What is named
 * PDF and looks like text is a broken PDF, and its bytes are not shown as text.
 */
final class FileTypes implements Detector {

    private static final long serialVersionUID = 1L;
    private static final int MARK_WITHIN = 1024;
    private static final MediaType PDF = MediaType.application("pdf");

    private final Detector tika;

    FileTypes(Detector tika) {
        this.tika = tika;
    }

    @Override
    public MediaType detect(@Nullable InputStream input, Metadata metadata) throws IOException {
        MediaType type = tika.detect(input, metadata);
        boolean vague = type.equals(MediaType.TEXT_PLAIN) || type.equals(MediaType.OCTET_STREAM);
        if (!vague || input == null) {
            return type;
        }
        String name = metadata.get(TikaCoreProperties.RESOURCE_NAME_KEY);
        boolean named = name != null && name.toLowerCase(Locale.ROOT).endsWith(".pdf");
        return named || (type.equals(MediaType.OCTET_STREAM) && hasLateMark(input)) ? PDF : type;
    }

    private static boolean hasLateMark(InputStream input) throws IOException {
        input.mark(MARK_WITHIN);
        try {
            return new String(input.readNBytes(MARK_WITHIN), StandardCharsets.ISO_8859_1).contains("%PDF-1.");
        } finally {
            input.reset();
        }
    }
}
