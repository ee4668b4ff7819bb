package io.arketic.extractors.opendocument;

import io.arketic.extractors.office.MathMl;
import io.arketic.extractors.office.OfficeXml;
import io.arketic.extractors.office.OfficeXml.Element;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads the objects in frames of an OpenDocument file: formulas as a line, charts and other documents as their texts.
 */
final class OdfObjects {

    private static final int MOST_TEXTS = 1_000;

    /** Holds the text of an object. */
    record Embedded(String formula, List<String> texts, List<List<String>> rows) {
        static final Embedded NOTHING = new Embedded("", List.of(), List.of());

        /** Returns the texts, and each row as {@code Row 1: Column 1 9.1; Column 2 3.2}. */
        List<String> lines() {
            List<String> lines = new ArrayList<>(texts);
            lines.addAll(pairs(rows));
            return lines;
        }
    }

    private final @Nullable ZipFile container;

    /** @param container null for a file of one XML document, which has its objects in place */
    OdfObjects(@Nullable ZipFile container) {
        this.container = container;
    }

    /** Reads the object at the reader's position, in place or in a separate part. */
    Embedded read(XMLStreamReader reader) throws XMLStreamException {
        String reference = OfficeXml.attribute(reader, "href");
        Embedded inPlace = Embedded.NOTHING;
        while (OfficeXml.nextChild(reader)) {
            inPlace = root(reader);
        }
        ZipFile zip = container;
        if (reference == null || zip == null) {
            return inPlace;
        }
        String folder = reference.startsWith("./") ? reference.substring(2) : reference;
        ZipEntry part = zip.getEntry(folder + "/content.xml");
        if (part == null) {
            return inPlace;
        }
        try (InputStream bytes = zip.getInputStream(part)) {
            XMLStreamReader inner = OfficeXml.reader(bytes);
            return OfficeXml.nextChild(inner) ? root(inner) : Embedded.NOTHING;
        } catch (IOException e) {
            throw new XMLStreamException("broken object " + folder, e);
        }
    }

    private static Embedded root(XMLStreamReader reader) throws XMLStreamException {
        if (reader.getLocalName().equals("math")) {
            return new Embedded(MathMl.read(reader), List.of(), List.of());
        }
        Set<String> texts = new LinkedHashSet<>();
        List<List<String>> rows = new ArrayList<>();
        collect(reader, texts, rows);
        return new Embedded("", new ArrayList<>(texts), rows);
    }

    private static void collect(XMLStreamReader reader, Set<String> texts, List<List<String>> rows)
            throws XMLStreamException {
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "p", "h" -> {
                    String text = OfficeXml.element(reader).text().strip();
                    if (texts.size() < MOST_TEXTS && text.codePoints().anyMatch(Character::isLetter)) {
                        texts.add(text);
                    }
                }
                case "table" -> rows(OfficeXml.element(reader), rows);
                case "automatic-styles", "styles", "master-styles", "meta", "settings" -> OfficeXml.skip(reader);
                default -> collect(reader, texts, rows);
            }
        }
    }

    private static void rows(Element element, List<List<String>> rows) {
        for (Element child : element.children()) {
            if (child.name().equals("table-row") && rows.size() < MOST_TEXTS) {
                rows.add(child.children().stream()
                        .map(cell -> cell.text().strip())
                        .toList());
            } else {
                rows(child, rows);
            }
        }
    }

    private static List<String> pairs(List<List<String>> rows) {
        List<String> pairs = new ArrayList<>();
        for (List<String> row : rows.isEmpty() ? rows : rows.subList(1, rows.size())) {
            StringJoiner line = new StringJoiner("; ");
            for (int column = 1; column < row.size(); column++) {
                String name = column < rows.get(0).size() ? rows.get(0).get(column) : "";
                if (!row.get(column).isEmpty()) {
                    line.add((name + " " + row.get(column)).strip());
                }
            }
            String first = row.isEmpty() ? "" : row.get(0);
            pairs.add(first.isEmpty() || line.length() == 0 ? first + line : first + ": " + line);
        }
        return pairs;
    }
}
