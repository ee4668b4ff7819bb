package io.arketic.rag.extractive;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.lang.UScript;
import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.text.FilteredBreakIteratorBuilder;
import com.ibm.icu.util.ULocale;
import io.arketic.rag.extractive.TextBlocks.Block;
import io.arketic.schema.search.ChunkHit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Cuts chunks into sentences, with offsets into the document. Paragraphs end at empty lines; a single line break inside
 * one is a wrapped line. A list item and a table's row are separate sentences.
 */
final class SentenceSplitter {

    /**
     * Sets the characters after which a blank separates sentences of scripts without punctuation (Thai, Lao, Khmer,
     * Burmese).
     */
    private static final int CLAUSE = 60;

    /** Limits the characters of a heading's line. */
    private static final int HEADING = 50;

    private static final double SHORTER = 0.75;

    private static final Pattern ITEM = Pattern.compile("(?m)^[ \\t]*(?:[-*•‣▪–]|\\d{1,3}[.)]|[a-zA-Z][.)])[ \\t]+");
    private static final Pattern RULE_ROW = Pattern.compile("[|:\\-\\s]+");

    /** Lists abbreviations that CLDR's English list lacks. */
    private static final List<String> ABBREVIATIONS = List.of(
            "Dr.", "St.", "No.", "Nos.", "Fig.", "Figs.", "Sec.", "Vol.", "e.g.", "i.e.", "cf.", "z.B.", "Abb.");

    /** Is never moved itself: each use takes a clone. */
    private static final BreakIterator SENTENCES = sentences();

    private SentenceSplitter() {}

    private static BreakIterator sentences() {
        FilteredBreakIteratorBuilder filter = FilteredBreakIteratorBuilder.getInstance(ULocale.ENGLISH);
        ABBREVIATIONS.forEach(filter::suppressBreakAfter);
        return filter.wrapIteratorWithFilter(BreakIterator.getSentenceInstance(ULocale.ENGLISH));
    }

    /** Returns the sentences in order; headings are included as {@link SentenceForm#HEADING}. */
    static List<Sentence> split(ChunkHit hit, int rank) {
        String text = hit.text();
        Cut cut = new Cut(hit, rank, text);
        boolean headed = false;
        for (Block block : TextBlocks.of(text, hit.type())) {
            if (block.form() == SentenceForm.HEADING) {
                cut.heading(block, headed);
                headed = true;
                continue;
            }
            headed = false;
            cut.form = block.form();
            cut.block++;
            switch (block.form()) {
                case ROW -> rows(cut, block.from(), block.to());
                case LINE, FIELD -> lines(cut, block.from(), block.to());
                case CODE -> cut.add(block.from(), block.to(), "");
                default -> paragraph(cut, block.from(), block.to());
            }
        }
        return TableRows.withHeaders(cut.sentences);
    }

    static boolean isItem(String line) {
        return ITEM.matcher(line).lookingAt();
    }

    private static void paragraph(Cut cut, int from, int to) {
        String paragraph = cut.text.substring(from, to);
        int start = 0;
        Matcher item = ITEM.matcher(paragraph);
        while (item.find()) {
            if (item.start() > start) {
                sentences(cut, from + start, from + item.start());
            }
            start = item.end();
            cut.form = SentenceForm.ITEM;
            cut.block++;
        }
        sentences(cut, from + start, to);
    }

    /** Cuts a record, whose first line names the subject of the others. */
    private static void lines(Cut cut, int from, int to) {
        String first = "";
        for (int start = from; start < to; ) {
            int end = cut.text.indexOf('\n', start);
            end = end < 0 || end > to ? to : end;
            cut.block++;
            cut.add(start, end, first);
            if (first.isEmpty() && cut.form == SentenceForm.FIELD) {
                first = cut.text.substring(start, end).strip();
            }
            start = end + 1;
        }
    }

    /**
     * Cuts sentences; lines that are the heading of a sentence become its context, and other line breaks are wrapped
     * lines.
     */
    private static void sentences(Cut cut, int from, int to) {
        int start = from;
        while (start < to) {
            String headings = "";
            for (int end = headed(cut, from, start, to); end > start; end = headed(cut, from, start, to)) {
                headings = (headings + " " + cut.text.substring(start, end)).strip();
                cut.addHeading(start, end);
                start = end + 1;
            }
            start = upToHeading(cut, start, to, headings);
        }
    }

