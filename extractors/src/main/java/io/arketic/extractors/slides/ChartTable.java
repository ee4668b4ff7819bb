package io.arketic.extractors.slides;

import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.office.OfficeXml;
import io.arketic.extractors.office.OfficeXml.Element;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/** Writes a chart (DrawingML) as its titles and a table: a row for each category, a column for each series. */
final class ChartTable {

    private static final int MOST_ROWS = 1_000;

    private ChartTable() {}

    /** Writes the chart with which the reader begins. */
    static void write(XMLStreamReader reader, XhtmlOut out) throws XMLStreamException, SAXException {
        if (!OfficeXml.nextChild(reader)) {
            return;
        }
        Element chart = OfficeXml.element(reader);
        Set<String> titles = new HashSet<>();
        List<Element> series = new ArrayList<>();
        collect(chart, titles, series, out);
        if (series.isEmpty()) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(""));
        rows.add(head);
        List<String> categories = points(series.get(0), "cat", "xVal");
        for (Element one : series) {
            Element name = one.child("tx");
            List<String> values = points(one, "val", "yVal");
            head.add(name == null ? "" : String.join(" ", values(name)));
            for (int i = 0; i < Math.min(MOST_ROWS, values.size()); i++) {
                while (rows.size() <= i + 1) {
                    int row = rows.size() - 1;
                    rows.add(new ArrayList<>(List.of(row < categories.size() ? categories.get(row) : "")));
                }
                List<String> row = rows.get(i + 1);
                while (row.size() < head.size() - 1) {
                    row.add("");
                }
                row.add(values.get(i));
            }
        }
        out.table(rows);
    }

    private static void collect(Element element, Set<String> titles, List<Element> series, XhtmlOut out)
            throws SAXException {
        for (Element child : element.children()) {
            switch (child.name()) {
                case "title" -> {
                    String title = text(child).strip();
                    if (!title.isEmpty() && titles.add(title)) {
                        out.paragraph(title);
                    }
                }
                case "ser" -> series.add(child);
                default -> collect(child, titles, series, out);
            }
        }
    }

    private static String text(Element element) {
        StringBuilder text = new StringBuilder();
        for (Element child : element.children()) {
            text.append(child.name().equals("t") || child.name().equals("v") ? child.text() : text(child));
            text.append(child.name().equals("p") ? " " : "");
        }
        return text.toString();
    }

    private static List<String> points(Element series, String name, String other) {
        Element first = series.child(name);
        Element found = first == null ? series.child(other) : first;
        return found == null ? List.of() : values(found);
    }

    /** Returns the stored values of a chart's cells, at their places. */
    private static List<String> values(Element element) {
        Element cache = cache(element);
        List<String> values = new ArrayList<>();
        for (Element point : cache == null ? List.<Element>of() : cache.children()) {
            Element value = point.child("v");
            int index = point.number("idx", -1);
            if (point.name().equals("pt") && value != null && index >= 0 && index < MOST_ROWS) {
                while (values.size() <= index) {
                    values.add("");
                }
                values.set(index, rounded(value.text().strip()));
            }
        }
        return values;
    }

    private static @Nullable Element cache(Element element) {
        for (Element child : element.children()) {
            Element found =
                    child.name().endsWith("Cache") ? child : child.name().equals("lvl") ? element : cache(child);
            if (found != null) {
                Element level = found.child("lvl");
                return level == null ? found : level;
            }
        }
        return null;
    }

    /** Rounds a number, which is stored with all its binary digits. */
    private static String rounded(String value) {
        if (!value.matches("-?\\d{1,15}\\.\\d{9,}")) {
            return value;
        }
        return new java.math.BigDecimal(value)
                .round(new java.math.MathContext(15))
                .stripTrailingZeros()
                .toPlainString();
    }
}
