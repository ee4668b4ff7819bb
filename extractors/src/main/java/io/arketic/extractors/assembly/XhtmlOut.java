package io.arketic.extractors.assembly;

import java.util.List;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.AttributesImpl;

/** Writes a document as the XHTML events of a Tika parser. */
public final class XhtmlOut {

    private final ContentHandler handler;
    private final Metadata metadata;
    private int openLists;
    private final StringBuilder recorded = new StringBuilder();

    public XhtmlOut(ContentHandler handler, Metadata metadata) {
        this.handler = handler;
        this.metadata = metadata;
    }

    public void begin() throws SAXException {
        handler.startDocument();
        start("body");
    }

    public void finish() throws SAXException {
        end("body");
        handler.endDocument();
    }

    public void start(String name) throws SAXException {
        handler.startElement("", name, name, new AttributesImpl());
    }

    public void start(String name, String attribute, String value) throws SAXException {
        AttributesImpl attributes = new AttributesImpl();
        attributes.addAttribute("", attribute, attribute, "CDATA", value);
        handler.startElement("", name, name, attributes);
    }

    public void end(String name) throws SAXException {
        handler.endElement("", name, name);
    }

    public void text(String text) throws SAXException {
        recorded.append(text);
        handler.characters(text.toCharArray(), 0, text.length());
    }

    public void element(String name, String text) throws SAXException {
        start(name);
        text(text);
        end(name);
        recorded.append('\n');
    }

    public void paragraph(String text) throws SAXException {
        element("p", text);
    }

    /** Writes an item of the open list; an empty label is a bullet. */
    public void item(String label, String text) throws SAXException {
        start("li", "label", label.isEmpty() ? "-" : label);
        text(text);
        end("li");
        recorded.append('\n');
    }

    /** Begins a table's cell that spans this many columns; {@code end("td")} ends it. */
    public void cell(int columns) throws SAXException {
        start("td", "colspan", Integer.toString(columns));
    }

    /** Begins a cell like {@link #cell(int)} that also spans several rows. */
    public void cell(int columns, int rows) throws SAXException {
        AttributesImpl attributes = new AttributesImpl();
        attributes.addAttribute("", "colspan", "colspan", "CDATA", Integer.toString(columns));
        attributes.addAttribute("", "rowspan", "rowspan", "CDATA", Integer.toString(rows));
        handler.startElement("", "td", "td", attributes);
    }

    public void table(List<List<String>> rows) throws SAXException {
        start("table");
        for (List<String> row : rows) {
            start("tr");
            for (String cell : row) {
                element("td", cell);
            }
            end("tr");
        }
        end("table");
    }

    /** Writes a table like {@link #table}; its first row names the columns. */
    public void tableWithHead(List<List<String>> rows) throws SAXException {
        start("table");
        String cell = "th";
        for (List<String> row : rows) {
            start("tr");
            for (String text : row) {
                element(cell, text);
            }
            end("tr");
            cell = "td";
        }
        end("table");
    }

    /** Opens and closes lists until so many are open, one in the other. */
    public void lists(int depth) throws SAXException {
        while (openLists > depth) {
            end("ul");
            openLists--;
        }
        while (openLists < depth) {
            start("ul");
            openLists++;
        }
    }

    /** Sets the visible title of the document, if its properties name none. */
    public void title(String text) {
        String given = metadata.get(TikaCoreProperties.TITLE);
        if (given == null || given.isBlank()) {
            metadata.set(TikaCoreProperties.TITLE, text);
        }
    }

    /** Records the following text for {@link #recorded}. */
    public void record() {
        recorded.setLength(0);
    }

    public String recorded() {
        return recorded.toString();
    }
}
