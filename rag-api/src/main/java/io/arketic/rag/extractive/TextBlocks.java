package io.arketic.rag.extractive;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a chunk's text into blocks: headings, paragraphs, lists, tables, records, code, lines. A chunk does not name its
 * parts, so it recognises them by their shape. Its time grows only with the text's length.
 */
final class TextBlocks {

    /** @param from index of the first character, inclusive; {@code to} exclusive */
    record Block(SentenceForm form, int from, int to) {}

    private static final int LONGEST_HEADING = 110;

    /** Limits the examined characters of a line, and lines of a paragraph. */
    private static final int LOOKED_AT = 200;

    /** Limits successive headings without a text between them. */
    private static final int NESTED_HEADINGS = 3;

    private static final Pattern EMPTY_LINE = Pattern.compile("\\n[ \\t\\r]*+\\n\\s*+");
    private static final Pattern LOG = Pattern.compile(
            "\\s*+[\\[<(]?+(?:\\d{4}-\\d\\d-\\d\\d[T ,]|\\d{4}/\\d\\d/\\d\\d |\\d\\d:\\d\\d:\\d\\d\\b|\\d\\d/\\p{L}{3}/\\d{4}:"
                    + "|\\p{Lu}\\p{Ll}{2} {1,2}\\d{1,2} \\d\\d:\\d\\d:\\d\\d)");
    private static final Pattern FIELD =
            Pattern.compile("\\s*+[\\p{L}\\p{N}_][^:：|\\n]{0,48}[:：](?:\\s++\\S.*+|\\s*+)");
    private static final Pattern UNDERLINE = Pattern.compile("\\s*+([=\\-~^\"'*+#.`])\\1{2,}+\\s*+");
    private static final Pattern CODE_LINE = Pattern.compile(
            ".*[;{}]\\s*+|\\s*+(?:[$#%>] \\S|>>> ?|\\.\\.\\. |//|/\\*|\\*/|</?\\w).*+|.*\\w\\(.*\\).*|.*[\\w\\]] ?(?:=|==|:=|\\+=|->|=>) ?[\\w\"'({\\[].*");
    private static final Pattern FIGURES = Pattern.compile("\\S.*[\\p{L})].*\\s[(\\p{Sc}]{0,3}\\d[\\d.,]*+\\)?%?\\s*+");

    private final String text;
    private final boolean code;
    private final boolean table;
    private final List<Block> blocks = new ArrayList<>();

    private TextBlocks(String text, String type) {
        this.text = text;
        this.code = type.equals("code");
        this.table = type.equals("table");
    }

    /** @param type of the chunk */
    static List<Block> of(String text, String type) {
        TextBlocks read = new TextBlocks(text, type);
        int from = 0;
        Matcher gap = EMPTY_LINE.matcher(text);
        while (gap.find()) {
            read.paragraph(from, gap.start());
            from = gap.end();
        }
        read.paragraph(from, text.length());
        return read.withHeadings();
    }

    private void paragraph(int from, int to) {
        List<String> lines = text.substring(from, to).lines().toList();
        if (lines.stream().allMatch(String::isBlank)) {
            return;
        }
        if (text.startsWith("|", from + leadingBlanks(lines.get(0)))) {
            blocks.add(new Block(SentenceForm.ROW, from, to));
        } else if (lines.size() == 2 && UNDERLINE.matcher(lines.get(1)).matches()) {
            blocks.add(new Block(SentenceForm.HEADING, from, from + lines.get(0).length()));
        } else if (share(lines, LOG.asPredicate(), 1)
                || table && lines.size() > 1
                || lines.size() > 2 && figures(lines)) {
            blocks.add(new Block(SentenceForm.LINE, from, to));
        } else if (lines.size() > 1
                && share(lines, FIELD.asMatchPredicate(), 0.6)
                && !SentenceSplitter.isItem(lines.get(0))) {
            blocks.add(new Block(SentenceForm.FIELD, from, to));
        } else if (code || isCode(lines)) {
            blocks.add(new Block(SentenceForm.CODE, from, to));
        } else {
            blocks.add(new Block(SentenceForm.PROSE, from, to));
        }
    }

