package io.arketic.extractors.text;

import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.TextCleaner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds headings, lists, tables and code in Markdown, line by line, in linear time for any text. {@link MarkdownText}
 * handles the text between.
 */
final class MarkdownLines {

    private static final Pattern HEADING = Pattern.compile(" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*");
    private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}|~{3,}).*");
    private static final Pattern ITEM = Pattern.compile("[ \t]*([-*+]|\\d{1,9}[.)])[ \t]+.*");
    private static final Pattern UNDERLINE = Pattern.compile(" {0,3}(=+|-{2,})[ \t]*");
    private final TextAssembler out;
    private final StringBuilder pending = new StringBuilder();
    private BlockType type = BlockType.PARAGRAPH;

    MarkdownLines(TextAssembler out) {
        this.out = out;
    }

    void write(String text) {
        String fence = "";
        for (String line : MarkdownText.withoutComments(text).split("\n", -1)) {
            Matcher opening = FENCE.matcher(line);
            if (!fence.isEmpty()) {
                if (line.strip().startsWith(fence)) {
                    flush();
                    fence = "";
                } else {
                    pending.append(line).append('\n');
                }
            } else if (opening.matches()) {
                flush();
                type = BlockType.CODE;
                fence = opening.group(1);
            } else {
                writeLine(line);
            }
        }
        flush();
    }

    private void writeLine(String line) {
        if (line.isBlank()) {
            if (type != BlockType.LIST) {
                flush();
            }
            return;
        }
        Matcher heading = HEADING.matcher(line);
        if (heading.matches()) {
            flush();
            out.block(BlockType.HEADING, heading.group(1).length(), MarkdownText.plain(heading.group(2)));
        } else if (type == BlockType.PARAGRAPH
                && !pending.isEmpty()
                && pending.indexOf("\n") == pending.length() - 1
                && UNDERLINE.matcher(line).matches()) {
            out.block(BlockType.HEADING, line.strip().startsWith("=") ? 1 : 2, MarkdownText.plain(pending.toString()));
            pending.setLength(0);
        } else {
            BlockType next = typeOf(line);
            if (next != type) {
                flush();
                type = next;
            }
            pending.append(line).append('\n');
        }
    }

    private BlockType typeOf(String line) {
        if (line.strip().startsWith("|")) {
            return BlockType.TABLE;
        }
        if (ITEM.matcher(line).matches()) {
            return BlockType.LIST;
        }
        boolean continues = type == BlockType.LIST && Character.isWhitespace(line.charAt(0));
        return continues ? BlockType.LIST : BlockType.PARAGRAPH;
    }

    private void flush() {
        if (type == BlockType.LIST || type == BlockType.TABLE) {
            for (String line : MarkdownText.plain(pending.toString()).split("\n")) {
                String indent = line.substring(
                                0, line.length() - line.stripLeading().length())
                        .replace("\t", "    ");
                out.line(
                        type,
                        type == BlockType.LIST
                                ? indent + TextCleaner.clean(line, false)
                                : TextCleaner.clean(line, false));
            }
            out.closeBlock();
        } else {
            out.block(type, 0, type == BlockType.CODE ? pending : MarkdownText.plain(pending.toString()));
        }
        pending.setLength(0);
        type = BlockType.PARAGRAPH;
    }
}
