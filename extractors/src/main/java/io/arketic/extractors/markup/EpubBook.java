package io.arketic.extractors.markup;

import io.arketic.extractors.assembly.RecordedXhtml;
import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.office.OfficeXml;
import io.arketic.extractors.office.OfficeXml.Element;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TemporaryResources;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.sax.EmbeddedContentHandler;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jspecify.annotations.Nullable;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * Reads an EPUB book in the order of its spine, without its tables of contents. A chapter without a visible heading
 * begins with its name in the table of contents.
 */
public final class EpubBook implements Parser {

    private static final long serialVersionUID = 1L;
    private static final int MOST_CHAPTERS = 10_000;

    private static final XMLInputFactory FACTORY = factory();

    /** Creates a factory that neither loads nor trusts document types, which older books name. */
    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    private final Parser pages;

    public EpubBook(Parser pages) {
        this.pages = pages;
    }

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return Set.of(MediaType.application("epub+zip"), MediaType.application("x-ibooks+zip"));
    }

    @Override
    public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
            throws IOException, SAXException, TikaException {
        try (TemporaryResources temporary = new TemporaryResources()) {
            TikaInputStream file = TikaInputStream.get(stream, temporary, metadata);
            XhtmlOut out = new XhtmlOut(handler, metadata);
            try (ZipFile zip = new ZipFile(file.getFile())) {
                Book book = Book.of(zip);
                describe(book.properties(), metadata);
                out.begin();
                for (String chapter : book.chapters()) {
                    chapter(zip, chapter, book.names().get(chapter), handler, context);
                }
                out.finish();
            } catch (XMLStreamException | ZipException e) {
                throw new TikaException("broken book", e);
            }
        }
    }

    private void chapter(ZipFile zip, String path, @Nullable String name, ContentHandler handler, ParseContext context)
            throws IOException, SAXException, TikaException {
        ZipEntry entry = zip.getEntry(path);
        if (entry == null) {
            return;
        }
        RecordedXhtml recorded = new RecordedXhtml();
        Metadata inner = new Metadata();
        inner.set(TikaCoreProperties.RESOURCE_NAME_KEY, path);
        inner.set(Metadata.CONTENT_TYPE, "application/xhtml+xml");
        try (TikaInputStream bytes = TikaInputStream.get(zip.getInputStream(entry))) {
            pages.parse(bytes, recorded, inner, context);
        }
        if (!recorded.hasText()) {
            return;
        }
        if (name != null && !name.isBlank() && !recorded.hasHeading()) {
            new XhtmlOut(handler, inner).element("h1", name);
        }
        recorded.replay(new EmbeddedContentHandler(handler));
    }

    private static void describe(Element properties, Metadata metadata) {
        for (Element property : properties.children()) {
            String value = property.text().strip();
            switch (value.isEmpty() ? "" : property.name()) {
                case "title" -> {
                    if (metadata.get(TikaCoreProperties.TITLE) == null) {
                        metadata.set(TikaCoreProperties.TITLE, value);
                    }
                }
                case "creator" -> metadata.add(TikaCoreProperties.CREATOR, value);
                case "language" -> metadata.set(TikaCoreProperties.LANGUAGE, value);
                case "date" -> metadata.set(TikaCoreProperties.CREATED, value);
                default -> {}
            }
        }
    }

    /**
     * Holds what the package says about the book.
     *
     * @param chapters paths in the order of reading
     * @param names of chapters in the table of contents, by path
     */
    private record Book(Element properties, List<String> chapters, Map<String, String> names) {

        static Book of(ZipFile zip) throws IOException, XMLStreamException, TikaException {
            Element root = find(part(zip, "META-INF/container.xml"), "rootfile");
            String path = root == null ? "" : root.attributes().getOrDefault("full-path", "");
            Element book = part(zip, path);
            Map<String, Element> manifest = new HashMap<>();
            for (Element item : children(book, "manifest")) {
                manifest.put(item.attributes().getOrDefault("id", ""), item);
            }
            Set<String> contents = new HashSet<>();
            for (Element reference : children(book, "guide")) {
                String target = resolve(path, reference.attributes().getOrDefault("href", ""));
                if (reference.attributes().getOrDefault("type", "").equals("toc") && isOnlyLinks(zip, target)) {
                    contents.add(target);
                }
            }
            List<String> chapters = new ArrayList<>();
            Map<String, String> names = new HashMap<>();
            for (Element item : manifest.values()) {
                String type = item.attributes().getOrDefault("media-type", "");
                String target = resolve(path, item.attributes().getOrDefault("href", ""));
                boolean navigation = List.of(
                                item.attributes().getOrDefault("properties", "").split(" "))
                        .contains("nav");
                if (navigation) {
                    contents.add(target);
                }
                if ((navigation || type.equals("application/x-dtbncx+xml")) && zip.getEntry(target) != null) {
                    names(part(zip, target), target, names);
                }
            }
            for (Element reference : children(book, "spine")) {
                Element item = manifest.get(reference.attributes().getOrDefault("idref", ""));
                String target =
                        item == null ? "" : resolve(path, item.attributes().getOrDefault("href", ""));
                if (!target.isEmpty() && !contents.contains(target) && chapters.size() < MOST_CHAPTERS) {
                    chapters.add(target);
                }
            }
            refuseEncrypted(zip, chapters);
            Element properties = find(book, "metadata");
            return new Book(properties == null ? book : properties, chapters, names);
        }

        /**
         * Returns whether a page is only a table of contents: in an older book it may be a page or the beginning of a
         * chapter.
         */
        private static boolean isOnlyLinks(ZipFile zip, String path) throws IOException {
            ZipEntry entry = zip.getEntry(path);
            if (entry == null) {
                return false;
            }
            try (InputStream bytes = zip.getInputStream(entry)) {
                Document page = Jsoup.parse(bytes, null, "");
                return page.select("a").text().length() * 2 > page.text().length();
            }
        }

        private static void refuseEncrypted(ZipFile zip, List<String> chapters)
                throws IOException, XMLStreamException, TikaException {
            if (zip.getEntry("META-INF/encryption.xml") == null) {
                return;
            }
            // Fonts are also encrypted in books without protection.
            String told = uris(part(zip, "META-INF/encryption.xml"));
            if (chapters.stream().anyMatch(chapter -> told.contains("\n" + chapter + "\n"))) {
                throw new EncryptedDocumentException("the book's chapters are encrypted");
            }
        }

        private static String uris(Element element) {
            StringBuilder uris = new StringBuilder("\n");
            uris.append(element.attributes().getOrDefault("URI", "")).append('\n');
            element.children().forEach(child -> uris.append(uris(child)));
            return uris.toString();
        }

        /** Collects the labels of the table of contents: of points in the older form, of links in the newer one. */
        private static void names(Element element, String path, Map<String, String> names) {
            for (Element child : element.children()) {
                if (child.name().equals("navPoint")) {
                    Element target = child.child("content");
                    Element label = child.child("navLabel");
                    if (target != null && label != null) {
                        names.putIfAbsent(
                                resolve(path, target.attributes().getOrDefault("src", "")),
                                label.text().strip());
                    }
                } else if (child.name().equals("a")) {
                    names.putIfAbsent(
                            resolve(path, child.attributes().getOrDefault("href", "")),
                            child.text().replaceAll("\\s+", " ").strip());
                }
                names(child, path, names);
            }
        }

        private static List<Element> children(Element book, String name) {
            Element group = find(book, name);
            return group == null ? List.of() : group.children();
        }

        private static @Nullable Element find(Element element, String name) {
            for (Element child : element.children()) {
                Element found = child.name().equals(name) ? child : find(child, name);
                if (found != null) {
                    return found;
                }
            }
            return null;
        }

        private static Element part(ZipFile zip, String path) throws IOException, XMLStreamException, TikaException {
            ZipEntry entry = zip.getEntry(path);
            if (entry == null) {
                throw new TikaException("no part " + path);
            }
            try (InputStream bytes = zip.getInputStream(entry)) {
                XMLStreamReader reader = FACTORY.createXMLStreamReader(bytes);
                if (!OfficeXml.nextChild(reader)) {
                    throw new TikaException("empty part " + path);
                }
                return OfficeXml.element(reader);
            }
        }

        /** Returns the path in the archive of a reference, without its fragment. */
        private static String resolve(String from, String reference) {
            String bare =
                    URLDecoder.decode(reference.replaceFirst("#.*", "").replace("+", "%2B"), StandardCharsets.UTF_8);
            List<String> parts = new ArrayList<>();
            int folder = from.lastIndexOf('/');
            String whole = bare.startsWith("/") ? bare : (folder < 0 ? "" : from.substring(0, folder + 1)) + bare;
            for (String part : whole.split("/")) {
                if (part.equals("..") && !parts.isEmpty()) {
                    parts.remove(parts.size() - 1);
                } else if (!part.isEmpty() && !part.equals(".") && !part.equals("..")) {
                    parts.add(part);
                }
            }
            return String.join("/", parts);
        }
    }
}
