package io.arketic.extractors.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.xml.sax.ContentHandler;

/**
 * Reads the files that no other parser takes. Many unknown formats are lines of text for people (references, logs,
 * settings), or records of mainframes; other files, and text for machines, are left unread.
 */
public final class UnknownText implements Parser {

    private static final long serialVersionUID = 1L;
    private static final int SAMPLE_BYTES = 1 << 14;
    private static final Pattern FOR_MACHINES = Pattern.compile(
            "(?:image|audio|video|font|model|chemical)/.*|application/(?:postscript|pgp-.*|pkc.*|x-x509.*|x-uuencode|"
                    + "x-pem.*|pem.*|x-font.*|octet-stream)");

    private final PlainTextParser text = new PlainTextParser();

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return Set.of();
    }

    @Override
    public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
            throws IOException {
        String type = Objects.requireNonNullElse(metadata.get(Metadata.CONTENT_TYPE), "application/octet-stream");
        byte[] sample = sample(stream);
        boolean lines = !FOR_MACHINES.matcher(type).matches() && isText(sample);
        boolean records = type.equals(MediaType.OCTET_STREAM.toString()) && Ebcdic.resembles(sample);
        if (records) {
            metadata.set(Metadata.CONTENT_TYPE, MediaType.TEXT_PLAIN.toString());
        }
        if (lines || records) {
            text.parse(stream, handler, metadata, context);
        }
    }

    private static byte[] sample(InputStream stream) throws IOException {
        stream.mark(SAMPLE_BYTES);
        try {
            return stream.readNBytes(SAMPLE_BYTES);
        } finally {
            stream.reset();
        }
    }

    private static boolean isText(byte[] sample) {
        for (byte b : sample) {
            boolean control = b >= 0 && b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f';
            if (control || b == 0x7F) {
                return false;
            }
        }
        return true;
    }
}
