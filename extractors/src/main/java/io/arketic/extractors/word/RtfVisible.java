package io.arketic.extractors.word;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Copies an RTF file without deleted and hidden text, with the numbers of its lists as text. Notes, comments and boxes
 * become paragraphs after their own.
 */
final class RtfVisible {

    /** Lists control words that represent text. */
    private static final Set<String> SIGNS = Set.of(
            "tab",
            "line",
            "emdash",
            "endash",
            "emspace",
            "enspace",
            "lquote",
            "rquote",
            "ldblquote",
            "rdblquote",
            "bullet");

    private static final Set<String> NOTES = Set.of("footnote", "annotation", "shptxt");
    private static final Set<String> LABELS = Set.of("listtext", "pntext");

    /** Lists destinations beside a comment that do not belong to it. */
    private static final Set<String> ASIDE = Set.of("atnid", "atnref", "atndate", "atntime", "atnicn", "atnparent");

    private static final Pattern DESTINATION = Pattern.compile("\\{\\s*(?:\\\\\\*)?\\s*\\\\([a-z]{1,32})");
    private static final int LOOK_AHEAD = 64;
    private static final int LONGEST_NOTE = 1 << 20;

    /** Holds the state from here to the end of a group. */
    private static final class Group {
        private boolean hidden;
        private boolean deleted;
        private boolean aside;
        private String captures = "";
    }

    private final BufferedInputStream in;
    private final OutputStream out;
    private final Deque<Group> groups = new ArrayDeque<>();
    private final Deque<ByteArrayOutputStream> captured = new ArrayDeque<>();
    private final List<byte[]> waiting = new ArrayList<>();
    private String author = "";
    private boolean labelled;
    private boolean leaving;
    private int hiddenRuns;
    private int deletedRuns;

