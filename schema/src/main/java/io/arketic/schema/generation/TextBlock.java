package io.arketic.schema.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Marks a part of a text of one kind. A list of blocks is stored as {@code heading1:0-12 paragraph:14-200}.
 *
 * @param kind in lower-case letters
 * @param level of a heading, from 1; 0 for everything else
 * @param start in code points, inclusive
 * @param end exclusive
 */
public record TextBlock(String kind, int level, int start, int end) {

    private static final Pattern STORED = Pattern.compile("([a-z]+)(\\d*):(\\d+)-(\\d+)");

    public static String format(List<TextBlock> blocks) {
        return blocks.stream()
                .map(block -> block.kind() + (block.level() == 0 ? "" : block.level()) + ":" + block.start() + "-"
                        + block.end())
                .collect(Collectors.joining(" "));
    }

    static List<TextBlock> parse(@Nullable String stored) {
        List<TextBlock> blocks = new ArrayList<>();
        Matcher block = STORED.matcher(stored == null ? "" : stored);
        while (block.find()) {
            blocks.add(new TextBlock(
                    block.group(1),
                    block.group(2).isEmpty() ? 0 : Integer.parseInt(block.group(2)),
                    Integer.parseInt(block.group(3)),
                    Integer.parseInt(block.group(4))));
        }
        return blocks;
    }
}
