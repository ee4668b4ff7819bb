package io.arketic.extractors.office;

import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads the texts of a diagram or a chart (DrawingML): its paragraphs, and the names of cells that a chart keeps. */
public final class DrawingTexts {

    private DrawingTexts() {}

    public static List<String> read(XMLStreamReader reader) throws XMLStreamException {
        List<String> texts = new ArrayList<>();
        StringBuilder paragraph = new StringBuilder();
        boolean names = false;
        boolean text = false;
        while (reader.hasNext()) {
            int event = reader.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                String name = reader.getLocalName();
                names |= name.equals("strCache");
                text = name.equals("t") || names && name.equals("v");
            } else if (event == XMLStreamConstants.CHARACTERS && text) {
                paragraph.append(reader.getText());
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                String name = reader.getLocalName();
                text = false;
                names &= !name.equals("strCache");
                if ((name.equals("p") || name.equals("pt")) && !paragraph.isEmpty()) {
                    texts.add(paragraph.toString().strip());
                    paragraph.setLength(0);
                }
            }
        }
        return texts;
    }
}
