package io.arketic.extractors.office;

import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.XhtmlOut;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackageAccess;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TemporaryResources;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.microsoft.ooxml.OOXMLParser;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** Reads the text of Office files since 2007 itself; Tika reads the embedded files. */
public abstract class OfficeReader implements Parser {

    private static final long serialVersionUID = 1L;

    /**
     * Holds the open file.
     *
     * @param out where its text goes; {@code handler} takes what other parsers write
     */
    public record OfficeFile(
            OPCPackage container,
            File file,
            XhtmlOut out,
            ContentHandler handler,
            Metadata metadata,
            ParseContext context) {

        /** Returns the assembler, which also counts what the text leaves out. */
        public TextAssembler text() {
            return Objects.requireNonNull(context.get(TextAssembler.class));
        }
    }

    @Override
    public abstract Set<MediaType> getSupportedTypes(ParseContext context);

    /** Writes the text; returns whether Tika also reads the file. */
    public abstract boolean write(OfficeFile office)
            throws IOException, SAXException, XMLStreamException, InvalidFormatException;

    @Override
    public final void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
            throws IOException, SAXException, TikaException {
        try (TemporaryResources temporary = new TemporaryResources()) {
            TikaInputStream file = TikaInputStream.get(stream, temporary, metadata);
            XhtmlOut out = new XhtmlOut(handler, metadata);
            boolean carries;
            out.begin();
            try (OPCPackage container = OPCPackage.open(file.getFile(), PackageAccess.READ)) {
                carries = write(new OfficeFile(container, file.getFile(), out, handler, metadata, context));
            } catch (InvalidFormatException | XMLStreamException e) {
                throw new TikaException("broken Office file", e);
            }
            out.finish();
            if (carries) {
                try (TikaInputStream again = TikaInputStream.get(file.getPath(), metadata)) {
                    new OOXMLParser().parse(again, new DefaultHandler(), metadata, context);
                }
            }
        }
    }
}
