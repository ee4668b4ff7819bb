package io.arketic.rag.answer;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Lets a language model's text through piece by piece, without the marks {@code [k]} of sources that it was not given.
 * A mark may come in several pieces.
 */
final class CitationFilter {

    private static final int LONGEST_MARK = 6;

    private final int sources;
    private final Consumer<String> pieces;
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder held = new StringBuilder();
    private final TreeSet<Integer> cited = new TreeSet<>();

    /** Sources are numbered from 1 to {@code sources}. */
    CitationFilter(int sources, Consumer<String> pieces) {
        this.sources = sources;
        this.pieces = pieces;
    }

    void accept(String piece) {
        StringBuilder passed = new StringBuilder();
        for (int i = 0; i < piece.length(); i++) {
            // no database text holds U+0000
            char next = piece.charAt(i) == 0 ? '\uFFFD' : piece.charAt(i);
            if (held.isEmpty() && next != '[') {
                passed.append(next);
            } else if (held.isEmpty() || (next >= '0' && next <= '9' && held.length() < LONGEST_MARK)) {
                held.append(next);
            } else if (next == ']' && held.length() > 1) {
                int number = Integer.parseInt(held.substring(1));
                held.setLength(0);
                if (number >= 1 && number <= sources) {
                    cited.add(number);
                    passed.append('[').append(number).append(']');
                }
            } else {
                passed.append(held);
                held.setLength(0);
                if (next == '[') {
                    held.append(next);
                } else {
                    passed.append(next);
                }
            }
        }
        emit(passed.toString());
    }

    /** Lets go of what looked like the beginning of a mark. */
    void end() {
        emit(held.toString());
        held.setLength(0);
    }

    String content() {
        return content.toString();
    }

    /** Numbers of the sources that the text marks. */
    SortedSet<Integer> cited() {
        return Collections.unmodifiableSortedSet(cited);
    }

    private void emit(String text) {
        if (!text.isEmpty()) {
            content.append(text);
            pieces.accept(text);
        }
    }
}
