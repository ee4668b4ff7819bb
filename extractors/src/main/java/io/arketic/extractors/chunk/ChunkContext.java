package io.arketic.extractors.chunk;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Provides the context of a chunk: the names of its document, its headings, and the caption and header of its table. A
 * table on page 40 does not name its owner. Search finds the chunk by its context, and no citation shows it.
 */
public final class ChunkContext {

    private static final int LONGEST_NAME = 200;

    /** Sets the least letters of a word; fewer are an abbreviation or a number. */
    private static final int LETTERS = 3;

    private static final String SEPARATOR = " › ";

    private final List<String> names;

    /**
     * Creates the context of a document's chunks.
     *
     * @param filename of the document, without its folders; a name without a word, such as {@code 0017.txt}, says nothing
     * @param title that the document gives itself
     */
    public ChunkContext(String filename, @Nullable String title) {
        String stem = name(stem(filename));
        String heading = title == null ? "" : name(title);
        this.names = Stream.of(stem, heading.equalsIgnoreCase(stem) ? "" : heading)
                .filter(ChunkContext::says)
                .toList();
    }

    /**
     * Returns text that a search by words reads with the chunk, besides its text and headings; null if there is none. The
     * names of rows with figures are part of it, so that they count twice: a row says its name once, and a text about it
     * many times.
     */
    public @Nullable String words(Chunk chunk) {
        String words = Stream.of(names.stream(), Stream.ofNullable(chunk.table()), RowNames.in(chunk.text()).stream())
                .flatMap(parts -> parts)
                .collect(Collectors.joining("\n"));
        return words.isEmpty() ? null : words;
    }

    /**
     * Returns the chunk's text after as much of its context as fits the model. It does not repeat a part with which the
     * text begins.
     *
     * @param tokenCounter as for {@link Chunker#chunk}
     */
    public String embedded(Chunk chunk, int maxTokens, ToIntFunction<String> tokenCounter) {
        String path = chunk.title();
        List<String> parts = new ArrayList<>(names);
        if (path != null && parts.stream().noneMatch(path::equalsIgnoreCase)) {
            parts.add(path);
        }
        parts.removeIf(part -> startsWith(chunk.text(), part));
        String line = String.join(SEPARATOR, parts);
        String table = chunk.table() == null ? "" : chunk.table();
        return Stream.of(joined(line, table), table, line)
                .filter(context -> !context.isEmpty())
                .filter(context -> tokenCounter.applyAsInt(context) + chunk.tokens() <= maxTokens)
                .findFirst()
                .map(context -> context + "\n\n" + chunk.text())
                .orElse(chunk.text());
    }

    private static boolean startsWith(String text, String part) {
        return text.regionMatches(true, 0, part, 0, part.length());
    }

    private static String joined(String line, String table) {
        return Stream.of(line, table).filter(part -> !part.isEmpty()).collect(Collectors.joining("\n"));
    }

    private static String stem(String filename) {
        int dot = filename.lastIndexOf('.');
        return dot > 0 ? filename.substring(0, dot) : filename;
    }

    private static String name(String text) {
        String name = text.replace('_', ' ').replaceAll("\\s+", " ").strip();
        return name.codePointCount(0, name.length()) <= LONGEST_NAME
                ? name
                : name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME));
    }

    /**
     * Returns whether it contains a word: some letters in a row, or one of a script that writes a word with one or two.
     */
    private static boolean says(String name) {
        int run = 0;
        for (int letter : name.toLowerCase(Locale.ROOT).codePoints().toArray()) {
            run = Character.isLetter(letter) ? run + 1 : 0;
            if (run >= LETTERS || Character.isIdeographic(letter)) {
                return true;
            }
        }
        return false;
    }
}
