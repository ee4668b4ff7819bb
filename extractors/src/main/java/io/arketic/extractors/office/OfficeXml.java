package io.arketic.extractors.office;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.util.StreamReaderDelegate;
import org.jspecify.annotations.Nullable;

/** Provides small steps through the XML of office documents, whose elements differ by their local names. */
public final class OfficeXml {

    private OfficeXml() {}

    private static final XMLInputFactory FACTORY = factory();

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newInstance();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /** Reads a part; refuses one with a document type, which no office program writes. */
    public static XMLStreamReader reader(InputStream part) throws XMLStreamException {
        return new StreamReaderDelegate(FACTORY.createXMLStreamReader(part)) {
            @Override
            public int next() throws XMLStreamException {
                int event = super.next();
                if (event == XMLStreamConstants.DTD) {
                    throw new XMLStreamException("DOCTYPE is disallowed in office documents");
                }
                return event;
            }
        };
    }

    /** Moves to the next child element; false at the end of the reader's element. */
    public static boolean nextChild(XMLStreamReader reader) throws XMLStreamException {
        while (reader.hasNext()) {
            int event = reader.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                return true;
            }
            if (event == XMLStreamConstants.END_ELEMENT) {
                return false;
            }
        }
        return false;
    }

    /** Moves to the end of the reader's element. */
    public static void skip(XMLStreamReader reader) throws XMLStreamException {
        int depth = 1;
        while (depth > 0 && reader.hasNext()) {
            int event = reader.next();
            depth += event == XMLStreamConstants.START_ELEMENT ? 1 : event == XMLStreamConstants.END_ELEMENT ? -1 : 0;
        }
    }

    /** Returns an attribute by its local name in any namespace; null if it is missing. */
    public static @Nullable String attribute(XMLStreamReader reader, String name) {
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            if (reader.getAttributeLocalName(i).equals(name)) {
                return reader.getAttributeValue(i);
            }
        }
        return null;
    }

    /** Returns the attribute {@code val} as a number, or a default if it is none. */
    public static int number(XMLStreamReader reader, String name, int otherwise) {
        String value = attribute(reader, name);
        return value != null && value.matches("-?\\d{1,9}") ? Integer.parseInt(value) : otherwise;
    }

    /** Returns whether a property is on: its presence means yes, unless its value denies it. */
    static boolean isOn(XMLStreamReader reader) {
        String value = attribute(reader, "val");
        return value == null || !List.of("0", "false", "off", "none").contains(value);
    }

    /**
     * Holds an element with its attributes, its children and all text in it, for small parts that are read as a whole.
     */
    public record Element(String name, Map<String, String> attributes, List<Element> children, String text) {

        @Nullable
        public Element child(String wanted) {
            for (Element child : children) {
                if (child.name.equals(wanted)) {
                    return child;
                }
            }
            return null;
        }

        @Nullable
        public String value(String wanted) {
            Element child = child(wanted);
            return child == null ? null : child.attributes.get("val");
        }

        public int number(String attribute, int otherwise) {
            String value = attributes.get(attribute);
            return value != null && value.matches("-?\\d{1,9}") ? Integer.parseInt(value) : otherwise;
        }

        public boolean has(String wanted) {
            Element child = child(wanted);
            return child != null
                    && !List.of("0", "false", "off", "none").contains(child.attributes.getOrDefault("val", "1"));
        }
    }

    /** Reads the element at the reader's position, to its end. */
    public static Element element(XMLStreamReader reader) throws XMLStreamException {
        Map<String, String> attributes = new TreeMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        String name = reader.getLocalName();
        List<Element> children = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        while (reader.hasNext()) {
            int event = reader.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                Element child = element(reader);
                children.add(child);
                text.append(child.text());
            } else if (event == XMLStreamConstants.CHARACTERS) {
                text.append(reader.getText());
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                break;
            }
        }
        return new Element(name, attributes, children, text.toString());
    }
}
