package io.arketic.extractors.worker;

import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.ExtractionException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.xml.sax.ContentHandler;

/** Reads text formats itself: their structure is in their characters, which Tika passes on as one paragraph. */
final class PlainTextParser implements Parser {

    private static final long serialVersionUID = 1L;
    private static final int SAMPLE_BYTES = 1 << 16;
    private static final MediaType MARKDOWN = MediaType.text("x-web-markdown");

    private static final Set<MediaType> TYPES = Set.of(
            MediaType.TEXT_PLAIN, MARKDOWN, MediaType.text("csv"), MediaType.text("tsv"), MediaType.text("x-csv"));

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return TYPES;
    }

    @Override
    public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
            throws IOException {
        TextAssembler out = Objects.requireNonNull(context.get(TextAssembler.class));
        String text = decode(stream, out, metadata);
        for (String paragraph : text.split("\n[ \t]*\n\\s*", -1)) {
            out.block(BlockType.PARAGRAPH, 0, paragraph);
        }
    }

    private static String decode(InputStream stream, TextAssembler out, Metadata metadata) throws IOException {
        long most = 4L * out.maxCharacters() + 4;
        byte[] bytes = stream.readNBytes((int) Math.min(most, Integer.MAX_VALUE - 16));
        if (bytes.length >= most) {
            LimitPassedException limit = new LimitPassedException(
                    Reason.TEXT_LIMIT, "more than " + out.maxCharacters() + " characters of text");
            out.recordPassed(limit);
            throw limit;
        }
        Charset charset = CharsetGuess.of(bytes.length <= SAMPLE_BYTES ? bytes : Arrays.copyOf(bytes, SAMPLE_BYTES));
        metadata.set(Metadata.CONTENT_ENCODING, charset.name());
        return new String(bytes, charset).replace("\r\n", "\n").replace('\r', '\n');
    }
}
