package io.arketic.extractors.opendocument;

import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.office.OfficeXml;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.io.TemporaryResources;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.odf.OpenDocumentMetaParser;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads OpenDocument texts, spreadsheets, presentations and drawings as their programs show them with all changes
 * accepted. Tika keeps deleted and hidden text, and has no numbers of headings and lists.
 */
public final class OpenDocument implements Parser {

    private static final long serialVersionUID = 1L;

    private static final Set<MediaType> TYPES = Stream.of("text", "spreadsheet", "presentation", "graphics")
            .flatMap(kind -> Stream.of(kind, kind + "-template"))
            .flatMap(kind -> Stream.of("vnd.oasis.opendocument." + kind, "x-vnd.oasis.opendocument." + kind))
            .map(MediaType::application)
            .collect(Collectors.toUnmodifiableSet());

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return TYPES;
    }

    @Override
    public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
            throws IOException, SAXException, TikaException {
        try (TemporaryResources temporary = new TemporaryResources()) {
            TikaInputStream file = TikaInputStream.get(stream, temporary, metadata);
            TextAssembler counted = Objects.requireNonNull(context.get(TextAssembler.class));
            XhtmlOut out = new XhtmlOut(handler, metadata);
            try (ZipFile zip = new ZipFile(file.getFile())) {
                refuseEncrypted(zip);
                describe(zip, metadata, context);
                out.begin();
                Content content = new Content(new OdfObjects(zip), handler, metadata, counted);
                part(zip, "styles.xml", content);
                content.styles.forgetAutomatic();
                part(zip, "content.xml", content);
                content.finish();
                pictures(zip, handler, context);
                out.finish();
            } catch (XMLStreamException | ZipException e) {
                throw new TikaException("broken OpenDocument file", e);
            }
        }
    }

    private static void refuseEncrypted(ZipFile zip) throws IOException, XMLStreamException, TikaException {
        ZipEntry manifest = zip.getEntry("META-INF/manifest.xml");
        if (manifest == null) {
            return;
        }
        try (InputStream bytes = zip.getInputStream(manifest)) {
            XMLStreamReader reader = OfficeXml.reader(bytes);
            while (reader.hasNext()) {
                if (reader.next() == XMLStreamReader.START_ELEMENT
                        && reader.getLocalName().equals("encryption-data")) {
                    throw new EncryptedDocumentException("OpenDocument file is encrypted");
                }
            }
        }
    }

    private static void describe(ZipFile zip, Metadata metadata, ParseContext context)
            throws IOException, SAXException, TikaException {
        ZipEntry part = zip.getEntry("meta.xml");
        if (part != null) {
            try (InputStream bytes = zip.getInputStream(part)) {
                new OpenDocumentMetaParser().parse(bytes, new DefaultHandler(), metadata, context);
            }
        }
    }

    private static void part(ZipFile zip, String name, Content content)
            throws IOException, XMLStreamException, SAXException {
        ZipEntry part = zip.getEntry(name);
        if (part == null) {
            return;
        }
        try (InputStream bytes = new BufferedInputStream(zip.getInputStream(part))) {
            XMLStreamReader reader = OfficeXml.reader(bytes);
            if (OfficeXml.nextChild(reader)) {
                content.read(reader);
            }
        }
    }

    /** Reads pictures and embedded files of other formats as separate files. */
    private static void pictures(ZipFile zip, ContentHandler handler, ParseContext context)
            throws IOException, SAXException {
        EmbeddedDocumentExtractor extractor = Objects.requireNonNull(context.get(EmbeddedDocumentExtractor.class));
        for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
            ZipEntry entry = entries.nextElement();
            String name = entry.getName();
            boolean object = name.matches("(\\./)?Object \\d+");
            if (entry.isDirectory() || !object && !name.startsWith("Pictures/")) {
                continue;
            }
            Metadata inner = new Metadata();
            inner.set(TikaCoreProperties.RESOURCE_NAME_KEY, name.substring(name.lastIndexOf('/') + 1));
            if (extractor.shouldParseEmbedded(inner)) {
                try (InputStream bytes = zip.getInputStream(entry)) {
                    extractor.parseEmbedded(bytes, handler, inner, false);
                }
            }
        }
    }

    /** Reads the parts of a document: first its styles, then what all pages share, then the pages. */
    private static final class Content {
        private final OdfStyles styles = new OdfStyles();
        private final OdfObjects objects;
        private final ContentHandler handler;
        private final Metadata metadata;
        private final TextAssembler counted;
        private final XhtmlOut out;
        private final Set<String> edges = new LinkedHashSet<>();

        Content(OdfObjects objects, ContentHandler handler, Metadata metadata, TextAssembler counted) {
            this.objects = objects;
            this.handler = handler;
            this.metadata = metadata;
            this.counted = counted;
            this.out = new XhtmlOut(handler, metadata);
        }

        void read(XMLStreamReader reader) throws XMLStreamException, SAXException {
            while (OfficeXml.nextChild(reader)) {
                switch (reader.getLocalName()) {
                    case "styles", "automatic-styles" -> styles.add(OfficeXml.element(reader));
                    case "master-styles" -> edges(reader);
                    case "body" -> body(reader);
                    default -> OfficeXml.skip(reader);
                }
            }
        }

        /** Reads headers and footers of pages, and what all slides show; samples in placeholders do not count. */
        private void edges(XMLStreamReader reader) throws XMLStreamException {
            while (OfficeXml.nextChild(reader)) {
                boolean sample = "true".equals(OfficeXml.attribute(reader, "placeholder"));
                switch (sample ? "" : reader.getLocalName()) {
                    case "master-page" -> edges(reader);
                    case "header", "footer", "header-left", "footer-left", "header-first", "footer-first" ->
                        edges.addAll(OdfParagraph.texts(reader, styles, objects, counted));
                    case "frame", "custom-shape", "g" ->
                        edges.addAll(OdfParagraph.shapes(reader, styles, objects, counted));
                    default -> OfficeXml.skip(reader);
                }
            }
        }

        private void body(XMLStreamReader reader) throws XMLStreamException, SAXException {
            while (OfficeXml.nextChild(reader)) {
                switch (reader.getLocalName()) {
                    case "text" -> new OdfBody(styles, objects, out, counted).read(reader);
                    case "spreadsheet" -> {
                        edges.clear();
                        new OdfSheets(styles, objects, out, counted).read(reader);
                    }
                    case "presentation", "drawing" ->
                        new OdfSlides(styles, objects, handler, metadata, counted).read(reader);
                    default -> OfficeXml.skip(reader);
                }
            }
        }

        void finish() throws SAXException {
            edges.removeIf(text -> text.matches("(?:<[^>]*>|[\\d\\s./-])*"));
            for (String text : edges) {
                out.paragraph(text);
            }
        }
    }
}
