package io.arketic.extractors.structure;

/** Joins the lines of a paragraph that only the page's width broke. */
final class WrappedLines {

    /** Sets the share of the paragraph's longest line from which the margin has broken a line. */
    private static final double FULL = 0.6;

    private WrappedLines() {}

    static CharSequence join(CharSequence paragraph) {
        String[] lines = paragraph.toString().split("\n", -1);
        if (lines.length < 2) {
            return paragraph;
        }
        int longest = 0;
        for (String line : lines) {
            longest = Math.max(longest, line.strip().length());
        }
        StringBuilder joined = new StringBuilder(paragraph.length());
        String previous = "";
        for (String raw : lines) {
            String line = raw.strip();
            if (line.isEmpty()) {
                continue;
            }
            if (!joined.isEmpty()) {
                if (endsInsideWord(previous, line)) {
                    joined.setLength(joined.length() - 1);
                } else {
                    joined.append(previous.length() >= FULL * longest ? ' ' : '\n');
                }
            }
            joined.append(line);
            previous = line;
        }
        return joined;
    }

    /**
     * Returns whether a line ends inside a word: a lower-case letter, a hyphen, and a lower-case word of at least three
     * letters on the next line.
     */
    private static boolean endsInsideWord(String line, String next) {
        int end = line.length();
        return end >= 3
                && line.charAt(end - 1) == '-'
                && Character.isLowerCase(line.charAt(end - 2))
                && Character.isLowerCase(line.charAt(end - 3))
                && next.length() >= 3
                && Character.isLowerCase(next.charAt(0))
                && Character.isLowerCase(next.charAt(1))
                && Character.isLowerCase(next.charAt(2));
    }
}
