package io.arketic.extractors.slides;

import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.RecordedXhtml;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.office.DrawingTexts;
import io.arketic.extractors.office.OfficeXml;
import io.arketic.extractors.office.OfficeXml.Element;
import io.arketic.extractors.slides.PlacedShapes.Shape;
import io.arketic.extractors.slides.PptxLayout.Box;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.opc.PackagePart;
import org.apache.poi.openxml4j.opc.PackageRelationship;
import org.apache.tika.metadata.Metadata;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/** Reads the shapes of one slide, layout or page of notes. */
final class PptxSlide {

    private static final Set<String> RUNNING = Set.of("dt", "sldNum", "hdr", "ftr");

    private final PackagePart part;
    private final PptxLayout layout;
    private final Metadata metadata;
    private final TextAssembler counted;
    private final List<Shape> shapes = new ArrayList<>();
    private final Set<String> edges = new LinkedHashSet<>();
    private @Nullable Map<String, Box> samples;

    PptxSlide(PackagePart part, @Nullable PptxLayout layout, Metadata metadata, TextAssembler counted) {
        this.part = part;
        this.layout = layout == null ? PptxLayout.NONE : layout;
        this.metadata = metadata;
        this.counted = counted;
    }

    /** Reads the slide at whose root the reader is. */
    void read(XMLStreamReader reader) throws XMLStreamException, SAXException {
        while (OfficeXml.nextChild(reader)) {
            if (!reader.getLocalName().equals("cSld")) {
                OfficeXml.skip(reader);
                continue;
            }
            while (OfficeXml.nextChild(reader)) {
                if (reader.getLocalName().equals("spTree")) {
                    shapes(reader, shapes);
                } else {
                    OfficeXml.skip(reader);
                }
            }
        }
    }

    /** Reads a layout or a master, whose placeholders contain samples and give their places. */
    void readSamples(XMLStreamReader reader, Map<String, Box> places) throws XMLStreamException, SAXException {
        samples = places;
        read(reader);
    }

    List<Shape> inReadingOrder() {
        return PlacedShapes.inReadingOrder(shapes);
    }

    /** Returns the lines of all shapes. */
    List<String> texts() throws SAXException {
        List<String> texts = new ArrayList<>();
        for (Shape shape : inReadingOrder()) {
            texts.addAll(shape.content().lines());
        }
        return texts;
    }

    /** Returns what many slides show: footers, dates, and slide numbers with words. */
    Set<String> edges() {
        return edges;
    }

