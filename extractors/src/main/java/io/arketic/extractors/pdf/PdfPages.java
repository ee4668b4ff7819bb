package io.arketic.extractors.pdf;

import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.pdf.PdfParagraphs.Paragraph;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/** Writes the paragraphs of pages; one that continues in the next column or page is written in one piece. */
final class PdfPages {

    private final XhtmlOut out;
    private final LineEnds ends;
    private @Nullable Paragraph last;

    /** The table after which no text has come yet: it may go on at the top of the next page. */
    private @Nullable PdfTable lastTable;

    private final StringBuilder open = new StringBuilder();

    /** Holds texts across the page that wait for the end of the open paragraph. */
    private List<String> waiting = List.of();

    private int unwrittenPages;

    PdfPages(XhtmlOut out, LineEnds ends) {
        this.out = out;
        this.ends = ends;
    }

    void beginPage() {
        unwrittenPages++;
    }

    /** Writes a block without the lines that are running headers and footers. */
    void add(PdfBlock block, Set<PdfSegment> running, PdfParagraphs paragraphs) throws SAXException {
        PdfTable table = block.table();
        PdfTable before = lastTable;
        if (table != null && !table.named() && before != null && table.goesOn(before)) {
            table = table.under(before.head());
        }
        if (table != null && table.named()) {
            writeTable(table.written(running));
            lastTable = table;
            return;
        }
        List<PdfSegment> kept =
                block.lines().stream().filter(line -> !running.contains(line)).toList();
        if (!kept.isEmpty()) {
            lastTable = null;
            writeText(paragraphs.of(kept));
        }
    }

    private void writeTable(List<List<String>> table) throws SAXException {
        flush();
        startPages();
        out.tableWithHead(table);
    }

    private void writeText(List<Paragraph> paragraphs) throws SAXException {
        for (Paragraph paragraph : paragraphs) {
            String text = PdfParagraphs.text(paragraph, ends);
            Paragraph above = last;
            if (above != null && unwrittenPages <= 1 && PdfParagraphs.goesOn(above, paragraph)) {
                boolean hyphen = LineEnds.endsInHyphen(open.toString());
                String pageBreak = unwrittenPages == 1 ? PdfDocument.PAGE_BREAK : "";
                if (hyphen && pageBreak.isEmpty()) {
                    ends.join(open, text);
                } else if (hyphen) {
                    StringBuilder whole = new StringBuilder(open);
                    int before = whole.length();
                    ends.join(whole, text);
                    int cut = whole.length() - text.length();
                    open.setLength(0);
                    open.append(whole, 0, Math.min(cut, before))
                            .append(pageBreak)
                            .append(whole.substring(cut));
                } else {
                    open.append(' ').append(pageBreak).append(text);
                }
                unwrittenPages = 0;
            } else {
                flush();
                startPages();
                open.append(text);
            }
            last = paragraph;
        }
    }

    void aside(List<String> texts) {
        waiting = texts;
    }

    private void startPages() throws SAXException {
        while (unwrittenPages > 0) {
            out.start("div", "class", "page");
            out.end("div");
            unwrittenPages--;
        }
    }

    private void flush() throws SAXException {
        Paragraph paragraph = last;
        if (paragraph != null) {
            out.element(paragraph.level() > 0 ? "h" + paragraph.level() : "p", open.toString());
        }
        last = null;
        open.setLength(0);
        if (!waiting.isEmpty()) {
            int after = unwrittenPages;
            // They belong to the previous page.
            unwrittenPages = paragraph == null ? after : Math.max(0, after - 1);
            for (String text : waiting) {
                out.paragraph(text);
            }
            unwrittenPages = after;
            waiting = List.of();
        }
    }

    void end() throws SAXException {
        flush();
        startPages();
    }
}