    private static boolean share(List<String> lines, java.util.function.Predicate<String> is, double share) {
        long found = lines.stream()
                .limit(LOOKED_AT)
                .filter(line -> bounded(line, is))
                .count();
        return found >= share * Math.min(LOOKED_AT, lines.size());
    }

    /** Examines only the beginning of a line: the rest adds no information, and costs time. */
    private static boolean bounded(String line, java.util.function.Predicate<String> is) {
        return is.test(line.length() <= LOOKED_AT ? line : line.substring(0, LOOKED_AT));
    }

    private static boolean figures(List<String> lines) {
        long ended = lines.stream()
                .limit(LOOKED_AT)
                .filter(line -> line.stripTrailing().endsWith("."))
                .count();
        return ended * 4 < Math.min(LOOKED_AT, lines.size()) && share(lines, FIGURES.asMatchPredicate(), 0.6);
    }

    private static boolean isCode(List<String> lines) {
        return share(lines, CODE_LINE.asMatchPredicate(), 0.6)
                && lines.stream()
                        .limit(LOOKED_AT)
                        .noneMatch(line -> SentenceSplitter.isItem(line) || endsSentence(line));
    }

    private static boolean endsSentence(String line) {
        String stripped = line.stripTrailing();
        return stripped.length() > 40 && (stripped.endsWith(".") || stripped.endsWith(":")) && stripped.contains(" ");
    }

    private static int leadingBlanks(String line) {
        int blanks = 0;
        while (blanks < line.length() && Character.isWhitespace(line.charAt(blanks))) {
            blanks++;
        }
        return blanks;
    }

    /** Marks a single line as a heading if it does not end like a sentence and a longer text follows. */
    private List<Block> withHeadings() {
        int over = 0;
        for (int i = blocks.size() - 1; i >= 0; i--) {
            Block block = blocks.get(i);
            boolean last = i == blocks.size() - 1;
            if (block.form() == SentenceForm.HEADING) {
                over++;
            } else if (!last
                    && !isAnnounced(i)
                    && over < NESTED_HEADINGS
                    && (block.form() == SentenceForm.PROSE || block.form() == SentenceForm.CODE)
                    && mayHead(text.substring(block.from(), block.to()), blocks.get(i + 1))) {
                blocks.set(i, new Block(SentenceForm.HEADING, block.from(), block.to()));
                over++;
            } else {
                over = 0;
                if (block.form() == SentenceForm.PROSE && isLine(text.substring(block.from(), block.to()))) {
                    SentenceForm form = isAnnounced(i) ? SentenceForm.CODE : SentenceForm.LINE;
                    blocks.set(i, new Block(form, block.from(), block.to()));
                }
            }
        }
        return blocks;
    }

    /** Returns whether a colon announces this block, in most cases a command. */
    private boolean isAnnounced(int index) {
        return index > 0
                && blocks.get(index - 1).form() == SentenceForm.PROSE
                && text.substring(
                                blocks.get(index - 1).from(),
                                blocks.get(index - 1).to())
                        .stripTrailing()
                        .endsWith(":");
    }

    private boolean mayHead(String line, Block next) {
        String head = line.strip();
        if (!isLine(line) && !isQuestion(head)) {
            return false;
        }
        String under = text.substring(next.from(), next.to()).strip();
        return next.form() != SentenceForm.LINE || under.contains("\n") || under.length() > 2 * head.length();
    }

    /** Returns whether it is one short line without an end. */
    private static boolean isLine(String line) {
        String stripped = line.strip();
        if (stripped.isEmpty()
                || stripped.length() > LONGEST_HEADING
                || stripped.indexOf('\n') >= 0
                || SentenceSplitter.isItem(line)) {
            return false;
        }
        return ".!?;:,。！？；：，…".indexOf(stripped.charAt(stripped.length() - 1)) < 0;
    }

    static boolean isQuestion(String text) {
        String stripped = text.strip();
        return !stripped.isEmpty() && "?？؟".indexOf(stripped.charAt(stripped.length() - 1)) >= 0;
    }
}
