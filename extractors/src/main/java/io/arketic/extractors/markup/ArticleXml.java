package io.arketic.extractors.markup;

import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.office.OfficeXml;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TemporaryResources;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.xml.DcXMLParser;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * Reads articles of journals (JATS) and technical documents (DocBook) with their sections, lists, tables and equations.
 * Tika reads other XML, as one piece of text.
 */
public final class ArticleXml implements Parser {

    private static final long serialVersionUID = 1L;

    private static final Set<String> ROOTS = Set.of(
            "article",
            "book",
            "chapter",
            "part",
            "section",
            "sect1",
            "appendix",
            "preface",
            "refentry",
            "reference",
            "set");

    /** Lists names of the first element in the root that are typical for these vocabularies. */
    private static final Set<String> FIRST = Set.of(
            "front",
            "front-stub",
            "body",
            "info",
            "articleinfo",
            "bookinfo",
            "chapterinfo",
            "sectioninfo",
            "processing-meta",
            "title",
            "titleabbrev",
            "refmeta",
            "para",
            "chapter",
            "sect1");

    private static final XMLInputFactory FACTORY = factory();

    /** Creates a factory that neither loads nor trusts document types, which articles name. */
    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return Set.of(MediaType.APPLICATION_XML, MediaType.text("xml"), MediaType.application("docbook+xml"));
    }

    @Override
    public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
            throws IOException, SAXException, TikaException {
        try (TemporaryResources temporary = new TemporaryResources()) {
            TikaInputStream file = TikaInputStream.get(stream, temporary, metadata);
            if (!isArticle(file.getPath())) {
                try (TikaInputStream again = TikaInputStream.get(file.getPath(), metadata)) {
                    new DcXMLParser().parse(again, handler, metadata, context);
                }
                return;
            }
            XhtmlOut out = new XhtmlOut(handler, metadata);
            out.begin();
            try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file.getPath()))) {
                XMLStreamReader reader = FACTORY.createXMLStreamReader(bytes);
                if (OfficeXml.nextChild(reader)) {
                    new ArticleText(out, metadata).read(reader);
                }
            } catch (XMLStreamException e) {
                throw new TikaException("broken XML", e);
            }
            out.finish();
        }
    }

    private static boolean isArticle(Path file) throws IOException {
        try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file))) {
            XMLStreamReader reader = FACTORY.createXMLStreamReader(bytes);
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.DTD && hasSubset(reader.getText())) {
                    return false;
                }
                if (event == XMLStreamConstants.START_ELEMENT) {
                    return ROOTS.contains(reader.getLocalName())
                            && OfficeXml.nextChild(reader)
                            && FIRST.contains(reader.getLocalName());
                }
            }
            return false;
        } catch (XMLStreamException broken) {
            return false;
        }
    }

    /**
     * Returns whether the document declares its own entities, which would be missing because we do not read
     * declarations.
     */
    private static boolean hasSubset(String documentType) {
        return documentType != null && documentType.contains("[");
    }
}
