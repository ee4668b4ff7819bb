package io.arketic.extractors.word;

import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.TextAssembler;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TemporaryResources;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.microsoft.rtf.RTFParser;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/** Reads the part of an RTF file that is shown with all changes accepted. */
public final class RichText extends RTFParser {

    private static final long serialVersionUID = 1L;

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return Set.of(MediaType.application("rtf"));
    }

    @Override
    public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
            throws IOException, SAXException, TikaException {
        try (TemporaryResources temporary = new TemporaryResources()) {
            Path visible = temporary.createTempFile();
            RtfVisible.Counts left;
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(visible))) {
                left = RtfVisible.copy(stream, out);
            }
            TextAssembler counted = Objects.requireNonNull(context.get(TextAssembler.class));
            counted.leaveOut(LeftOut.HIDDEN_TEXT, left.hidden());
            counted.leaveOut(LeftOut.DELETED_TEXT, left.deleted());
            try (TikaInputStream again = TikaInputStream.get(visible)) {
                super.parse(again, handler, metadata, context);
            }
        }
    }
}
