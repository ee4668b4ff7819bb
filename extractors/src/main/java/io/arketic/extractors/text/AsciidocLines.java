package io.arketic.extractors.text;

import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.TextCleaner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the words of AsciiDoc: headings, lists, tables, listings and paragraphs, without attributes, anchors and
 * macros.
 */
final class AsciidocLines {

    private static final Pattern HEADING = Pattern.compile("(={1,6})[ \t]+(.*)");
    private static final Pattern ITEM = Pattern.compile("[ \t]*(?:[*-]|\\.{1,5}|\\*{2,5}|\\d{1,4}\\.)[ \t]+(.*)");
    private static final Pattern SETTING =
            Pattern.compile(":!?[\\w-]+!?:.*|\\[.*]|//.*|\\+|<<<|ifdef::.*|endif::.*|include::.*");
    private static final Pattern FENCE = Pattern.compile("-{4,}|\\.{4,}|={4,}|_{4,}|\\*{4,}|\\+{4,}|--");
    private static final Pattern MACRO = Pattern.compile(
            "(?:link|https?|image|btn|kbd|menu|xref|footnote|mailto)::?[^\\s\\[\\]]{0,500}\\[([^\\[\\]]{0,500})]");
    private static final Pattern REFERENCE = Pattern.compile("<<[^<>,]{1,200}(?:,([^<>]{0,200}))?>>");

    private final TextAssembler out;
    private final StringBuilder pending = new StringBuilder();

    AsciidocLines(TextAssembler out) {
        this.out = out;
    }

    void write(String text) {
        String fence = "";
        boolean table = false;
        for (String line : text.split("\n", -1)) {
            String bare = line.strip();
            if (!fence.isEmpty()) {
                if (bare.equals(fence)) {
                    out.block(BlockType.CODE, 0, pending);
                    pending.setLength(0);
                    fence = "";
                } else {
                    pending.append(line).append('\n');
                }
            } else if (bare.equals("|===")) {
                flush();
                table = !table;
                out.closeBlock();
            } else if (table && bare.startsWith("|")) {
                out.line(BlockType.TABLE, TextCleaner.clean(plain(bare), false) + " |");
            } else if (FENCE.matcher(bare).matches()) {
                flush();
                fence = bare.startsWith("----") || bare.startsWith("....") ? bare : "";
            } else {
                writeLine(bare);
            }
        }
        flush();
    }

    private void writeLine(String line) {
        Matcher heading = HEADING.matcher(line);
        Matcher item = ITEM.matcher(line);
        if (line.isEmpty()) {
            flush();
        } else if (heading.matches()) {
            flush();
            out.block(BlockType.HEADING, heading.group(1).length(), plain(heading.group(2)));
        } else if (SETTING.matcher(line).matches()) {
            flush();
        } else if (item.matches()) {
            flush();
            out.line(BlockType.LIST, "- " + TextCleaner.clean(plain(item.group(1)), false));
        } else if (line.startsWith(".") && line.length() > 1) {
            flush();
            out.block(BlockType.PARAGRAPH, 0, plain(line.substring(1)));
        } else {
            pending.append(line).append('\n');
        }
    }

    private void flush() {
        out.block(BlockType.PARAGRAPH, 0, plain(pending.toString()));
        pending.setLength(0);
    }

    private static String plain(String text) {
        return REFERENCE.matcher(MACRO.matcher(text).replaceAll("$1")).replaceAll(found -> {
            String label = found.group(1);
            return label == null ? "" : Matcher.quoteReplacement(label);
        });
    }
}