    /** Cuts the text under a heading; returns the beginning of the next heading, or {@code to}. */
    private static int upToHeading(Cut cut, int start, int to, String headings) {
        String context = headings;
        String flat = cut.flat.substring(start, to);
        BreakIterator breaks = (BreakIterator) SENTENCES.clone();
        breaks.setText(flat);
        int first = breaks.first();
        for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
            if (TextBlocks.isQuestion(flat.substring(first, end))) {
                // what follows may answer it
                context = flat.substring(first, end).strip();
                cut.addHeading(start + first, start + end);
            } else {
                clauses(cut, start + first, start + end, context);
            }
            if (end < flat.length() && heading(cut.text, start + end, to) > start + end) {
                return start + end;
            }
            first = end;
        }
        return to;
    }

    private static int headed(Cut cut, int from, int start, int to) {
        int end = heading(cut.text, start, to);
        return end > start || start > from ? end : term(cut.text, start, to);
    }

    /** Returns the end of a first line that is the term of the text below: one word or option, or closed by a colon. */
    private static int term(String text, int start, int to) {
        int end = text.indexOf('\n', start);
        if (end < 0 || end >= to - 1 || end - start > HEADING || end == start) {
            return start;
        }
        int next = text.indexOf('\n', end + 1);
        String line = text.substring(start, end).strip();
        boolean term = !line.isEmpty()
                && line.length() < SHORTER * ((next < 0 || next > to ? to : next) - end)
                && (line.indexOf(' ') < 0 && Character.isLetterOrDigit(line.codePointBefore(line.length()))
                        || line.startsWith("-")
                        || line.endsWith(":"));
        return term ? end : start;
    }

    /**
     * Returns the end of the line from {@code start} if it looks like a heading: short, with a capital first, without
     * final punctuation or figures, and followed by a line that begins like a sentence; else {@code start}.
     */
    private static int heading(String text, int start, int to) {
        int end = text.indexOf('\n', start);
        if (end < 0 || end >= to - 1 || end - start > HEADING || end == start) {
            return start;
        }
        int next = text.indexOf('\n', end + 1);
        String line = text.substring(start, end).strip();
        // A wrapped line is about as long as the one after it; a heading is not.
        boolean heading = !line.isEmpty()
                && line.length() < SHORTER * ((next < 0 || next > to ? to : next) - end)
                && Character.isUpperCase(line.codePointAt(0))
                && Character.isLetter(line.codePointBefore(line.length()))
                && line.codePoints().noneMatch(Character::isDigit)
                && Character.isUpperCase(text.codePointAt(end + 1));
        return heading ? end : start;
    }

    private static void clauses(Cut cut, int from, int to, String context) {
        int start = from;
        if (cut.text.substring(from, to).codePoints().anyMatch(SentenceSplitter::unpunctuated)) {
            for (int i = from; i < to; i++) {
                if (cut.text.charAt(i) == ' ' && i - start >= CLAUSE) {
                    cut.add(start, i, context);
                    start = i;
                }
            }
        }
        cut.add(start, to, context);
    }

    private static boolean unpunctuated(int codePoint) {
        return switch (UScript.getScript(codePoint)) {
            case UScript.THAI, UScript.LAO, UScript.KHMER, UScript.MYANMAR -> true;
            default -> false;
        };
    }

    private static void rows(Cut cut, int from, int to) {
        String header = "";
        for (int start = from; start < to; ) {
            int end = cut.text.indexOf('\n', start);
            end = end < 0 || end > to ? to : end;
            if (RULE_ROW.matcher(cut.text.substring(start, end)).matches()) {
                // the line between a header and its rows: what came before was the header
                Sentence before = cut.last();
                if (before != null && before.form() == SentenceForm.ROW && header.isEmpty()) {
                    header = before.text();
                    cut.sentences.remove(cut.sentences.size() - 1);
                }
            } else {
                int first = start;
                int last = end;
                while (first < last && cut.text.charAt(first) == ' ') {
                    first++;
                }
                while (last > first && cut.text.charAt(last - 1) == ' ') {
                    last--;
                }
                // one bar on each side: an empty first cell has another
                first += first < last && cut.text.charAt(first) == '|' ? 1 : 0;
                last -= last > first && cut.text.charAt(last - 1) == '|' ? 1 : 0;
                cut.block++;
                cut.add(first, last, header);
            }
            start = end + 1;
        }
    }

    private static final class Cut {

        private final ChunkHit hit;
        private final int rank;
        private final String text;
        private final String flat;
        private final List<Sentence> sentences = new ArrayList<>();
        private SentenceForm form = SentenceForm.PROSE;
        private String heading = "";
        private int block;
        private int section;
        private int counted;
        private int codePoints;

        Cut(ChunkHit hit, int rank, String text) {
            this.hit = hit;
            this.rank = rank;
            this.text = text;
            this.flat = text.replace('\n', ' ').replace('\r', ' ');
        }

        /** @param nested whether no text parts it from the heading before */
        void heading(Block head, boolean nested) {
            String line = text.substring(head.from(), head.to()).strip();
            heading = nested ? heading + " › " + line : line;
            block++;
            addHeading(head.from(), head.to());
        }

        void addHeading(int from, int to) {
            section++;
            SentenceForm before = form;
            form = SentenceForm.HEADING;
            add(from, to, "");
            form = before;
        }

        @Nullable
        Sentence last() {
            return sentences.isEmpty() ? null : sentences.get(sentences.size() - 1);
        }

        /** Adds a sentence without surrounding blanks, if it has a letter or digit. */
        void add(int from, int to, String context) {
            int start = from;
            int end = to;
            while (start < end && UCharacter.hasBinaryProperty(text.charAt(start), UProperty.WHITE_SPACE)) {
                start++;
            }
            while (end > start && UCharacter.hasBinaryProperty(text.charAt(end - 1), UProperty.WHITE_SPACE)) {
                end--;
            }
            String sentence = text.substring(start, end);
            if (sentence.codePoints().noneMatch(Character::isLetterOrDigit)) {
                return;
            }
            // sentences come in their order: each character is counted once
            codePoints += text.codePointCount(counted, start);
            counted = start;
            int offset = hit.start() + codePoints;
            String over = form == SentenceForm.HEADING || heading.isEmpty()
                    ? context
                    : context.isEmpty() ? heading : heading + "\n" + context;
            sentences.add(new Sentence(
                    hit,
                    rank,
                    offset,
                    offset + sentence.codePointCount(0, sentence.length()),
                    sentence,
                    over,
                    form,
                    block,
                    section));
        }
    }
}
