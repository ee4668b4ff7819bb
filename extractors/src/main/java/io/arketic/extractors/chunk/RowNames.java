package io.arketic.extractors.chunk;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds what the figures of a table are of: the first cells of its rows. */
final class RowNames {

    private static final Pattern BARS = Pattern.compile("(?<!\\\\)\\|");

    private RowNames() {}

    /** Returns the first cell of each row with a figure, each once, in order. */
    static Set<String> in(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> line.length() > 1 && line.startsWith("|") && line.endsWith("|"))
                .map(line -> BARS.split(line))
                .filter(cells -> cells.length > 2 && hasLetter(cells[1]) && hasFigure(cells))
                .map(cells -> cells[1].strip())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static boolean hasLetter(String cell) {
        return cell.codePoints().anyMatch(Character::isLetter);
    }

    private static boolean hasFigure(String[] cells) {
        for (int i = 2; i < cells.length; i++) {
            if (!hasLetter(cells[i]) && cells[i].codePoints().anyMatch(Character::isDigit)) {
                return true;
            }
        }
        return false;
    }
}
