package io.arketic.rag.expression;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Knows the functions whose result or work can be much larger than their operands. */
final class GuardedCall {

    static final Set<String> FUNCTIONS =
            Set.of("replace", "join", "split", "contains", "indexOf", "lastIndexOf", "matches");

    /** Limits a search to about a tenth of a second: each place of the text is compared with each place of the other. */
    private static final long COMPARISONS_FOR_ONE = 10_000;

    /** Steps of a regular expression are slower than comparisons: about a hundred thousand in a millisecond. */
    private static final long STEPS_FOR_ONE = 5_000;

    /** Limits the steps for one character; {@link Expressions} compiles no longer program. */
    static final int LONGEST_PROGRAM = 500;

    /** A part of a text is an object of about so many characters. */
    private static final long CHARACTERS_OF_PART = 30;

    private GuardedCall() {}

    /**
     * What a call will take.
     *
     * @param characters of its result
     */
    record Effort(long characters, long cost) {
        private static final Effort NONE = new Effort(0, 0);
    }

    static Effort effort(String function, List<? extends @Nullable Object> operands) {
        if (function.equals("join")) {
            return operands.get(0) instanceof Collection<?> list
                    ? new Effort(joined(list, operands.size() > 1 ? operands.get(1) : ""), 0)
                    : Effort.NONE;
        }
        if (operands.size() < 2
                || !(operands.get(0) instanceof String text)
                || !(operands.get(1) instanceof String wanted)) {
            return Effort.NONE;
        }
        if (function.equals("matches")) {
            return new Effort(0, text.length() * steps(wanted) / STEPS_FOR_ONE);
        }
        long cost = text.length() * Math.max(1L, wanted.length()) / COMPARISONS_FOR_ONE;
        if (cost > Expressions.MOST_COST) {
            return new Effort(0, cost);
        }
        return switch (function) {
            case "replace" -> new Effort(replaced(text, wanted, operands), cost);
            case "split" -> new Effort(CHARACTERS_OF_PART * occurrences(text, wanted), cost);
            default -> new Effort(0, cost);
        };
    }

    /** A count in braces repeats a part of the program. */
    private static long steps(String pattern) {
        return pattern.indexOf('{') >= 0 ? LONGEST_PROGRAM : Math.min(LONGEST_PROGRAM, 2L * pattern.length());
    }

    private static long joined(Collection<?> list, @Nullable Object separator) {
        long characters = 0;
        for (Object item : list) {
            characters += ValueWeights.characters(item) + ValueWeights.characters(separator);
        }
        return characters;
    }

    private static long replaced(String text, String wanted, List<? extends @Nullable Object> operands) {
        if (operands.size() < 3 || !(operands.get(2) instanceof String replacement)) {
            return 0;
        }
        long growth = replacement.length() - wanted.length();
        return growth <= 0 ? 0 : text.length() + growth * occurrences(text, wanted);
    }

    private static long occurrences(String text, String wanted) {
        if (wanted.isEmpty()) {
            return text.length() + 1L;
        }
        long found = 0;
        for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length())) {
            found++;
        }
        return found;
    }
}
