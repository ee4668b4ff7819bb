package io.arketic.extractors.structure;

import org.jspecify.annotations.Nullable;

/** Writes the marks before the items of one list. */
final class ListMarks {

    private static final int DEEPEST_INDENT = 10;

    private final boolean numbered;
    private int number;
    private boolean atStart;
    private @Nullable String label;

    ListMarks(boolean numbered, @Nullable String start) {
        this.numbered = numbered;
        this.number = start != null && start.matches("\\d{1,6}") ? Integer.parseInt(start) - 1 : 0;
    }

    /** @param label the item's mark as its document shows it; null where the list's own counting gives it */
    void startItem(@Nullable String label) {
        number++;
        atStart = true;
        this.label = label;
    }

    /** Returns the mark once for each item, then blanks for its further lines. */
    String mark(int depth) {
        String indent = "  ".repeat(Math.min(depth, DEEPEST_INDENT) - 1);
        if (!atStart) {
            return indent + "  ";
        }
        atStart = false;
        if (label != null) {
            return indent + label + " ";
        }
        return indent + (numbered ? number + ". " : "- ");
    }
}
