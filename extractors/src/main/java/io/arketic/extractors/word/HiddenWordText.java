package io.arketic.extractors.word;

import org.apache.poi.util.LittleEndian;

/**
 * Marks hidden text of a Word file of the format of 1997 (MS-DOC) as deleted, which Tika leaves out. The two properties
 * of a run differ only in their numbers. The marks of notes and comments, which Tika reads as line ends, become soft
 * hyphens.
 */
final class HiddenWordText {

    private static final int FLAGS = 0x0A;
    private static final int ENCRYPTED = 0x0100;
    private static final int SECOND_TABLE = 0x0200;

    /** Locates the address of the runs' properties: {@code fcPlcfBteChpx}. */
    private static final int RUNS = 0xFA;

    private static final int PAGE = 512;
    private static final byte SOFT_HYPHEN = (byte) 0xAD;
    private static final int HIDDEN = 0x083C;
    private static final int DELETED = 0x0800;

    private HiddenWordText() {}

    /** Returns the stream with the addresses of the properties. */
    static String tableOf(byte[] text) {
        boolean second = text.length > RUNS && (LittleEndian.getUShort(text, FLAGS) & SECOND_TABLE) != 0;
        return second ? "1Table" : "0Table";
    }

    /**
     * Counts the changes.
     *
     * @param hidden runs that were hidden
     * @param notes marks of notes
     */
    record Changes(int hidden, int notes) {
        static final Changes NONE = new Changes(0, 0);
    }

    static Changes change(byte[] text, byte[] table) {
        if (text.length < RUNS + 8 || (LittleEndian.getUShort(text, FLAGS) & ENCRYPTED) != 0) {
            return Changes.NONE;
        }
        int start = LittleEndian.getInt(text, RUNS);
        int length = LittleEndian.getInt(text, RUNS + 4);
        if (start < 0 || length < 4 || (long) start + length > table.length) {
            return Changes.NONE;
        }
        int pages = (length - 4) / 8;
        int hidden = 0;
        int notes = 0;
        for (int i = 0; i < pages; i++) {
            int number = LittleEndian.getInt(table, start + 4 * (pages + 1) + 4 * i) & 0x3FFFFF;
            long at = (long) number * PAGE;
            if (at + PAGE <= text.length) {
                hidden += markPage(text, (int) at);
                notes += hideMarks(text, (int) at);
            }
        }
        return new Changes(hidden, notes);
    }

    /** Hides the mark of a note, which is a separate run in letters of one byte or two. */
    private static int hideMarks(byte[] text, int page) {
        int runs = text[page + PAGE - 1] & 0xFF;
        int hidden = 0;
        for (int run = 0; run < runs && 4 * (run + 2) < PAGE; run++) {
            long first = LittleEndian.getInt(text, page + 4 * run) & 0xFFFFFFFFL;
            long length = (LittleEndian.getInt(text, page + 4 * (run + 1)) & 0xFFFFFFFFL) - first;
            if (first + length > text.length || length < 1 || length > 2) {
                continue;
            }
            int at = (int) first;
            boolean mark = text[at] == 2 || text[at] == 5;
            if (mark && (length == 1 || text[at + 1] == 0)) {
                text[at] = SOFT_HYPHEN;
                hidden++;
            }
        }
        return hidden;
    }

    /** Marks the runs of a page, whose last bytes lead to their properties. */
    private static int markPage(byte[] text, int page) {
        int runs = text[page + PAGE - 1] & 0xFF;
        int marked = 0;
        for (int run = 0; run < runs && 4 * (runs + 1) + run < PAGE; run++) {
            int offset = (text[page + 4 * (runs + 1) + run] & 0xFF) * 2;
            if (offset > 0 && offset < PAGE - 1) {
                int end = Math.min(PAGE - 1, offset + 1 + (text[page + offset] & 0xFF));
                marked += markRun(text, page + offset + 1, page + end);
            }
        }
        return marked;
    }

    private static int markRun(byte[] text, int start, int end) {
        int marked = 0;
        int at = start;
        while (at + 2 < end) {
            int property = LittleEndian.getUShort(text, at);
            if (property == HIDDEN && text[at + 2] == 1) {
                LittleEndian.putUShort(text, at, DELETED);
                marked++;
            }
            at += 2 + size(property, text, at + 2);
        }
        return marked;
    }

    /** Returns the bytes of a property's value, by the upper three bits of its number. */
    private static int size(int property, byte[] text, int value) {
        return switch (property >> 13) {
            case 0, 1 -> 1;
            case 2, 4, 5 -> 2;
            case 3 -> 4;
            case 7 -> 3;
            default -> 1 + (text[value] & 0xFF);
        };
    }
}
