package io.arketic.extractors.opendocument;

import io.arketic.extractors.assembly.NumberFormats;
import io.arketic.extractors.office.OfficeXml.Element;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the numbered paragraphs and headings of an OpenDocument text. The outline of headings is the list without a
 * name.
 */
final class OdfNumbering {

    static final int LEVELS = 10;

    private record Level(
            boolean bullet,
            String format,
            String prefix,
            String suffix,
            int shown,
            int start,
            @Nullable String pattern) {}

    /** Counts the paragraphs of a list, which may consist of several pieces. */
    static final class Counter {
        private final int[] counts = new int[LEVELS];
        private final boolean[] begun = new boolean[LEVELS];
    }

    private final Map<String, Level[]> styles = new HashMap<>();
    private final Map<String, Counter> byId = new HashMap<>();
    private final Map<String, Counter> byStyle = new HashMap<>();
    private final Counter outline = new Counter();

    /** @param style element {@code text:list-style} or {@code text:outline-style} */
    void add(String name, Element style) {
        Level[] levels = new Level[LEVELS];
        for (Element child : style.children()) {
            int index = child.number("level", 0) - 1;
            if (index >= 0 && index < LEVELS) {
                levels[index] = level(child);
            }
        }
        styles.put(name, levels);
    }

    private static Level level(Element level) {
        Map<String, String> attributes = level.attributes();
        return new Level(
                !level.name().endsWith("number") && !level.name().equals("outline-level-style"),
                attributes.getOrDefault("num-format", ""),
                attributes.getOrDefault("num-prefix", ""),
                attributes.getOrDefault("num-suffix", ""),
                Math.max(1, Math.min(LEVELS, level.number("display-levels", 1))),
                level.number("start-value", 1),
                attributes.get("num-list-format"));
    }

    Counter outline() {
        return outline;
    }

    /** Returns the counter of a list that begins, which may continue an earlier one. */
    Counter begin(String style, @Nullable String id, boolean continues, @Nullable String continued) {
        Counter counter = continued == null ? null : byId.get(continued);
        if (counter == null && continues) {
            counter = byStyle.get(style);
        }
        if (counter == null) {
            counter = new Counter();
        }
        byStyle.put(style, counter);
        if (id != null) {
            byId.put(id, counter);
        }
        return counter;
    }

    /**
     * Counts a paragraph and returns its number as it is shown.
     *
     * @param level counts from 0
     * @param start the number that the paragraph begins again with, or null
     * @return empty for a bullet; null for a level without any mark
     */
    @Nullable
    String label(String style, Counter counter, int level, @Nullable Integer start) {
        int index = Math.min(level, LEVELS - 1);
        for (int i = 0; i <= index; i++) {
            if (!counter.begun[i]) {
                counter.counts[i] = start(style, i) - (i == index ? 1 : 0);
                counter.begun[i] = true;
            }
        }
        counter.counts[index] = start != null ? start : counter.counts[index] + 1;
        for (int i = index + 1; i < LEVELS; i++) {
            counter.begun[i] = false;
        }
        Level shown = at(style, index);
        if (shown == null) {
            return styles.containsKey(style) && !style.isEmpty() ? "" : null;
        }
        return shown.bullet() ? "" : number(style, shown, counter, index);
    }

    private @Nullable String number(String style, Level shown, Counter counter, int index) {
        if (shown.format().isEmpty()) {
            String fixed = (shown.prefix() + shown.suffix()).strip();
            return fixed.isEmpty() ? null : fixed;
        }
        String pattern = shown.pattern();
        StringBuilder label = new StringBuilder();
        if (pattern != null) {
            for (int i = 0; i < pattern.length(); i++) {
                int end = pattern.charAt(i) == '%' ? pattern.indexOf('%', i + 1) : -1;
                String part = end < 0 ? "" : pattern.substring(i + 1, end);
                if (part.matches("\\d{1,2}")) {
                    part(style, counter, Integer.parseInt(part) - 1, label);
                    i = end;
                } else {
                    label.append(pattern.charAt(i));
                }
            }
            return label.toString().strip();
        }
        label.append(shown.prefix());
        for (int i = Math.max(0, index + 1 - shown.shown()); i <= index; i++) {
            int before = label.length();
            part(style, counter, i, label);
            label.append(i < index && label.length() > before ? "." : "");
        }
        return label.append(shown.suffix()).toString().strip();
    }

    private void part(String style, Counter counter, int index, StringBuilder label) {
        Level level = index < 0 || index >= LEVELS ? null : at(style, index);
        if (level == null || level.bullet() || level.format().isEmpty()) {
            return;
        }
        label.append(NumberFormats.format(level.format(), counter.counts[index]));
    }

    private int start(String style, int index) {
        Level level = at(style, index);
        return level == null ? 1 : level.start();
    }

    private @Nullable Level at(String style, int index) {
        Level[] levels = styles.get(style);
        return levels == null ? null : levels[index];
    }
}
