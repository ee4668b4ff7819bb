package io.arketic.extractors.slides;

import io.arketic.extractors.assembly.NumberFormats;
import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.office.OfficeMath;
import io.arketic.extractors.office.OfficeXml;
import io.arketic.extractors.office.OfficeXml.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/** Reads the paragraphs and tables of shapes (DrawingML). */
final class PptxText {

    private static final int LEVELS = 9;

    private PptxText() {}

    /**
     * Holds a paragraph.
     *
     * @param bullet whether it has a bullet or a number; null where its place decides
     * @param numbering such as {@code arabicPeriod}, or null
     */
    record Paragraph(
            String text,
            int level,
            @Nullable Boolean bullet,
            @Nullable String numbering,
            int start) {}

    /** Reads the paragraphs of the text body at the reader's position. */
    static List<Paragraph> read(XMLStreamReader reader) throws XMLStreamException {
        List<Paragraph> paragraphs = new ArrayList<>();
        while (OfficeXml.nextChild(reader)) {
            if (reader.getLocalName().equals("p")) {
                paragraphs.add(paragraph(reader));
            } else {
                OfficeXml.skip(reader);
            }
        }
        return paragraphs;
    }

    private static Paragraph paragraph(XMLStreamReader reader) throws XMLStreamException {
        StringBuilder text = new StringBuilder();
        Element properties = null;
        while (OfficeXml.nextChild(reader)) {
            if (reader.getLocalName().equals("pPr")) {
                properties = OfficeXml.element(reader);
            } else {
                run(reader, text);
            }
        }
        int level = properties == null ? 0 : Math.max(0, Math.min(LEVELS - 1, properties.number("lvl", 0)));
        Element numbered = properties == null ? null : properties.child("buAutoNum");
        boolean plain = properties != null && properties.child("buNone") != null;
        boolean marked = properties != null && (properties.child("buChar") != null || numbered != null);
        return new Paragraph(
                text.toString(),
                level,
                plain ? Boolean.FALSE : marked ? Boolean.TRUE : null,
                numbered == null ? null : numbered.attributes().getOrDefault("type", "arabicPeriod"),
                numbered == null ? 1 : numbered.number("startAt", 1));
    }

    private static void run(XMLStreamReader reader, StringBuilder text) throws XMLStreamException {
        switch (reader.getLocalName()) {
            case "t" -> text.append(reader.getElementText());
            case "br" -> {
                text.append('\n');
                OfficeXml.skip(reader);
            }
            case "oMath", "oMathPara" -> text.append(OfficeMath.read(reader));
            case "rPr", "endParaRPr", "Fallback" -> OfficeXml.skip(reader);
            case "fld" -> {
                if ("slidenum".equals(OfficeXml.attribute(reader, "type"))) {
                    OfficeXml.skip(reader);
                } else {
                    runs(reader, text);
                }
            }
            default -> runs(reader, text);
        }
    }

    private static void runs(XMLStreamReader reader, StringBuilder text) throws XMLStreamException {
        while (OfficeXml.nextChild(reader)) {
            run(reader, text);
        }
    }

    /** Writes a title in one line; the first one is the document's, if its properties name none. */
    static void title(List<Paragraph> paragraphs, XhtmlOut out) throws SAXException {
        StringJoiner title = new StringJoiner(" ");
        paragraphs.stream()
                .filter(paragraph -> !paragraph.text().isBlank())
                .forEach(paragraph ->
                        title.add(paragraph.text().replace('\n', ' ').strip()));
        if (title.length() > 0) {
            out.title(title.toString());
            out.element("h1", title.toString());
        }
    }

    /** @param outline whether the shape's paragraphs have bullets unless they say otherwise */
    static void write(List<Paragraph> paragraphs, boolean outline, XhtmlOut out) throws SAXException {
        List<Paragraph> filled = paragraphs.stream()
                .filter(paragraph -> !paragraph.text().isBlank())
                .toList();
        int[] counts = new int[LEVELS];
        for (Paragraph paragraph : filled) {
            boolean item = paragraph.bullet() != null ? paragraph.bullet() : outline && filled.size() > 1;
            for (int i = paragraph.level() + (paragraph.numbering() == null ? 0 : 1); i < LEVELS; i++) {
                counts[i] = 0;
            }
            if (!item) {
                out.lists(0);
                out.paragraph(paragraph.text());
                continue;
            }
            String label = "";
            if (paragraph.numbering() != null) {
                int count = paragraph.start() + counts[paragraph.level()]++;
                label = label(paragraph.numbering(), count);
            }
            out.lists(paragraph.level() + 1);
            out.item(label, paragraph.text());
        }
        out.lists(0);
    }

    /** Formats a number by ST_TextAutonumberScheme of ECMA-376. */
    private static String label(String scheme, int count) {
        String format = scheme.startsWith("alphaLc")
                ? "a"
                : scheme.startsWith("alphaUc")
                        ? "A"
                        : scheme.startsWith("romanLc") ? "i" : scheme.startsWith("romanUc") ? "I" : "1";
        String number = NumberFormats.format(format, count);
        return scheme.endsWith("ParenBoth")
                ? "(" + number + ")"
                : scheme.endsWith("ParenR") ? number + ")" : scheme.endsWith("Plain") ? number : number + ".";
    }

    /** Writes the table at the reader's position. */
    static void table(XMLStreamReader reader, XhtmlOut out) throws XMLStreamException, SAXException {
        out.start("table");
        while (OfficeXml.nextChild(reader)) {
            if (reader.getLocalName().equals("tr")) {
                out.start("tr");
                while (OfficeXml.nextChild(reader)) {
                    cell(reader, out);
                }
                out.end("tr");
            } else {
                OfficeXml.skip(reader);
            }
        }
        out.end("table");
    }

    private static void cell(XMLStreamReader reader, XhtmlOut out) throws XMLStreamException, SAXException {
        boolean covered =
                OfficeXml.attribute(reader, "hMerge") != null || OfficeXml.attribute(reader, "vMerge") != null;
        if (covered || !reader.getLocalName().equals("tc")) {
            OfficeXml.skip(reader);
            return;
        }
        out.cell(OfficeXml.number(reader, "gridSpan", 1), OfficeXml.number(reader, "rowSpan", 1));
        while (OfficeXml.nextChild(reader)) {
            if (reader.getLocalName().equals("txBody")) {
                for (Paragraph paragraph : read(reader)) {
                    if (!paragraph.text().isBlank()) {
                        out.paragraph(paragraph.text());
                    }
                }
            } else {
                OfficeXml.skip(reader);
            }
        }
        out.end("td");
    }
}
