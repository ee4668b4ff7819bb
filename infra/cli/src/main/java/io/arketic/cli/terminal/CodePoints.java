package io.arketic.cli.terminal;

/** Converts UTF-16 indexes of a text into code points; fast for roughly increasing indexes. */
public final class CodePoints {

    private final String text;
    private int index;
    private int count;

    public CodePoints(String text) {
        this.text = text;
    }

    public int of(int utf16) {
        if (utf16 >= index) {
            count += text.codePointCount(index, utf16);
        } else {
            count -= text.codePointCount(utf16, index);
        }
        index = utf16;
        return count;
    }
}
