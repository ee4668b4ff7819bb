package io.arketic.extractors.word;

import io.arketic.extractors.assembly.NumberFormats;
import io.arketic.extractors.office.OfficeXml;
import io.arketic.extractors.office.OfficeXml.Element;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Counts the numbered paragraphs of one Word document as Word does: lists of one definition share their count, and a
 * paragraph of a level restarts the levels below it. Call {@link #label} once for each paragraph, in order.
 */
final class WordNumbering {

    static final int LEVELS = 9;

    private record Level(
            String format, String text, int start, @Nullable String style, int restart, boolean legal) {
        static final Level BULLET = new Level("bullet", "", 1, null, LEVELS, false);
    }

    private static final class Definition {
        private final Level[] levels = new Level[LEVELS];
        private final int[] counts = new int[LEVELS];
        private @Nullable String styleLink;
        private final Set<String> begun = new HashSet<>();
    }

    private record Instance(String definition, Map<Integer, Integer> starts, Map<Integer, Level> overrides) {}

    private final Map<String, Definition> definitions = new HashMap<>();
    private final Map<String, Instance> instances = new HashMap<>();

    /** Reads {@code numbering.xml}. */
    static WordNumbering read(XMLStreamReader reader) throws XMLStreamException {
        WordNumbering read = new WordNumbering();
        while (reader.hasNext()) {
            if (reader.next() != XMLStreamReader.START_ELEMENT) {
                continue;
            }
            switch (reader.getLocalName()) {
                case "abstractNum" -> read.addDefinition(OfficeXml.element(reader));
                case "num" -> read.addInstance(OfficeXml.element(reader));
                default -> {}
            }
        }
        return read;
    }

    private void addDefinition(Element element) {
        Definition definition = new Definition();
        definition.styleLink = element.value("numStyleLink");
        for (Element child : element.children()) {
            int index = child.number("ilvl", LEVELS);
            if (child.name().equals("lvl") && index >= 0 && index < LEVELS) {
                definition.levels[index] = level(child);
            }
        }
        definitions.put(element.attributes().getOrDefault("abstractNumId", ""), definition);
    }

    private static Level level(Element level) {
        Element start = level.child("start");
        Element restart = level.child("lvlRestart");
        String format = level.value("numFmt");
        return new Level(
                format == null ? "decimal" : format,
                String.valueOf(level.value("lvlText")),
                start == null ? 0 : start.number("val", 0),
                level.value("pStyle"),
                restart == null ? LEVELS : restart.number("val", LEVELS),
                level.has("isLgl"));
    }

    private void addInstance(Element element) {
        Map<Integer, Integer> starts = new HashMap<>();
        Map<Integer, Level> overrides = new HashMap<>();
        for (Element child : element.children()) {
            if (child.name().equals("lvlOverride")) {
                int index = child.number("ilvl", 0);
                Element start = child.child("startOverride");
                if (start != null) {
                    starts.put(index, start.number("val", 1));
                }
                Element replaced = child.child("lvl");
                if (replaced != null) {
                    overrides.put(index, level(replaced));
                }
            }
        }
        instances.put(
                element.attributes().getOrDefault("numId", ""),
                new Instance(String.valueOf(element.value("abstractNumId")), starts, overrides));
    }

    /** Returns the level whose paragraphs have a style, in the definition of a list; 0 if none names it. */
    int levelOf(String list, String style, WordStyles styles) {
        Definition definition = definition(list, styles);
        for (int i = 0; definition != null && i < LEVELS; i++) {
            Level level = definition.levels[i];
            if (level != null && style.equals(level.style())) {
                return i;
            }
        }
        return 0;
    }

    /**
     * Counts a paragraph and returns its number as Word shows it.
     *
     * @return empty for a bullet, null where the list does not exist
     */
    @Nullable
    String label(String list, int level, WordStyles styles) {
        Instance instance = instances.get(list);
        Definition definition = definition(list, styles);
        if (instance == null || definition == null || level < 0 || level >= LEVELS) {
            return null;
        }
        if (definition.begun.add(list)) {
            instance.starts().forEach((index, start) -> {
                if (index >= 0 && index < LEVELS) {
                    definition.counts[index] = start - 1;
                    mark(definition, index);
                }
            });
        }
        for (int i = 0; i <= level; i++) {
            if (!isMarked(definition, i)) {
                definition.counts[i] = at(definition, instance, i).start() - 1;
                mark(definition, i);
                if (i < level) {
                    definition.counts[i]++;
                }
            }
        }
        definition.counts[level]++;
        for (int i = level + 1; i < LEVELS; i++) {
            int restart = at(definition, instance, i).restart();
            if (restart != 0 && (restart == LEVELS || level < restart)) {
                definition.begun.remove("level " + i);
            }
        }
        return text(definition, instance, level);
    }

    private static void mark(Definition definition, int level) {
        definition.begun.add("level " + level);
    }

    private static boolean isMarked(Definition definition, int level) {
        return definition.begun.contains("level " + level);
    }

    private static String text(Definition definition, Instance instance, int level) {
        Level shown = at(definition, instance, level);
        if (List.of("bullet", "none").contains(shown.format())) {
            return "";
        }
        StringBuilder label = new StringBuilder();
        String pattern = shown.text();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '%' && i + 1 < pattern.length() && pattern.charAt(i + 1) >= '1' && pattern.charAt(i + 1) <= '9') {
                int index = pattern.charAt(++i) - '1';
                Level part = at(definition, instance, index);
                int count = isMarked(definition, index) ? definition.counts[index] : Math.max(1, part.start());
                label.append(NumberFormats.format(shown.legal() ? "decimal" : part.format(), count));
            } else {
                label.append(c);
            }
        }
        return label.toString().strip();
    }

    private static Level at(Definition definition, Instance instance, int index) {
        Level override = instance.overrides().get(index);
        Level level = override != null ? override : definition.levels[index];
        return level == null ? Level.BULLET : level;
    }

    /** Returns the definition of a list, which may refer to the list of a style. */
    private @Nullable Definition definition(String list, WordStyles styles) {
        String current = list;
        for (int i = 0; i < LEVELS; i++) {
            Instance instance = instances.get(current);
            Definition definition = instance == null ? null : definitions.get(instance.definition());
            if (definition == null || definition.styleLink == null) {
                return definition;
            }
            WordStyles.Numbering linked = styles.numbering(definition.styleLink);
            if (linked == null) {
                return definition;
            }
            current = linked.list();
        }
        return null;
    }
}
