package io.arketic.rag.answer;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.lang.UScript;
import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.text.FilteredBreakIteratorBuilder;
import com.ibm.icu.util.ULocale;
import io.arketic.schema.ChunkHit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts chunks into sentences, with offsets into the document. Paragraphs end at empty lines; a single line break inside
 * one is a wrapped line. A list item and a table's row are sentences of their own.
 */
final class SentenceSplitter {

    /** Where no punctuation parts sentences (Thai, Lao, Khmer, Burmese) a blank does, after this many characters. */
    private static final int CLAUSE = 60;

    /** Longest line that is taken for a heading, in characters. */
    private static final int HEADING = 50;

    private static final double SHORTER = 0.75;

    private static final Pattern EMPTY_LINE = Pattern.compile("\\n[ \\t\\r]*\\n\\s*");
    private static final Pattern ITEM = Pattern.compile("(?m)^[ \\t]*(?:[-*•‣▪–]|\\d{1,3}[.)]|[a-zA-Z][.)])[ \\t]+");
    private static final Pattern RULE_ROW = Pattern.compile("[|:\\-\\s]+");

    /** What CLDR's list of English abbreviations lacks. */
    private static final List<String> ABBREVIATIONS = List.of(
            "Dr.", "St.", "No.", "Nos.", "Fig.", "Figs.", "Sec.", "Vol.", "e.g.", "i.e.", "cf.", "z.B.", "Abb.");

    /** Never moved itself: each use takes a clone. */
    private static final BreakIterator SENTENCES = sentences();

    private SentenceSplitter() {}

    private static BreakIterator sentences() {
        FilteredBreakIteratorBuilder filter = FilteredBreakIteratorBuilder.getInstance(ULocale.ENGLISH);
        ABBREVIATIONS.forEach(filter::suppressBreakAfter);
        return filter.wrapIteratorWithFilter(BreakIterator.getSentenceInstance(ULocale.ENGLISH));
    }

    static List<Sentence> split(ChunkHit hit, int rank) {
        String text = hit.text();
        Cut cut = new Cut(hit, rank, text);
        if (hit.type().equals("table")) {
            rows(cut, 0, text.length());
            return cut.sentences;
        }
        int from = 0;
        Matcher gap = EMPTY_LINE.matcher(text);
        while (gap.find()) {
            paragraph(cut, from, gap.start());
            from = gap.end();
        }
        paragraph(cut, from, text.length());
        return cut.sentences;
    }

    private static void paragraph(Cut cut, int from, int to) {
        String paragraph = cut.text.substring(from, to);
        if (paragraph.stripLeading().startsWith("|")) {
            rows(cut, from, to);
            return;
        }
        int start = 0;
        Matcher item = ITEM.matcher(paragraph);
        while (item.find()) {
            if (item.start() > start) {
                sentences(cut, from + start, from + item.start());
            }
            start = item.end();
        }
        sentences(cut, from + start, to);
    }

    /** Lines that stand over a sentence as its heading become its context; other line breaks are wrapped lines. */
    private static void sentences(Cut cut, int from, int to) {
        String headings = "";
        int start = from;
        for (int end = heading(cut.text, start, to); end > start; end = heading(cut.text, start, to)) {
            headings = (headings + " " + cut.text.substring(start, end)).strip();
            start = end + 1;
        }
        String flat = cut.text.substring(start, to).replace('\n', ' ').replace('\r', ' ');
        BreakIterator breaks = (BreakIterator) SENTENCES.clone();
        breaks.setText(flat);
        int first = breaks.first();
        for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
            if (end < flat.length() && heading(cut.text, start + end, to) > start + end) {
                clauses(cut, start + first, start + end, headings);
                sentences(cut, start + end, to);
                return;
            }
            clauses(cut, start + first, start + end, headings);
            first = end;
        }
    }

    /**
     * Where the line from {@code start} ends, if it reads as a heading: short, begun with a capital, not closed by
     * punctuation, without a figure, and with a line after it that begins like a sentence; else {@code start}.
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
        int start = from;
        while (start < to) {
            int end = cut.text.indexOf('\n', start);
            end = end < 0 || end > to ? to : end;
            String row = cut.text.substring(start, end);
            if (RULE_ROW.matcher(row).matches()) {
                // the line between a header and its rows: what came before was the header
                if (!cut.sentences.isEmpty() && header.isEmpty()) {
                    header = cut.sentences.remove(cut.sentences.size() - 1).text();
                }
            } else {
                int first = start;
                int last = end;
                while (first < last && (cut.text.charAt(first) == '|' || cut.text.charAt(first) == ' ')) {
                    first++;
                }
                while (last > first && (cut.text.charAt(last - 1) == '|' || cut.text.charAt(last - 1) == ' ')) {
                    last--;
                }
                cut.add(first, last, header);
            }
            start = end + 1;
        }
    }

    private static final class Cut {

        private final ChunkHit hit;
        private final int rank;
        private final String text;
        private final List<Sentence> sentences = new ArrayList<>();

        Cut(ChunkHit hit, int rank, String text) {
            this.hit = hit;
            this.rank = rank;
            this.text = text;
        }

        /** Without blanks around it; nothing when no letter or digit is in it. */
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
            int offset = hit.start() + text.codePointCount(0, start);
            sentences.add(new Sentence(
                    hit, rank, offset, offset + sentence.codePointCount(0, sentence.length()), sentence, context));
        }
    }
}
