package io.arketic.extractors.office;

import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Writes an equation of MathML (W3C MathML 3, presentation markup) in one readable line. */
public final class MathMl {

    private MathMl() {}

    /** Reads the equation at the reader's position, to its end. */
    public static String read(XMLStreamReader reader) throws XMLStreamException {
        return line(OfficeXml.element(reader));
    }

    /** Returns the equation of an element. */
    public static String line(OfficeXml.Element math) {
        StringBuilder line = new StringBuilder();
        write(math, line);
        return line.toString().replaceAll("\\s+", " ").strip();
    }

    private static void write(OfficeXml.Element element, StringBuilder line) {
        List<OfficeXml.Element> parts = element.children();
        switch (element.name()) {
            case "mfrac" -> pair(parts, "/", line);
            case "msup", "mover" -> pair(parts, accent(parts, "^"), line);
            case "msub", "munder" -> pair(parts, "_", line);
            case "msubsup", "munderover" -> {
                write(parts, 0, line);
                line.append('_').append(grouped(parts, 1)).append('^').append(grouped(parts, 2));
            }
            case "msqrt" -> line.append('\u221A').append(grouped(all(parts)));
            case "mroot" ->
                line.append("root ").append(text(parts, 1)).append(" of ").append(grouped(parts, 0));
            case "mfenced" -> fenced(element, line);
            case "mtable" -> table(parts, line);
            case "mo" -> operator(element.text().strip(), line);
            case "mi", "mn", "mtext", "ms" -> line.append(element.text().replaceAll("\\s+", " "));
            case "mspace" -> line.append(' ');
            case "annotation", "annotation-xml", "mphantom", "none", "mprescripts" -> {}
            default -> {
                if (parts.isEmpty()) {
                    line.append(element.text());
                }
                parts.forEach(part -> write(part, line));
            }
        }
    }

    /** Writes a sign between two terms with blanks, as in a sentence; brackets and similar signs have none. */
    private static void operator(String sign, StringBuilder line) {
        boolean between = sign.length() == 1
                && "=<>\u2264\u2265\u2260\u2248\u2261+\u2212\u00B1\u2192\u21D2\u2208\u00D7\u22C5\u223C".contains(sign);
        if (sign.equals("\u2061") || sign.equals("\u2062") || sign.equals("\u2063")) {
            return;
        }
        line.append(between ? " " + sign + " " : sign.equals(",") ? ", " : sign);
    }

    /** Returns the accent over a letter, which is not a power. */
    private static @Nullable String accent(List<OfficeXml.Element> parts, String otherwise) {
        return parts.size() == 2
                        && List.of("\u00AF", "^", "~", "\u2192", "\u02D9").contains(text(parts, 1))
                ? null
                : otherwise;
    }

    private static void pair(List<OfficeXml.Element> parts, @Nullable String sign, StringBuilder line) {
        line.append(sign == null ? text(parts, 0) : grouped(parts, 0));
        if (sign != null && parts.size() > 1) {
            line.append(sign).append(grouped(parts, 1));
        }
    }

    private static void fenced(OfficeXml.Element element, StringBuilder line) {
        List<String> parts = new ArrayList<>();
        element.children().forEach(part -> parts.add(line(part)));
        line.append(element.attributes().getOrDefault("open", "("))
                .append(String.join(", ", parts))
                .append(element.attributes().getOrDefault("close", ")"));
    }

    private static void table(List<OfficeXml.Element> rows, StringBuilder line) {
        List<String> lines = new ArrayList<>();
        for (OfficeXml.Element row : rows) {
            lines.add(
                    String.join(", ", row.children().stream().map(MathMl::line).toList()));
        }
        line.append('[').append(String.join("; ", lines)).append(']');
    }

    private static void write(List<OfficeXml.Element> parts, int index, StringBuilder line) {
        if (index < parts.size()) {
            write(parts.get(index), line);
        }
    }

    private static String text(List<OfficeXml.Element> parts, int index) {
        return index < parts.size() ? line(parts.get(index)) : "";
    }

    private static String all(List<OfficeXml.Element> parts) {
        StringBuilder line = new StringBuilder();
        parts.forEach(part -> write(part, line));
        return line.toString();
    }

    private static String grouped(List<OfficeXml.Element> parts, int index) {
        return grouped(text(parts, index));
    }

    private static String grouped(String part) {
        String bare = part.strip();
        boolean single = bare.codePointCount(0, bare.length()) <= 1 || bare.matches("[\\p{L}\\p{N}.,]+");
        return single ? bare : "(" + bare + ")";
    }
}
