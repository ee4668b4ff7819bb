package io.arketic.extractors.word;

import io.arketic.extractors.office.OfficeXml;
import io.arketic.extractors.office.OfficeXml.Element;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Reads what the paragraph and character styles of a Word document say about headings, numbers and hidden text. */
final class WordStyles {

    static final WordStyles NONE = new WordStyles();

    private static final Pattern HEADING = Pattern.compile("heading ([1-9])");
    private static final int LONGEST_CHAIN = 20;

    private final Map<String, Style> styles = new HashMap<>();

    /**
     * @param level outline level, 0 for the highest; null where the style says nothing
     * @param number the list that the style's paragraphs are numbered in; {@code 0} for none
     * @param hidden null where the style says nothing
     */
    private record Style(
            String name,
            @Nullable String basedOn,
            @Nullable Integer level,
            @Nullable String number,
            @Nullable Integer numberLevel,
            @Nullable Boolean hidden) {}

    /** Reads {@code styles.xml}. */
    static WordStyles read(XMLStreamReader reader) throws XMLStreamException {
        WordStyles read = new WordStyles();
        while (reader.hasNext()) {
            if (reader.next() == XMLStreamReader.START_ELEMENT
                    && reader.getLocalName().equals("style")) {
                Element style = OfficeXml.element(reader);
                read.styles.put(style.attributes().getOrDefault("styleId", ""), style(style));
            }
        }
        return read;
    }

    private static Style style(Element style) {
        Element paragraph = style.child("pPr");
        Element run = style.child("rPr");
        Element number = paragraph == null ? null : paragraph.child("numPr");
        String outline = paragraph == null ? null : paragraph.value("outlineLvl");
        String level = number == null ? null : number.value("ilvl");
        return new Style(
                String.valueOf(style.value("name")).toLowerCase(Locale.ROOT),
                style.value("basedOn"),
                outline != null && outline.matches("[0-8]") ? Integer.valueOf(outline) : null,
                number == null ? null : number.value("numId"),
                level != null && level.matches("[0-8]") ? Integer.valueOf(level) : null,
                run == null || run.child("vanish") == null ? null : Boolean.valueOf(run.has("vanish")));
    }

    /** Returns 1 to 9 for a heading style, 0 for every other. */
    int headingLevel(@Nullable String id) {
        Set<String> seen = new HashSet<>();
        for (Style style = styles.get(id); style != null && seen.add(style.name()); style = base(style)) {
            Matcher heading = HEADING.matcher(style.name());
            if (heading.matches()) {
                return Integer.parseInt(heading.group(1));
            }
            if (style.level() != null) {
                return style.level() + 1;
            }
            if (style.name().equals("title")) {
                return 1;
            }
        }
        return 0;
    }

    boolean isTitle(@Nullable String id) {
        Style style = styles.get(id);
        return style != null && style.name().equals("title");
    }

    /** Names a list and a level in it; the level is null if the list's own levels name the style. */
    record Numbering(String list, @Nullable Integer level, String style) {}

    /** Returns the numbering of a paragraph style, with the style of the chain that has it; null for none. */
    @Nullable
    Numbering numbering(@Nullable String id) {
        String current = id;
        for (int i = 0; i < LONGEST_CHAIN && current != null; i++) {
            Style style = styles.get(current);
            if (style == null) {
                return null;
            }
            if (style.number() != null) {
                return new Numbering(style.number(), style.numberLevel(), current);
            }
            current = style.basedOn();
        }
        return null;
    }

    boolean hidden(@Nullable String id) {
        Style style = styles.get(id);
        for (int i = 0; i < LONGEST_CHAIN && style != null; i++) {
            if (style.hidden() != null) {
                return style.hidden();
            }
            style = base(style);
        }
        return false;
    }

    private @Nullable Style base(Style style) {
        return style.basedOn() == null ? null : styles.get(style.basedOn());
    }
}
