package io.arketic.extractors.assembly;

import org.jspecify.annotations.Nullable;

/** Tracks which file inside the file is read, and how it is called in the text. */
public final class FilePlaces {

    /** Separates an inner file from the one that contains it. */
    private static final String INSIDE = " › ";

    /** Limits a name in code points. Its end is kept: the file's own name, or the sender and day of a mail. */
    private static final int LONGEST_NAME = 300;

    private static final class Place {
        private final @Nullable Place outer;
        private final boolean named;
        private String label;
        private boolean shown;
        private boolean described;

        Place(@Nullable Place outer, String label, boolean named) {
            this.outer = outer;
            this.label = label;
            this.named = named;
            this.shown = named || outer == null;
        }

        /** Returns the nearest place with a name of its own. */
        Place shownPlace() {
            return shown || outer == null ? this : outer.shownPlace();
        }
    }

    /** Holds what a reading may change that is then taken back. */
    record Mark(
            Place current,
            String label,
            boolean shown,
            boolean described,
            @Nullable Place written) {}

    private final Place whole = new Place(null, "", false);
    private String filename = "";
    private Place current = whole;
    private @Nullable Place written = whole;

    /** Sets the name of the whole file, which precedes its text behind an inner file. */
    public void nameWhole(String name) {
        filename = name;
    }

    /** Enters an inner file; one without a name belongs to the file that contains it. */
    public void enter(@Nullable String name) {
        current = name == null || name.isBlank()
                ? new Place(current, current.label, false)
                : new Place(current, inside(current, name), true);
    }

    /** Leaves the inner file. */
    public void leave() {
        if (current.outer != null) {
            current = current.outer;
        }
    }

    /**
     * Says what the present file is, beside its name: the subject, sender and date of a mail. Returns false, and changes
     * nothing, if that was said before.
     */
    public boolean describe(String description) {
        if (current.described) {
            return false;
        }
        current.described = true;
        String line = oneLine(description);
        if (line.isEmpty()) {
            return true;
        }
        current.label = current.named ? current.label + ": " + line : inside(current.outer, line);
        current.shown = true;
        if (written == current) {
            written = null;
        }
        return true;
    }

    Mark mark() {
        return new Mark(current, current.label, current.shown, current.described, written);
    }

    void returnTo(Mark mark) {
        current = mark.current();
        current.label = mark.label();
        current.shown = mark.shown();
        current.described = mark.described();
        written = mark.written();
    }

    /** Returns the path of the present file, with what describes mails. */
    public String path() {
        return current.label.isEmpty() ? oneLine(filename) : current.label;
    }

    /** Returns whether the last text belongs to another file. */
    boolean changed() {
        return written != current.shownPlace();
    }

    /** Returns the line that must precede the next text; null where that belongs to the same file as the last text. */
    @Nullable
    String toWrite() {
        if (!changed()) {
            return null;
        }
        Place next = current.shownPlace();
        written = next;
        String line = next == whole && next.label.isEmpty() ? oneLine(filename) : next.label;
        return line.isBlank() ? null : line;
    }

    private static String inside(@Nullable Place outer, String name) {
        String line = oneLine(name);
        return outer == null || outer.label.isEmpty() ? line : outer.label + INSIDE + line;
    }

    private static String oneLine(String text) {
        String clean = TextCleaner.clean(text, false).replace('\n', ' ').strip();
        int length = clean.codePointCount(0, clean.length());
        return length <= LONGEST_NAME
                ? clean
                : "…" + clean.substring(clean.offsetByCodePoints(0, length - LONGEST_NAME));
    }
}
