package io.arketic.extractors.worker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.tika.detect.Detector;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.jspecify.annotations.Nullable;

/**
 * Extends Tika's detection. PDF is read as PDF readers do: its mark may come within the first 1024 bytes. A file named
 * PDF that looks like text is a broken PDF, and its bytes are not shown as text. Text that begins with a document type
 * other than HTML's is XML, and so is DocBook.
 */
final class FileTypes implements Detector {

    private static final long serialVersionUID = 1L;
    private static final int MARK_WITHIN = 1024;
    private static final Pattern XML_BEGINS =
            Pattern.compile("(?:\u00EF\u00BB\u00BF)?\\s*(?:<\\?xml\\s|<!DOCTYPE\\s+(?!html)[\\w:.-]+[\\s\\[>])");
    /** Matches DocBook, which a title near its beginning would otherwise make HTML. */
    private static final Pattern DOCBOOK =
            Pattern.compile("<\\w+\\s[^<>]*xmlns(?::\\w+)?\\s*=\\s*[\"']http://docbook\\.org/ns/docbook[\"']");

    private static final MediaType PDF = MediaType.application("pdf");

    private final Detector tika;

    FileTypes(Detector tika) {
        this.tika = tika;
    }

    @Override
    public MediaType detect(@Nullable InputStream input, Metadata metadata) throws IOException {
        MediaType type = tika.detect(input, metadata);
        if (type.equals(MediaType.TEXT_HTML)
                && input != null
                && DOCBOOK.matcher(beginning(input)).find()) {
            return MediaType.APPLICATION_XML;
        }
        boolean vague = type.equals(MediaType.TEXT_PLAIN) || type.equals(MediaType.OCTET_STREAM);
        if (!vague || input == null) {
            return type;
        }
        String name = metadata.get(TikaCoreProperties.RESOURCE_NAME_KEY);
        boolean named = name != null && name.toLowerCase(Locale.ROOT).endsWith(".pdf");
        String beginning = beginning(input);
        if (named || type.equals(MediaType.OCTET_STREAM) && beginning.contains("%PDF-1.")) {
            return PDF;
        }
        return XML_BEGINS.matcher(beginning).lookingAt() ? MediaType.APPLICATION_XML : type;
    }

    private static String beginning(InputStream input) throws IOException {
        input.mark(MARK_WITHIN);
        try {
            return new String(input.readNBytes(MARK_WITHIN), StandardCharsets.ISO_8859_1);
        } finally {
            input.reset();
        }
    }
}
