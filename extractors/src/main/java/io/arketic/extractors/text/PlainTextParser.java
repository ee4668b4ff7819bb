package io.arketic.extractors.text;

import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.LimitPassedException;
import io.arketic.extractors.assembly.TextAssembler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.xml.sax.ContentHandler;

/** Reads text formats itself: their characters hold their structure, but Tika returns them as one paragraph. */
public final class PlainTextParser implements Parser {

    private static final long serialVersionUID = 1L;
    private static final int SAMPLE_BYTES = 1 << 16;
    private static final Pattern EMPTY_LINES = Pattern.compile("\\n[ \\t]*\\n\\s*");
    private static final Pattern CODE = Pattern.compile(
            ".*/(javascript|css|x-sh|x-sql|x-yaml|x-python|x-(java-source|java|groovy|scala|go|rust|php|perl|ruby|"
                    + "c\\+\\+src|csrc|c\\+\\+hdr|chdr|csharp|vbnet|kotlin|lua|r-source|matlab|jsp|makefile|ini|toml|diff))");

    private static final Pattern JSON_NAME = Pattern.compile("\\.(json|jsonl|ndjson|ipynb|geojson|json5)$");

    private static final Set<MediaType> TYPES = types();

    private static Set<MediaType> types() {
        Set<MediaType> types = new HashSet<>();
        for (String name : new String[] {
            "plain",
            "csv",
            "tsv",
            "tab-separated-values",
            "markdown",
            "x-web-markdown",
            "vtt",
            "x-java-source",
            "x-groovy",
            "x-c++src",
            "x-c++hdr",
            "x-csrc",
            "x-chdr"
        }) {
            types.add(MediaType.text(name));
        }
        return Set.copyOf(types);
    }

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return TYPES;
    }

    @Override
    public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
            throws IOException {
        TextAssembler out = Objects.requireNonNull(context.get(TextAssembler.class));
        String text = withoutEncodedData(decode(stream, out, metadata), out);
        String type = Objects.requireNonNullElse(metadata.get(Metadata.CONTENT_TYPE), "text/plain")
                .replaceAll(";.*", "");
        String name = Objects.requireNonNullElse(metadata.get(TikaCoreProperties.RESOURCE_NAME_KEY), "")
                .toLowerCase(Locale.ROOT);
        if (type.contains("csv") || type.contains("tsv") || type.contains("tab-separated") || name.endsWith(".csv")) {
            DelimitedRows.write(text, out);
        } else if (type.contains("markdown")) {
            new MarkdownLines(out).write(text);
        } else if (type.equals("application/x-tex")) {
            LatexText.write(text, out);
        } else if (type.equals("text/x-asciidoc")) {
            new AsciidocLines(out).write(text);
        } else if (type.equals("text/vtt") || name.endsWith(".srt")) {
            out.block(BlockType.PARAGRAPH, 0, Subtitles.spoken(text));
        } else if (isJson(type, name) && NotebookText.write(text, out)) {
            metadata.set(Metadata.CONTENT_TYPE, "application/x-ipynb+json");
        } else if (isJson(type, name) && JsonText.write(text, out)) {
            metadata.set(Metadata.CONTENT_TYPE, type.equals("text/plain") ? "application/json" : type);
        } else if (isJson(type, name) || CODE.matcher(type).matches()) {
            writeBlocks(BlockType.CODE, text, out);
        } else if (LogLines.isLog(text)) {
            LogLines.write(text, out);
        } else {
            writeBlocks(BlockType.PARAGRAPH, PrintedPages.joined(text), out);
        }
    }

    private static boolean isJson(String type, String name) {
        return type.matches(".*[/+](json|jsonlines|ndjson|jsonl|x-ndjson|x-ipynb)")
                || JSON_NAME.matcher(name).find();
    }

    private static String withoutEncodedData(String text, TextAssembler out) {
        EncodedData.Stripped stripped = EncodedData.strip(text);
        out.leaveOut(LeftOut.ENCODED_DATA, stripped.count());
        return stripped.text();
    }

    private static void writeBlocks(BlockType type, String text, TextAssembler out) {
        EMPTY_LINES.splitAsStream(text).forEach(paragraph -> out.block(type, 0, paragraph));
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
        String text = new String(bytes, charset);
        return (charset.equals(Ebcdic.CHARSET) ? Ebcdic.lines(text) : text)
                .replace("\r\n", "\n")
                .replace('\r', '\n');
    }
}
