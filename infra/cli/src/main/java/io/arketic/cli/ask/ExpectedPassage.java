package io.arketic.cli.ask;

import io.arketic.cli.terminal.CommandException;
import org.jspecify.annotations.Nullable;

/**
 * Names a passage of the command line: {@code DOCUMENT} or {@code DOCUMENT#OFFSET}.
 *
 * @param document its id or its file's name
 */
record ExpectedPassage(String document, @Nullable Integer offset) {

    static ExpectedPassage parse(String text) {
        int mark = text.lastIndexOf('#');
        String after = mark < 0 ? "" : text.substring(mark + 1);
        // A file's name may have a # of its own.
        boolean numbered = !after.isEmpty() && after.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        String document = numbered ? text.substring(0, mark) : text;
        if (document.isBlank()) {
            throw CommandException.unusable("--expect names no document: " + text);
        }
        try {
            return new ExpectedPassage(document, numbered ? Integer.valueOf(after) : null);
        } catch (NumberFormatException large) {
            throw CommandException.unusable("--expect has no such offset: " + after);
        }
    }
}
