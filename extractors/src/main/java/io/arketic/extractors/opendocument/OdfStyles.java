package io.arketic.extractors.opendocument;

import io.arketic.extractors.office.OfficeXml.Element;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what the styles of an OpenDocument file say about visibility, titles and lists. */
final class OdfStyles {

    private static final int DEEPEST_PARENT = 20;

    private record Style(@Nullable String parent, @Nullable Boolean hidden) {}

    private final Map<String, Style> styles = new HashMap<>();
    private final Set<String> automatic = new HashSet<>();
    private final OdfNumbering numbering = new OdfNumbering();

    OdfNumbering numbering() {
        return numbering;
    }

    /** Adds the styles of an element such as {@code office:automatic-styles}. */
    void add(Element group) {
        for (Element child : group.children()) {
            String name = child.attributes().getOrDefault("name", "");
            switch (child.name()) {
                case "style" -> {
                    String key = child.attributes().getOrDefault("family", "") + ":" + name;
                    styles.put(key, new Style(child.attributes().get("parent-style-name"), hidden(child)));
                    if (group.name().equals("automatic-styles")) {
                        automatic.add(key);
                    }
                }
                case "list-style", "outline-style" ->
                    numbering.add(child.name().equals("list-style") ? name : "", child);
                default -> {}
            }
        }
    }

    /** Removes the automatic styles, which each part names separately. */
    void forgetAutomatic() {
        automatic.forEach(styles::remove);
        automatic.clear();
    }

    private static @Nullable Boolean hidden(Element style) {
        Boolean hidden = null;
        for (Element properties : style.children()) {
            Map<String, String> attributes = properties.attributes();
            String display = attributes.get("display");
            if (properties.name().equals("text-properties") && display != null) {
                hidden = display.equals("none");
            } else if (properties.name().equals("table-properties") && display != null) {
                hidden = display.equals("false");
            } else if (properties.name().equals("drawing-page-properties") && attributes.get("visibility") != null) {
                hidden = Objects.equals(attributes.get("visibility"), "hidden");
            }
        }
        return hidden;
    }

    /**
     * Returns whether a style hides its text.
     *
     * @param family {@code text}, {@code paragraph}, {@code table} or {@code drawing-page}
     */
    boolean hides(String family, @Nullable String name) {
        String current = name;
        for (int depth = 0; current != null && depth < DEEPEST_PARENT; depth++) {
            Style style = styles.get(family + ":" + current);
            if (style == null) {
                return false;
            }
            if (style.hidden() != null) {
                return style.hidden();
            }
            current = style.parent();
        }
        return false;
    }

    boolean isTitle(@Nullable String name) {
        String current = name;
        for (int depth = 0; current != null && depth < DEEPEST_PARENT; depth++) {
            if (current.equals("Title")) {
                return true;
            }
            Style style = styles.get("paragraph:" + current);
            current = style == null ? null : style.parent();
        }
        return false;
    }
}
