package io.arketic.extractors.slides;

import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.office.OfficeParts;
import io.arketic.extractors.office.OfficeReader;
import io.arketic.extractors.office.OfficeXml;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.opc.PackagePart;
import org.apache.poi.openxml4j.opc.PackageRelationship;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.jspecify.annotations.Nullable;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * Reads the slides of PowerPoint presentations: without hidden ones, each in reading order, followed by its notes and
 * comments. Tika reads the embedded files.
 */
public final class PowerPointShow extends OfficeReader {

    private static final long serialVersionUID = 1L;

    private static final Set<MediaType> TYPES = Set.of(
            MediaType.application("vnd.openxmlformats-officedocument.presentationml.presentation"),
            MediaType.application("vnd.openxmlformats-officedocument.presentationml.slideshow"),
            MediaType.application("vnd.openxmlformats-officedocument.presentationml.template"),
            MediaType.application("vnd.ms-powerpoint.presentation.macroenabled.12"),
            MediaType.application("vnd.ms-powerpoint.slideshow.macroenabled.12"),
            MediaType.application("vnd.ms-powerpoint.template.macroenabled.12"));

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return TYPES;
    }

    @Override
    public boolean write(OfficeFile office)
            throws IOException, SAXException, XMLStreamException, InvalidFormatException {
        OfficeParts.describe(office.container(), office.metadata());
        Show show = new Show(office.handler(), office.metadata(), office.text());
        show.read(OfficeParts.main(office.container()));
        if (!show.carries) {
            pictures(show.pictures, office.handler(), office.context());
        }
        return show.carries;
    }

    private static void pictures(Map<String, PackagePart> pictures, ContentHandler handler, ParseContext context)
            throws IOException, SAXException {
        EmbeddedDocumentExtractor extractor = Objects.requireNonNull(context.get(EmbeddedDocumentExtractor.class));
        for (Map.Entry<String, PackagePart> picture : pictures.entrySet()) {
            Metadata inner = new Metadata();
            String name = picture.getKey();
            inner.set(TikaCoreProperties.RESOURCE_NAME_KEY, name.substring(name.lastIndexOf('/') + 1));
            if (extractor.shouldParseEmbedded(inner)) {
                try (InputStream bytes = picture.getValue().getInputStream()) {
                    extractor.parseEmbedded(bytes, handler, inner, false);
                }
            }
        }
    }

    /** Reads one presentation. */
    private static final class Show {
        private final ContentHandler handler;
        private final Metadata metadata;
        private final TextAssembler counted;
        private final XhtmlOut out;
        private final Map<String, PptxLayout> layouts = new LinkedHashMap<>();
        private final Set<String> edges = new LinkedHashSet<>();
        private final Map<String, PackagePart> pictures = new LinkedHashMap<>();
        private Map<String, String> authors = Map.of();
        private boolean carries;

        Show(ContentHandler handler, Metadata metadata, TextAssembler counted) {
            this.handler = handler;
            this.metadata = metadata;
            this.counted = counted;
            this.out = new XhtmlOut(handler, metadata);
        }

        void read(PackagePart main) throws IOException, SAXException, XMLStreamException, InvalidFormatException {
            List<String> slides = new ArrayList<>();
            try (InputStream bytes = main.getInputStream()) {
                XMLStreamReader reader = OfficeXml.reader(bytes);
                while (reader.hasNext()) {
                    if (reader.next() == XMLStreamReader.START_ELEMENT
                            && reader.getLocalName().equals("sldId")) {
                        slides.add(relationship(reader));
                    }
                }
            }
            authors = PptxComments.authors(main);
            for (String id : slides) {
                PackageRelationship relationship = main.getRelationship(id);
                PackagePart slide = relationship == null ? null : main.getRelatedPart(relationship);
                out.start("div", "class", "slide-content");
                out.end("div");
                if (slide != null) {
                    slide(slide);
                }
            }
            for (String edge : edges) {
                out.paragraph(edge);
            }
        }

        /** Returns the relationship's identifier of a slide, which also has another one. */
        private static String relationship(XMLStreamReader reader) {
            for (int i = 0; i < reader.getAttributeCount(); i++) {
                String namespace = reader.getAttributeNamespace(i);
                if (reader.getAttributeLocalName(i).equals("id") && namespace != null && !namespace.isEmpty()) {
                    return reader.getAttributeValue(i);
                }
            }
            return "";
        }

        private void slide(PackagePart part)
                throws IOException, SAXException, XMLStreamException, InvalidFormatException {
            PptxSlide slide = new PptxSlide(part, layout(part), metadata, counted);
            try (InputStream bytes = part.getInputStream()) {
                XMLStreamReader reader = OfficeXml.reader(bytes);
                if (!OfficeXml.nextChild(reader)) {
                    return;
                }
                String show = OfficeXml.attribute(reader, "show");
                if ("0".equals(show) || "false".equals(show)) {
                    counted.leaveOut(LeftOut.HIDDEN_SLIDES, 1);
                    return;
                }
                slide.read(reader);
            }
            for (PlacedShapes.Shape shape : slide.inReadingOrder()) {
                shape.content().replay(handler);
            }
            for (PackagePart notes : OfficeParts.related(part, "notesSlide")) {
                notes(notes);
            }
            for (String comment : PptxComments.of(part, authors)) {
                out.paragraph(comment);
            }
            edges.addAll(slide.edges());
            carries |= !OfficeParts.related(part, "oleObject").isEmpty()
                    || !OfficeParts.related(part, "package").isEmpty();
            for (PackagePart picture : OfficeParts.related(part, "image")) {
                pictures.put(picture.getPartName().getName(), picture);
            }
        }

        private void notes(PackagePart part)
                throws IOException, SAXException, XMLStreamException, InvalidFormatException {
            PptxSlide notes = new PptxSlide(part, PptxLayout.NONE, metadata, counted);
            try (InputStream bytes = part.getInputStream()) {
                XMLStreamReader reader = OfficeXml.reader(bytes);
                if (OfficeXml.nextChild(reader)) {
                    notes.read(reader);
                }
            }
            edges.addAll(notes.edges());
            for (String text : notes.texts()) {
                out.paragraph("Notes: " + text);
            }
        }

        private @Nullable PptxLayout layout(PackagePart slide)
                throws IOException, SAXException, XMLStreamException, InvalidFormatException {
            for (PackagePart part : OfficeParts.related(slide, "slideLayout")) {
                String name = part.getPartName().getName();
                PptxLayout known = layouts.get(name);
                if (known == null) {
                    known = PptxLayout.read(part, metadata, counted);
                    layouts.put(name, known);
                    known.texts().stream()
                            .filter(text -> text.codePoints().anyMatch(Character::isLetter))
                            .forEach(edges::add);
                }
                return known;
            }
            return null;
        }
    }
}
