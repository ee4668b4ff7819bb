package io.arketic.extractors.office;

import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Writes an equation of an office document (OMML, ECMA-376 part 1, 22.1) in one readable line. */
public final class OfficeMath {

    private OfficeMath() {}

    /** Reads the equation at the reader's position, to its end. */
    public static String read(XMLStreamReader reader) throws XMLStreamException {
        StringBuilder line = new StringBuilder();
        children(reader, line);
        return line.toString();
    }

    private static void children(XMLStreamReader reader, StringBuilder line) throws XMLStreamException {
        while (OfficeXml.nextChild(reader)) {
            element(reader, line);
        }
    }

    private static void element(XMLStreamReader reader, StringBuilder line) throws XMLStreamException {
        switch (reader.getLocalName()) {
            case "t" -> {
                int event = reader.next();
                while (event != XMLStreamConstants.END_ELEMENT) {
                    if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.SPACE) {
                        line.append(reader.getText());
                    }
                    event = reader.next();
                }
            }
            case "f" -> parts(reader, line, "", "/", "");
            case "sSup" -> parts(reader, line, "", "^", "");
            case "sSub" -> parts(reader, line, "", "_", "");
            case "sSubSup" -> parts(reader, line, "", "_", "^");
            case "rad" -> root(reader, line);
            case "nary" -> nary(reader, line);
            case "d" -> delimited(reader, line);
            case "m" -> rows(reader, line);
            case "func" -> parts(reader, line, "", " ", "");
            case "del", "moveFrom", "rPr", "ctrlPr", "oMathParaPr" -> OfficeXml.skip(reader);
            default -> {
                if (reader.getLocalName().endsWith("Pr")) {
                    OfficeXml.skip(reader);
                } else {
                    children(reader, line);
                }
            }
        }
    }

    /** Writes the arguments of an element with a sign before the first, the second and the third. */
    private static void parts(XMLStreamReader reader, StringBuilder line, String... signs) throws XMLStreamException {
        int index = 0;
        while (OfficeXml.nextChild(reader)) {
            if (reader.getLocalName().endsWith("Pr")) {
                OfficeXml.skip(reader);
                continue;
            }
            line.append(index < signs.length ? signs[index] : " ").append(grouped(read(reader)));
            index++;
        }
    }

    private static String grouped(String part) {
        String bare = part.strip();
        boolean single = bare.codePointCount(0, bare.length()) <= 1 || bare.matches("[\\p{L}\\p{N}.,]+");
        return single ? bare : "(" + bare + ")";
    }

    private static void root(XMLStreamReader reader, StringBuilder line) throws XMLStreamException {
        String degree = "";
        String base = "";
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "deg" -> degree = read(reader).strip();
                case "e" -> base = read(reader);
                default -> OfficeXml.skip(reader);
            }
        }
        line.append(degree.isEmpty() ? "\u221A" : "root " + degree + " of ").append(grouped(base));
    }

    private static void nary(XMLStreamReader reader, StringBuilder line) throws XMLStreamException {
        String sign = "\u222B";
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "naryPr" -> {
                    String own = OfficeXml.element(reader).value("chr");
                    sign = own == null ? sign : own;
                }
                case "sub" -> line.append(sign).append(script("_", read(reader)));
                case "sup" -> line.append(script("^", read(reader)));
                case "e" -> line.append(' ').append(read(reader));
                default -> OfficeXml.skip(reader);
            }
        }
    }

    private static String script(String sign, String part) {
        return part.isBlank() ? "" : sign + grouped(part);
    }

    private static void delimited(XMLStreamReader reader, StringBuilder line) throws XMLStreamException {
        String open = "(";
        String close = ")";
        String separator = ", ";
        StringBuilder inner = new StringBuilder();
        while (OfficeXml.nextChild(reader)) {
            switch (reader.getLocalName()) {
                case "dPr" -> {
                    OfficeXml.Element properties = OfficeXml.element(reader);
                    open = orElse(properties, "begChr", open);
                    close = orElse(properties, "endChr", close);
                    separator = orElse(properties, "sepChr", separator);
                }
                case "e" -> inner.append(inner.isEmpty() ? "" : separator).append(read(reader));
                default -> OfficeXml.skip(reader);
            }
        }
        line.append(open).append(inner).append(close);
    }

    private static String orElse(OfficeXml.Element properties, String name, String otherwise) {
        OfficeXml.Element child = properties.child(name);
        return child == null ? otherwise : child.attributes().getOrDefault("val", "");
    }

    private static void rows(XMLStreamReader reader, StringBuilder line) throws XMLStreamException {
        line.append('[');
        boolean first = true;
        while (OfficeXml.nextChild(reader)) {
            if (reader.getLocalName().equals("mr")) {
                line.append(first ? "" : "; ");
                parts(reader, line, "", ", ", ", ", ", ");
                first = false;
            } else {
                OfficeXml.skip(reader);
            }
        }
        line.append(']');
    }
}
