package io.arketic.extractors.slides;

import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.office.OfficeParts;
import io.arketic.extractors.office.OfficeXml;
import io.arketic.extractors.office.OfficeXml.Element;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.opc.PackagePart;
import org.apache.tika.metadata.Metadata;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/**
 * Holds what a slide takes from its layout and its master: the places of shapes without their own, and texts that every
 * slide shows.
 *
 * @param places by {@code idx:} or {@code type:} of the placeholder
 */
record PptxLayout(Map<String, Box> places, List<String> texts) {

    static final PptxLayout NONE = new PptxLayout(Map.of(), List.of());

    /** Holds the place of a shape, in units of the format. */
    record Box(double left, double top, double width, double height) {

        /** @param transform element {@code xfrm} */
        static @Nullable Box of(@Nullable Element transform) {
            Element offset = transform == null ? null : transform.child("off");
            Element extent = transform == null ? null : transform.child("ext");
            return offset == null || extent == null
                    ? null
                    : new Box(number(offset, "x"), number(offset, "y"), number(extent, "cx"), number(extent, "cy"));
        }

        private static double number(Element element, String attribute) {
            String value = element.attributes().getOrDefault(attribute, "");
            return value.matches("-?\\d{1,12}") ? Double.parseDouble(value) : 0;
        }
    }

    static PptxLayout read(PackagePart layout, Metadata metadata, TextAssembler counted)
            throws IOException, SAXException, XMLStreamException, InvalidFormatException {
        Map<String, Box> places = new HashMap<>();
        List<String> texts = new ArrayList<>();
        List<PackagePart> parts = new ArrayList<>(OfficeParts.related(layout, "slideMaster"));
        parts.add(layout);
        for (PackagePart part : parts) {
            PptxSlide shapes = new PptxSlide(part, NONE, metadata, counted);
            try (InputStream bytes = part.getInputStream()) {
                XMLStreamReader reader = OfficeXml.reader(bytes);
                if (OfficeXml.nextChild(reader)) {
                    shapes.readSamples(reader, places);
                }
            }
            texts.addAll(shapes.texts());
        }
        return new PptxLayout(places, texts);
    }

    @Nullable
    Box place(String type, String index) {
        Box byIndex = index.isEmpty() ? null : places.get("idx:" + index);
        return byIndex != null ? byIndex : places.get("type:" + (type.equals("ctrTitle") ? "title" : type));
    }
}
