package io.arketic.extractors.assembly;

import java.util.ArrayList;
import java.util.List;
import org.xml.sax.Attributes;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.AttributesImpl;
import org.xml.sax.helpers.DefaultHandler;

/** Records the output of one shape until its place in the reading order is known. */
public final class RecordedXhtml extends DefaultHandler {

    private interface Event {
        void to(ContentHandler handler) throws SAXException;
    }

    private final List<Event> events = new ArrayList<>();
    private final StringBuilder lines = new StringBuilder();
    private boolean text;
    private boolean heading;

    /** Returns its texts, one for each paragraph, item or cell. */
    public List<String> lines() {
        return lines.toString()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** Returns whether there is any text. */
    public boolean hasText() {
        return text;
    }

    /** Returns whether there is a heading of the upper three levels. */
    public boolean hasHeading() {
        return heading;
    }

    @Override
    public void startElement(String uri, String localName, String qName, Attributes attributes) {
        heading |= qName.matches("[hH][1-3]");
        Attributes copy = new AttributesImpl(attributes);
        events.add(handler -> handler.startElement(uri, localName, qName, copy));
    }

    @Override
    public void endElement(String uri, String localName, String qName) {
        lines.append('\n');
        events.add(handler -> handler.endElement(uri, localName, qName));
    }

    @Override
    public void characters(char[] characters, int start, int length) {
        String copy = new String(characters, start, length);
        text |= !copy.isBlank();
        lines.append(copy.replace('\n', ' '));
        events.add(handler -> handler.characters(copy.toCharArray(), 0, copy.length()));
    }

    public void replay(ContentHandler handler) throws SAXException {
        for (Event event : events) {
            event.to(handler);
        }
    }
}
