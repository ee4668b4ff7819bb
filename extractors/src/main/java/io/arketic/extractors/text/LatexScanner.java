package io.arketic.extractors.text;

/**
 * Walks over a LaTeX source. Unbalanced braces end an argument at a limit, so that the cost of a source depends only on
 * its length.
 */
final class LatexScanner {

    private static final int LONGEST_ARGUMENT = 5_000;
    private static final int LONGEST_FORMULA = 2_000;

    private final String source;
    private int position;

    LatexScanner(String source) {
        this.source = source;
    }

    /** Returns the text between the document's begin and end, with its title, and without comments. */
    static String body(String source) {
        StringBuilder kept = new StringBuilder(source.length());
        for (String line : source.split("\n", -1)) {
            int comment = comment(line);
            // A comment includes its line end, so that a whole line of comment leaves no line.
            kept.append(comment < 0 ? line + "\n" : line.substring(0, comment));
        }
        String text = kept.toString();
        int begin = text.indexOf("\\begin{document}");
        if (begin < 0) {
            return text;
        }
        int end = text.indexOf("\\end{document}", begin);
        int title = text.indexOf("\\title");
        String head =
                title < 0 || title > begin ? "" : new LatexScanner(text.substring(title + 6, begin)).command("title");
        return head + text.substring(begin + "\\begin{document}".length(), end < 0 ? text.length() : end);
    }

    private String command(String name) {
        options();
        return "\\" + name + "{" + argument() + "}\n\n";
    }

    private static int comment(String line) {
        for (int at = line.indexOf('%'); at >= 0; at = line.indexOf('%', at + 1)) {
            if (at == 0 || line.charAt(at - 1) != '\\') {
                return at;
            }
        }
        return -1;
    }

    boolean more() {
        return position < source.length();
    }

    char next() {
        return source.charAt(position++);
    }

    /**
     * Returns the name of the command whose backslash was just read, with its star; a sign that is no letter is a name
     * itself.
     */
    String name() {
        int start = position;
        while (more() && isLetter(source.charAt(position))) {
            position++;
        }
        if (position == start) {
            position = Math.min(source.length(), position + 1);
            return source.substring(start, position);
        }
        if (more() && source.charAt(position) == '*') {
            position++;
        }
        String name = source.substring(start, position);
        while (more() && source.charAt(position) == ' ') {
            position++;
        }
        return name;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '@';
    }

    /** Returns the text of the group that begins here; empty if none does. */
    String argument() {
        return group('{', '}');
    }

    /** Skips text in brackets. */
    void options() {
        while (more() && source.charAt(position) == '[') {
            if (group('[', ']').isEmpty()) {
                return;
            }
        }
    }

    /** Skips all groups that follow at once. */
    void arguments() {
        int before;
        do {
            before = position;
            options();
            argument();
        } while (position > before);
    }

    private String group(char open, char close) {
        if (!more() || source.charAt(position) != open) {
            return "";
        }
        int start = position + 1;
        int depth = 0;
        int last = Math.min(source.length(), start + LONGEST_ARGUMENT);
        for (int i = position; i < last; i++) {
            char c = source.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == open) {
                depth++;
            } else if (c == close && --depth == 0) {
                position = i + 1;
                return source.substring(start, i);
            }
        }
        position = start;
        return "";
    }

    /** Returns the letter of an accent, in braces or not. */
    String letter() {
        while (more() && source.charAt(position) == '{') {
            position++;
        }
        if (more() && source.charAt(position) == '\\') {
            position++;
        }
        return more() && Character.isLetter(source.charAt(position)) ? String.valueOf(next()) : "";
    }

    /** Returns the text up to the mark, which is skipped; without a mark, all the rest. */
    String until(String mark) {
        int end = source.indexOf(mark, position);
        String text = source.substring(position, end < 0 ? source.length() : end);
        position = end < 0 ? source.length() : end + mark.length();
        return text;
    }

    /** Returns a formula after its first dollar sign; a sign without its second is a literal character. */
    String formula() {
        String mark = more() && source.charAt(position) == '$' ? "$$" : "$";
        int start = position + mark.length() - 1;
        int end = source.indexOf(mark, start);
        if (end < 0 || end - start > LONGEST_FORMULA) {
            return "$";
        }
        position = end + mark.length();
        return "$" + source.substring(start, end) + "$";
    }

    boolean blankLineFollows() {
        int i = position;
        while (i < source.length() && (source.charAt(i) == ' ' || source.charAt(i) == '\t')) {
            i++;
        }
        return i < source.length() && source.charAt(i) == '\n';
    }
}