    private void shapes(XMLStreamReader reader, List<Shape> into) throws XMLStreamException, SAXException {
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "sp", "cxnSp" -> shape(reader, into);
                case "grpSp" -> group(reader, into);
                case "graphicFrame" -> frame(reader, into);
                case "AlternateContent" -> alternatives(reader, into);
                case "Choice" -> shapes(reader, into);
                default -> OfficeXml.skip(reader);
            }
        }
    }

    /** Reads a newer form that this reader supports, or else the older one. */
    private void alternatives(XMLStreamReader reader, List<Shape> into) throws XMLStreamException, SAXException {
        int before = into.size();
        while (OfficeXml.nextChild(reader)) {
            if (into.size() == before) {
                shapes(reader, into);
            } else {
                OfficeXml.skip(reader);
            }
        }
    }

    private void group(XMLStreamReader reader, List<Shape> into) throws XMLStreamException, SAXException {
        List<Shape> inner = new ArrayList<>();
        Box box = null;
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "grpSpPr" -> box = Box.of(OfficeXml.element(reader).child("xfrm"));
                case "nvGrpSpPr" -> {
                    if (isHidden(OfficeXml.element(reader))) {
                        skipSiblings(reader);
                        return;
                    }
                }
                case "sp", "cxnSp" -> shape(reader, inner);
                case "grpSp" -> group(reader, inner);
                case "graphicFrame" -> frame(reader, inner);
                case "AlternateContent" -> alternatives(reader, inner);
                default -> OfficeXml.skip(reader);
            }
        }
        RecordedXhtml content = new RecordedXhtml();
        for (Shape shape : PlacedShapes.inReadingOrder(inner)) {
            shape.content().replay(content);
        }
        add(into, false, false, box, content);
    }

    private void skipSiblings(XMLStreamReader reader) throws XMLStreamException {
        counted.leaveOut(LeftOut.HIDDEN_ELEMENTS, 1);
        while (OfficeXml.nextChild(reader)) {
            OfficeXml.skip(reader);
        }
    }

    /** Returns whether the list of shapes hides the shape. */
    private static boolean isHidden(Element properties) {
        Element own = properties.child("cNvPr");
        String hidden = own == null ? null : own.attributes().get("hidden");
        return "1".equals(hidden) || "true".equals(hidden);
    }

    private static @Nullable Element placeholder(Element properties) {
        Element own = properties.child("nvPr");
        return own == null ? null : own.child("ph");
    }

    private void shape(XMLStreamReader reader, List<Shape> into) throws XMLStreamException, SAXException {
        Element placeholder = null;
        Box box = null;
        List<PptxText.Paragraph> paragraphs = List.of();
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "nvSpPr", "nvCxnSpPr" -> {
                    Element properties = OfficeXml.element(reader);
                    if (isHidden(properties)) {
                        skipSiblings(reader);
                        return;
                    }
                    placeholder = placeholder(properties);
                }
                case "spPr" -> box = Box.of(OfficeXml.element(reader).child("xfrm"));
                case "txBody" -> paragraphs = PptxText.read(reader);
                default -> OfficeXml.skip(reader);
            }
        }
        String type = placeholder == null ? "" : placeholder.attributes().getOrDefault("type", "obj");
        String index = placeholder == null ? "" : placeholder.attributes().getOrDefault("idx", "");
        if (samples != null && placeholder != null) {
            if (box != null) {
                samples.put("type:" + type, box);
                samples.put("idx:" + index, box);
            }
            return;
        }
        if (RUNNING.contains(type)) {
            paragraphs.stream()
                    .map(paragraph -> paragraph.text().strip())
                    .filter(text -> type.equals("dt")
                            ? !text.isEmpty()
                            : text.codePoints().anyMatch(Character::isLetter))
                    .forEach(edges::add);
            return;
        }
        boolean title = type.equals("title") || type.equals("ctrTitle");
        RecordedXhtml content = new RecordedXhtml();
        XhtmlOut out = new XhtmlOut(content, metadata);
        if (title) {
            PptxText.title(paragraphs, out);
        } else {
            PptxText.write(paragraphs, type.equals("body") || type.equals("obj"), out);
        }
        add(
                into,
                title,
                placeholder != null,
                box != null || placeholder == null ? box : layout.place(type, index),
                content);
    }

    private static void add(
            List<Shape> into, boolean title, boolean placeholder, @Nullable Box box, RecordedXhtml content) {
        if (content.hasText()) {
            Box place = box == null ? new Box(0, 0, 0, 0) : box;
            into.add(new Shape(title, placeholder, place.left(), place.top(), place.width(), place.height(), content));
        }
    }

    private void frame(XMLStreamReader reader, List<Shape> into) throws XMLStreamException, SAXException {
        Element placeholder = null;
        Box box = null;
        RecordedXhtml content = new RecordedXhtml();
        XhtmlOut out = new XhtmlOut(content, metadata);
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "nvGraphicFramePr" -> {
                    Element properties = OfficeXml.element(reader);
                    if (isHidden(properties)) {
                        skipSiblings(reader);
                        return;
                    }
                    placeholder = placeholder(properties);
                }
                case "xfrm" -> box = Box.of(OfficeXml.element(reader));
                case "graphic" -> graphic(reader, out);
                default -> OfficeXml.skip(reader);
            }
        }
        add(into, false, placeholder != null, box, content);
    }

    private void graphic(XMLStreamReader reader, XhtmlOut out) throws XMLStreamException, SAXException {
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "graphicData" -> graphic(reader, out);
                case "tbl" -> PptxText.table(reader, out);
                case "chart" -> drawing(reader, "id", out);
                case "relIds" -> drawing(reader, "dm", out);
                default -> OfficeXml.skip(reader);
            }
        }
    }

    /** Reads a chart or a diagram, which has a separate part. */
    private void drawing(XMLStreamReader reader, String attribute, XhtmlOut out)
            throws XMLStreamException, SAXException {
        String id = OfficeXml.attribute(reader, attribute);
        OfficeXml.skip(reader);
        PackageRelationship relationship = id == null ? null : part.getRelationship(id);
        if (relationship == null) {
            return;
        }
        try {
            PackagePart drawing = part.getRelatedPart(relationship);
            if (drawing == null) {
                return;
            }
            if (attribute.equals("dm")) {
                try (InputStream bytes = drawing.getInputStream()) {
                    for (String text : DrawingTexts.read(OfficeXml.reader(bytes))) {
                        out.paragraph(text);
                    }
                }
            } else {
                try (InputStream bytes = drawing.getInputStream()) {
                    ChartTable.write(OfficeXml.reader(bytes), out);
                }
            }
        } catch (IOException | InvalidFormatException e) {
            throw new XMLStreamException("broken drawing " + id, e);
        }
    }
}
