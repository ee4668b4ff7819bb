package io.arketic.extractors.word;

import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.office.DrawingTexts;
import io.arketic.extractors.office.OfficeParts;
import io.arketic.extractors.office.OfficeReader;
import io.arketic.extractors.office.OfficeXml;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackagePart;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.xml.sax.SAXException;

/**
 * Reads the text of Word documents as Word shows it with all changes accepted; Tika reads properties and embedded
 * files. Tika's text lacks numbers from styles, and has marks of notes inside sentences.
 */
public final class WordDocument extends OfficeReader {

    private static final long serialVersionUID = 1L;
    private static final Set<MediaType> TYPES = Set.of(
            MediaType.application("vnd.openxmlformats-officedocument.wordprocessingml.document"),
            MediaType.application("vnd.openxmlformats-officedocument.wordprocessingml.template"),
            MediaType.application("vnd.ms-word.document.macroenabled.12"),
            MediaType.application("vnd.ms-word.template.macroenabled.12"));

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return TYPES;
    }

    @Override
    public boolean write(OfficeFile office)
            throws IOException, SAXException, XMLStreamException, InvalidFormatException {
        story(office.container(), office.out(), office.text());
        return true;
    }

    private void story(OPCPackage container, XhtmlOut out, TextAssembler counted)
            throws IOException, SAXException, XMLStreamException, InvalidFormatException {
        PackagePart main = OfficeParts.main(container);
        WordStyles styles = WordStyles.NONE;
        WordNumbering numbering = new WordNumbering();
        for (PackagePart part : OfficeParts.related(main, "styles")) {
            styles = read(part, WordStyles::read);
        }
        for (PackagePart part : OfficeParts.related(main, "numbering")) {
            numbering = read(part, WordNumbering::read);
        }
        Map<String, List<String>> notes = notes(main, styles, counted);
        WordBody body = new WordBody(styles, numbering, notes, out, counted);
        try (InputStream bytes = main.getInputStream()) {
            XMLStreamReader reader = OfficeXml.reader(bytes);
            if (OfficeXml.nextChild(reader)) {
                body.read(reader);
            }
        }
        for (String text : edges(main, styles, counted)) {
            out.paragraph(text);
        }
    }

    private interface Reading<T> {
        T of(XMLStreamReader reader) throws XMLStreamException;
    }

    private <T> T read(PackagePart part, Reading<T> reading) throws IOException, XMLStreamException {
        try (InputStream bytes = part.getInputStream()) {
            return reading.of(OfficeXml.reader(bytes));
        }
    }

    private Map<String, List<String>> notes(PackagePart main, WordStyles styles, TextAssembler counted)
            throws IOException, XMLStreamException, InvalidFormatException {
        Map<String, List<String>> notes = new HashMap<>();
        for (String kind : List.of("footnote", "endnote", "comment")) {
            for (PackagePart part : OfficeParts.related(main, kind + "s")) {
                read(part, reader -> {
                    if (OfficeXml.nextChild(reader)) {
                        while (OfficeXml.nextChild(reader)) {
                            note(kind, reader, styles, counted, notes);
                        }
                    }
                    return true;
                });
            }
        }
        return notes;
    }

    /**
     * Reads a note, except separators, which have their own type. A comment names its author, because the document does
     * not.
     */
    private static void note(
            String kind,
            XMLStreamReader reader,
            WordStyles styles,
            TextAssembler counted,
            Map<String, List<String>> notes)
            throws XMLStreamException {
        String id = OfficeXml.attribute(reader, "id");
        String type = OfficeXml.attribute(reader, "type");
        String author = OfficeXml.attribute(reader, "author");
        if (type != null && !type.equals("normal")) {
            OfficeXml.skip(reader);
            return;
        }
        List<String> texts = WordBody.texts(reader, styles, counted);
        if (kind.equals("comment")) {
            String by = author == null || author.isBlank() ? "Comment: " : "Comment by " + author.strip() + ": ";
            texts = texts.stream().map(text -> by + text).toList();
        }
        notes.put(kind + ":" + id, texts);
    }

    /** Returns the distinct texts of headers and footers, diagrams and charts. */
    private Set<String> edges(PackagePart main, WordStyles styles, TextAssembler counted)
            throws IOException, XMLStreamException, InvalidFormatException {
        Set<String> texts = new LinkedHashSet<>();
        for (String kind : List.of("header", "footer")) {
            for (PackagePart part : OfficeParts.related(main, kind)) {
                texts.addAll(read(part, reader -> {
                    OfficeXml.nextChild(reader);
                    return WordBody.texts(reader, styles, counted);
                }));
            }
        }
        for (String kind : List.of("diagramData", "chart")) {
            for (PackagePart part : OfficeParts.related(main, kind)) {
                texts.addAll(read(part, DrawingTexts::read));
            }
        }
        texts.removeIf(text -> text.matches("[\\d\\s./-]*"));
        return texts;
    }
}
