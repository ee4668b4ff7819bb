package io.arketic.extractors.text;

import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.TextCleaner;
import java.util.regex.Pattern;

/** Writes a log as lines: each entry is separate, and a line without a time continues the entry above it. */
final class LogLines {

    private static final int SAMPLE_LINES = 200;
    private static final int LEAST_LINES = 5;

    /**
     * Matches a time of day, as a date and time, a syslog head, or in brackets, within the first characters of a line.
     */
    private static final Pattern ENTRY = Pattern.compile(
            "^.{0,60}?(?:\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}[ T_-]\\d{1,2}:\\d{2}|[A-Z][a-z]{2} +\\d{1,2} \\d{2}:\\d{2}:\\d{2}"
                    + "|\\d{1,2}/[A-Z][a-z]{2}/\\d{4}:\\d{2}:\\d{2}|^\\[? ?\\d+\\.\\d{6}\\]|^\\[?\\d{1,2}:\\d{2}:\\d{2}).*");

    private LogLines() {}

    /** Returns whether most of a text's first lines begin with a time. */
    static boolean isLog(String text) {
        int lines = 0;
        int entries = 0;
        int begin = 0;
        while (begin < text.length() && lines < SAMPLE_LINES) {
            int feed = text.indexOf('\n', begin);
            int end = feed < 0 ? text.length() : feed;
            String line = text.substring(begin, Math.min(end, begin + 200));
            if (!line.isBlank()) {
                lines++;
                entries += ENTRY.matcher(line).matches() ? 1 : 0;
            }
            begin = end + 1;
        }
        return entries >= LEAST_LINES && entries * 10 >= lines * 6;
    }

    static void write(String text, TextAssembler out) {
        text.lines()
                .map(line -> TextCleaner.clean(line, true))
                .filter(line -> !line.isBlank())
                .forEach(line -> out.line(BlockType.LIST, line));
        out.closeBlock();
    }
}