    private RtfVisible(InputStream in, OutputStream out) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.out = out;
    }

    /** Counts the runs that were left out. */
    record Counts(int hidden, int deleted) {}

    static Counts copy(InputStream in, OutputStream out) throws IOException {
        RtfVisible copy = new RtfVisible(in, out);
        copy.copy();
        return new Counts(copy.hiddenRuns, copy.deletedRuns);
    }

    private void copy() throws IOException {
        groups.push(new Group());
        int c;
        while ((c = in.read()) >= 0) {
            switch (c) {
                case '{' -> open();
                case '}' -> close();
                case '\\' -> control();
                case '\r', '\n' -> write(c);
                default -> text(new byte[] {(byte) c});
            }
        }
    }

    private Group group() {
        return groups.element();
    }

    private void open() throws IOException {
        in.mark(LOOK_AHEAD);
        String ahead = "{" + new String(in.readNBytes(LOOK_AHEAD - 1), StandardCharsets.ISO_8859_1);
        in.reset();
        Matcher matcher = DESTINATION.matcher(ahead);
        String name = matcher.lookingAt() ? matcher.group(1) : "";
        Group inner = new Group();
        inner.hidden = group().hidden;
        inner.deleted = group().deleted;
        inner.aside = group().aside || ASIDE.contains(name);
        boolean captures = NOTES.contains(name) || LABELS.contains(name) || name.equals("atnauthor");
        if (captures && !inner.aside) {
            inner.captures = name;
            captured.push(new ByteArrayOutputStream());
            in.skipNBytes(matcher.end() - 1);
        }
        groups.push(inner);
        if (inner.captures.isEmpty()) {
            write('{');
        }
    }

    private void close() throws IOException {
        if (groups.size() == 1) {
            return;
        }
        if (groups.size() == 2) {
            release();
        }
        Group closed = groups.pop();
        if (closed.captures.isEmpty()) {
            if (!closed.aside) {
                sink().write('}');
            }
            return;
        }
        byte[] content = captured.pop().toByteArray();
        boolean shown = !closed.hidden && !closed.deleted && content.length <= LONGEST_NOTE;
        if (closed.captures.equals("atnauthor")) {
            author = plain(content);
        } else if (LABELS.contains(closed.captures)) {
            label(plain(content), shown);
        } else if (shown) {
            String by = author.isEmpty() ? "Comment: " : "Comment by " + author + ": ";
            String begin = "{\\pard\\plain " + (closed.captures.equals("annotation") ? by : "");
            ByteArrayOutputStream note = new ByteArrayOutputStream();
            note.write(begin.getBytes(StandardCharsets.ISO_8859_1));
            note.write(content);
            note.write("\\par}".getBytes(StandardCharsets.ISO_8859_1));
            waiting.add(note.toByteArray());
        }
    }

    /** Writes the number of a paragraph as the program showed it. Symbols of bullets are letters of special fonts. */
    private void label(String text, boolean shown) throws IOException {
        labelled = true;
        if (shown && !group().deleted && !group().hidden && !group().aside) {
            boolean number = text.codePoints().anyMatch(Character::isLetterOrDigit) && text.length() < 40;
            sink().write(("{" + (number ? text : "-") + " }").getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** Returns the letters of a short piece. */
    private static String plain(byte[] content) {
        return new String(content, 0, Math.min(content.length, 4096), StandardCharsets.ISO_8859_1)
                .replaceAll("\\\\'[0-9a-fA-F]{2}|\\\\[a-zA-Z]+-?\\d* ?|\\\\.|[{}\\r\\n]", "")
                .strip();
    }

    private void control() throws IOException {
        int first = in.read();
        if (first < 0) {
            return;
        }
        if (!isLetter(first)) {
            symbol(first);
            return;
        }
        StringBuilder word = new StringBuilder();
        int c = first;
        while (isLetter(c) && word.length() < 32) {
            word.append((char) c);
            in.mark(1);
            c = in.read();
        }
        StringBuilder number = new StringBuilder();
        while ((c == '-' && number.length() == 0 || c >= '0' && c <= '9') && number.length() < 11) {
            number.append((char) c);
            in.mark(1);
            c = in.read();
        }
        if (c >= 0 && c != ' ') {
            in.reset();
        }
        word(word.toString(), number.toString(), c == ' ');
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private void symbol(int c) throws IOException {
        if (c == '\'') {
            byte[] code = in.readNBytes(2);
            text(("\\'" + new String(code, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1));
        } else if (c == '*') {
            write('\\');
            write(c);
        } else {
            text(new byte[] {'\\', (byte) c});
        }
    }

    private void word(String word, String number, boolean blank) throws IOException {
        boolean on = !number.equals("0");
        byte[] raw = ("\\" + word + number + (blank ? " " : "")).getBytes(StandardCharsets.ISO_8859_1);
        switch (word) {
            case "v" -> group().hidden = on;
            case "deleted", "mvf" -> group().deleted = on;
            case "plain" -> {
                group().hidden = false;
                group().deleted = false;
                write(raw);
            }
            case "bin" -> {
                write(raw);
                binary(number);
            }
            case "par", "sect", "row", "cell" -> paragraph(word, raw);
            case "chftn", "chatn" -> {}
            case "ls", "pn" -> {
                if (!labelled) {
                    write(raw);
                }
            }
            default -> {
                if (SIGNS.contains(word) || word.equals("u") && !number.isEmpty()) {
                    text(raw);
                } else {
                    write(raw);
                }
            }
        }
    }

    private void paragraph(String word, byte[] raw) throws IOException {
        if (word.equals("cell")) {
            write(raw);
            return;
        }
        if (!(word.equals("par") && group().deleted)) {
            write(raw);
            if (captured.isEmpty()) {
                labelled = false;
                release();
            }
        }
    }

    private void release() throws IOException {
        if (captured.isEmpty()) {
            for (byte[] note : waiting) {
                out.write(note);
            }
            waiting.clear();
        }
    }

    private void binary(String number) throws IOException {
        long left = number.matches("\\d{1,10}") ? Long.parseLong(number) : 0;
        byte[] buffer = new byte[8192];
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                return;
            }
            sink().write(buffer, 0, read);
            left -= read;
        }
    }

    /** Writes text, unless it is not shown. */
    private void text(byte[] raw) throws IOException {
        Group group = group();
        if (group.hidden || group.deleted) {
            if (!leaving) {
                hiddenRuns += group.deleted ? 0 : 1;
                deletedRuns += group.deleted ? 1 : 0;
            }
            leaving = true;
            return;
        }
        leaving = false;
        write(raw);
    }

    private void write(int c) throws IOException {
        if (!group().aside) {
            sink().write(c);
        }
    }

    private void write(byte[] raw) throws IOException {
        if (!group().aside) {
            sink().write(raw);
        }
    }

    private OutputStream sink() {
        ByteArrayOutputStream inner = captured.peek();
        return inner == null ? out : inner;
    }
}
