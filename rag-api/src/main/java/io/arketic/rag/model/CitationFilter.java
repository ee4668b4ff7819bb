package io.arketic.rag.model;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Passes a language model's text on piece by piece, without the marks {@code [k]} of sources that it was not given. A
 * mark may come in several pieces, and name several sources: {@code [1, 2]} becomes {@code [1][2]}.
 */
final class CitationFilter {

    private static final int LONGEST_MARK = 24;
    private static final Pattern MARK = Pattern.compile("\\[\\s*\\d{1,4}(?:\\s*[,;]\\s*\\d{1,4})*\\s*");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private final int sources;
    private final Consumer<String> pieces;
    private final StringBuilder held = new StringBuilder();
    private final TreeSet<Integer> cited = new TreeSet<>();

    /** Numbers the sources from 1 to {@code sources}. */
    CitationFilter(int sources, Consumer<String> pieces) {
        this.sources = sources;
        this.pieces = pieces;
    }

    void accept(String piece) {
        StringBuilder passed = new StringBuilder();
        for (int i = 0; i < piece.length(); i++) {
            // no database text holds U+0000
            char next = piece.charAt(i) == 0 ? '\uFFFD' : piece.charAt(i);
            if (invisible(next)) {
                continue;
            }
            if (held.isEmpty() && next != '[') {
                passed.append(next);
            } else if (held.isEmpty() || (inMark(next) && held.length() < LONGEST_MARK)) {
                held.append(next);
            } else if (next == ']' && MARK.matcher(held).matches()) {
                Matcher numbers = NUMBER.matcher(held);
                while (numbers.find()) {
                    pass(Integer.parseInt(numbers.group()), passed);
                }
                held.setLength(0);
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

    private void pass(int number, StringBuilder passed) {
        if (number >= 1 && number <= sources) {
            cited.add(number);
            passed.append('[').append(number).append(']');
        }
    }

    private static boolean inMark(char next) {
        return next >= '0' && next <= '9' || next == ',' || next == ';' || next == ' ';
    }

    /** Returns whether a character changes the direction of the following text, or is invisible: no answer needs it. */
    private static boolean invisible(char next) {
        return next >= '\u202A' && next <= '\u202E'
                || next >= '\u2060' && next <= '\u2069'
                || next == '\u200B'
                || next == '\uFEFF';
    }

    /** Passes on what only looked like the beginning of a mark. */
    void end() {
        emit(held.toString());
        held.setLength(0);
    }

    /** Returns the numbers of the sources that the text marks. */
    SortedSet<Integer> cited() {
        return Collections.unmodifiableSortedSet(cited);
    }

    private void emit(String text) {
        if (!text.isEmpty()) {
            pieces.accept(text);
        }
    }
}
