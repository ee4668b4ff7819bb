package io.arketic.extractors.opendocument;

import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.RecordedXhtml;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.office.OfficeXml;
import io.arketic.extractors.slides.PlacedShapes;
import io.arketic.extractors.slides.PlacedShapes.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.tika.metadata.Metadata;
import org.jspecify.annotations.Nullable;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/** Reads the slides of an OpenDocument presentation and the pages of a drawing, without hidden ones. */
final class OdfSlides {

    private static final Set<String> RUNNING = Set.of("date-time", "header", "footer", "page-number");

    private final OdfStyles styles;
    private final OdfObjects objects;
    private final ContentHandler handler;
    private final Metadata metadata;
    private final TextAssembler counted;
    private final XhtmlOut out;

    OdfSlides(OdfStyles styles, OdfObjects objects, ContentHandler handler, Metadata metadata, TextAssembler counted) {
        this.styles = styles;
        this.objects = objects;
        this.handler = handler;
        this.metadata = metadata;
        this.counted = counted;
        this.out = new XhtmlOut(handler, metadata);
    }

    /** Reads the children of {@code office:presentation} or {@code office:drawing}. */
    void read(XMLStreamReader reader) throws XMLStreamException, SAXException {
        Set<String> edges = new TreeSet<>();
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "page" -> page(reader);
                case "footer-decl", "header-decl" ->
                    edges.add(OfficeXml.element(reader).text().strip());
                default -> OfficeXml.skip(reader);
            }
        }
        for (String edge : edges) {
            out.paragraph(edge);
        }
    }

    private void page(XMLStreamReader reader) throws XMLStreamException, SAXException {
        out.start("div", "class", "slide-content");
        out.end("div");
        if (styles.hides("drawing-page", OfficeXml.attribute(reader, "style-name"))) {
            counted.leaveOut(LeftOut.HIDDEN_SLIDES, 1);
            OfficeXml.skip(reader);
            return;
        }
        List<Shape> shapes = new ArrayList<>();
        List<String> behind = new ArrayList<>();
        shapes(reader, shapes, behind, 0);
        for (Shape shape : PlacedShapes.inReadingOrder(shapes)) {
            shape.content().replay(handler);
        }
        for (String text : behind) {
            out.paragraph(text);
        }
    }

    private void shapes(XMLStreamReader reader, List<Shape> shapes, List<String> behind, int depth)
            throws XMLStreamException, SAXException {
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "g", "a" -> shapes(reader, shapes, behind, depth + 1);
                case "notes" -> notes(reader, behind);
                case "annotation" -> behind.addAll(OdfParagraph.comment(reader, styles, objects, counted, ""));
                case "forms", "animations", "par", "layer-set" -> OfficeXml.skip(reader);
                default -> shape(reader, shapes);
            }
        }
    }

    private void shape(XMLStreamReader reader, List<Shape> shapes) throws XMLStreamException, SAXException {
        String kind = OfficeXml.attribute(reader, "class");
        if (kind != null && RUNNING.contains(kind)) {
            OfficeXml.skip(reader);
            return;
        }
        boolean title = "title".equals(kind);
        double[] box = {
            points(OfficeXml.attribute(reader, "x")),
            points(OfficeXml.attribute(reader, "y")),
            points(OfficeXml.attribute(reader, "width")),
            points(OfficeXml.attribute(reader, "height"))
        };
        RecordedXhtml content = new RecordedXhtml();
        XhtmlOut recorded = new XhtmlOut(content, metadata);
        if (title) {
            List<String> lines = OdfParagraph.shapes(reader, styles, objects, counted);
            if (!lines.isEmpty()) {
                recorded.element("h1", String.join(" ", lines));
            }
        } else {
            frame(reader, recorded);
        }
        if (content.hasText()) {
            shapes.add(new Shape(title, kind != null, box[0], box[1], box[2], box[3], content));
        }
    }

    /** Reads a frame; a table in a frame also has a picture, for programs that do not support tables. */
    private void frame(XMLStreamReader reader, XhtmlOut recorded) throws XMLStreamException, SAXException {
        new OdfBody(styles, objects, recorded, counted).read(reader);
    }

    private void notes(XMLStreamReader reader, List<String> behind) throws XMLStreamException {
        while (OfficeXml.nextChild(reader)) {
            if ("notes".equals(OfficeXml.attribute(reader, "class"))) {
                for (String text : OdfParagraph.shapes(reader, styles, objects, counted)) {
                    behind.add("Notes: " + text);
                }
            } else {
                OfficeXml.skip(reader);
            }
        }
    }

    /** Parses a length such as {@code 2.54cm}; 0 if there is none. */
    private static double points(@Nullable String length) {
        if (length == null || !length.matches("-?\\d{1,7}(\\.\\d{1,9})?(cm|mm|in|pt|px|pc)")) {
            return 0;
        }
        double value = Double.parseDouble(length.substring(0, length.length() - 2));
        return switch (length.substring(length.length() - 2)) {
            case "cm" -> value * 72 / 2.54;
            case "mm" -> value * 72 / 25.4;
            case "in" -> value * 72;
            case "pc" -> value * 12;
            case "px" -> value * 0.75;
            default -> value;
        };
    }
}
