package io.arketic.extractors.structure;

import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.TextCleaner;
import io.arketic.extractors.markup.HiddenMarkup;
import io.arketic.extractors.pdf.PdfDocument;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.apache.tika.metadata.Metadata;
import org.jspecify.annotations.Nullable;
import org.xml.sax.Attributes;
import org.xml.sax.helpers.DefaultHandler;

/** Turns the XHTML events of a Tika parser into blocks and pages. Each document has one, including inner ones. */
public final class StructureHandler extends DefaultHandler {

    private static final Set<String> SKIPPED =
            Set.of("script", "style", "noscript", "template", "head", "object", "svg", "textarea", "select");
    private static final Set<String> BREAKING = Set.of(
            "p",
            "div",
            "section",
            "article",
            "main",
            "header",
            "footer",
            "nav",
            "aside",
            "blockquote",
            "address",
            "figure",
            "figcaption",
            "caption",
            "dl",
            "dt",
            "dd",
            "form",
            "fieldset",
            "hr",
            "center",
            "body",
            "details",
            "summary",
            "tbody",
            "thead",
            "tfoot");

    private final TextAssembler out;
    private final Metadata metadata;
    private final boolean paged;
    private PageMarks pageMarks = PageMarks.NONE;
    private LineFolding folding = LineFolding.LINE;
    private final StringBuilder buffer = new StringBuilder();
    private final Deque<ListMarks> lists = new ArrayDeque<>();
    private @Nullable OpenTable table;
    private int skipped;
    private int preformatted;
    private int heading;

    /**
     * @param metadata filled by the parser as it reads
     * @param paged whether this document's pages are the file's pages
     */
    public StructureHandler(TextAssembler out, Metadata metadata, boolean paged) {
        this.out = out;
        this.metadata = metadata;
        this.paged = paged;
    }

    @Override
    public void startDocument() {
        String type = Objects.requireNonNullElse(metadata.get(Metadata.CONTENT_TYPE), "");
        pageMarks = paged ? PageMarks.of(type) : PageMarks.NONE;
        folding = LineFolding.of(type);
    }

    @Override
    public void startElement(String uri, String localName, String qName, Attributes attributes) {
        String name = name(localName, qName);
        if (skipped > 0 || SKIPPED.contains(name)) {
            skipped++;
            return;
        }
        if (HiddenMarkup.hides(
                name,
                attributes.getValue("hidden"),
                attributes.getValue("aria-hidden"),
                attributes.getValue("style"))) {
            out.leaveOut(LeftOut.HIDDEN_ELEMENTS, 1);
            skipped++;
            return;
        }
        if (pageMarks.startsPage(name, attributes.getValue("class"))) {
            flush();
            out.startPage();
        }
        switch (name) {
            case "body" -> MailHeader.write(metadata, out);
            case "br" -> append("\n");
            case "h1", "h2", "h3", "h4", "h5", "h6" -> {
                breakBlock();
                heading = name.charAt(1) - '0';
            }
            case "ul", "ol" -> {
                breakBlock();
                lists.push(new ListMarks(name.equals("ol"), attributes.getValue("start")));
            }
            case "li" -> {
                breakBlock();
                if (!lists.isEmpty()) {
                    lists.element().startItem(attributes.getValue("label"));
                }
            }
            case "pre" -> {
                breakBlock();
                preformatted++;
            }
            case "table" -> openTable();
            case "tr" -> breakBlock();
            case "td", "th" -> {
                if (table != null) {
                    table.startCell(name.equals("th"), attributes.getValue("colspan"), attributes.getValue("rowspan"));
                }
            }
            default -> {
                if (BREAKING.contains(name)) {
                    breakBlock();
                }
            }
        }
    }

    @Override
    public void endElement(String uri, String localName, String qName) {
        if (skipped > 0) {
            skipped--;
            return;
        }
        String name = name(localName, qName);
        switch (name) {
            case "h1", "h2", "h3", "h4", "h5", "h6" -> {
                breakBlock();
                heading = 0;
            }
            case "ul", "ol" -> {
                breakBlock();
                lists.poll();
                if (lists.isEmpty()) {
                    out.closeBlock();
                }
            }
            case "li" -> breakBlock();
            case "pre" -> {
                breakBlock();
                preformatted = Math.max(0, preformatted - 1);
            }
            case "td", "th" -> {
                if (table != null) {
                    table.endCell();
                }
            }
            case "tr" -> {
                if (table != null) {
                    table.endRow();
                }
                breakBlock();
            }
            case "table" -> closeTable();
            default -> {
                if (BREAKING.contains(name)) {
                    breakBlock();
                }
            }
        }
    }

    @Override
    public void characters(char[] characters, int start, int length) {
        if (skipped == 0) {
            String text = new String(characters, start, length);
            append(folding == LineFolding.BLANK && preformatted == 0 ? text.replace('\n', ' ') : text);
        }
    }

    /** Reads Tika's line ends, which are the only separators of lines in PDF. */
    @Override
    public void ignorableWhitespace(char[] characters, int start, int length) {
        characters(characters, start, length);
    }

    @Override
    public void endDocument() {
        while (table != null) {
            closeTable();
        }
        flush();
        out.closeBlock();
    }

    private void append(String text) {
        if (table != null && table.inCell()) {
            table.append(text);
        } else {
            buffer.append(text);
        }
    }

    private void breakBlock() {
        if (table != null && table.inCell()) {
            table.append("\n");
        } else {
            flush();
        }
    }

    private void openTable() {
        flush();
        if (table != null) {
            table.becomeLayout();
        }
        table = new OpenTable(out, table);
    }

    private void closeTable() {
        if (table != null) {
            table.end();
            table = table.outer();
        }
        flush();
    }

    public void flush() {
        if (buffer.isEmpty()) {
            return;
        }
        if (preformatted > 0) {
            out.block(BlockType.CODE, 0, buffer);
        } else if (heading > 0) {
            out.block(BlockType.HEADING, heading, folding.inOneLine(buffer));
        } else if (!lists.isEmpty()) {
            String clean = TextCleaner.clean(folding.fold(buffer), false).replace("\n", " ");
            if (!clean.isEmpty()) {
                out.line(BlockType.LIST, lists.element().mark(lists.size()) + clean);
            }
        } else {
            writeParagraph();
        }
        buffer.setLength(0);
    }

    /** Writes a paragraph, which may continue after the end of its page. */
    private void writeParagraph() {
        String[] parts = buffer.toString().split(PdfDocument.PAGE_BREAK, -1);
        out.block(BlockType.PARAGRAPH, 0, folding.fold(parts[0]));
        for (int i = 1; i < parts.length; i++) {
            out.goOn(
                    parts[i],
                    paged,
                    !parts[i - 1].isEmpty() && Character.isWhitespace(parts[i - 1].charAt(parts[i - 1].length() - 1)));
        }
    }

    private static String name(String localName, String qName) {
        return (localName.isEmpty() ? qName : localName).toLowerCase(Locale.ROOT);
    }
}
