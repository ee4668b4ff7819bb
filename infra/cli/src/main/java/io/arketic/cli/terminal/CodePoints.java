package io.arketic.cli.terminal;

/** Turns UTF-16 indexes of a text into code points; fast when they are asked for roughly in order. */
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
