package io.arketic.rag.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Passes text on piece by piece without parts that a reader's program would load or follow automatically: a blank
 * breaks marks of images and links and HTML tags, and addresses that no source contains are removed.
 */
final class LinkFilter {

    static final String REMOVED = "(link removed)";

    private static final List<String> BEGINNINGS = List.of("http://", "https://", "ftp://", "www.");
    private static final Pattern ADDRESS =
            Pattern.compile("(?i)(?:https?://|ftp://|www\\.)[!-~&&[^<>\"'`|{}\\[\\]\\\\]]+");
    private static final String ENDS = "<>\"'`|{}[]\\";
    private static final String TRAILING = ".,;:!?*_~";
    private static final int LONGEST_ADDRESS = 2048;

    private final Set<String> known = new HashSet<>();
    private final Consumer<String> pieces;
    private final StringBuilder held = new StringBuilder();
    private final StringBuilder passed = new StringBuilder();
    private @Nullable StringBuilder address;

    /** Lets addresses of the sources pass. */
    LinkFilter(Iterable<String> sources, Consumer<String> pieces) {
        this.pieces = pieces;
        for (String source : sources) {
            Matcher found = ADDRESS.matcher(source);
            while (found.find()) {
                known.add(trimmed(found.group()));
            }
        }
    }

    void accept(String piece) {
        held.append(piece);
        work(false);
    }

    /** Ends the text. */
    void end() {
        work(true);
    }

    private void work(boolean last) {
        int at = 0;
        while (at < held.length()) {
            char next = held.charAt(at);
            if (address != null) {
                if (ends(next)) {
                    close(!Character.isWhitespace(next));
                } else {
                    if (address.length() <= LONGEST_ADDRESS) {
                        address.append(next);
                    }
                    at++;
                }
                continue;
            }
            Beginning beginning = beginning(at);
            if (beginning == Beginning.YES) {
                address = new StringBuilder();
                continue;
            }
            boolean undecided = beginning == Beginning.MAYBE || (at + 1 == held.length() && "!]<".indexOf(next) >= 0);
            if (undecided && !last) {
                break;
            }
            passed.append(next);
            if (at + 1 < held.length() && parted(next, held.charAt(at + 1))) {
                passed.append(' ');
            }
            at++;
        }
        held.delete(0, at);
        if (last && address != null) {
            close(false);
        }
        if (!passed.isEmpty()) {
            String out = passed.toString();
            passed.setLength(0);
            pieces.accept(out);
        }
    }

    /**
     * Returns whether a blank must break the two characters: {@code ![}, {@code ](}, {@code ]:} and a tag's beginning
     * then have no meaning.
     */
    private static boolean parted(char first, char second) {
        return switch (first) {
            case '!' -> second == '[';
            case ']' -> second == '(' || second == ':';
            case '<' ->
                second >= 'a' && second <= 'z'
                        || second >= 'A' && second <= 'Z'
                        || second == '/'
                        || second == '!'
                        || second == '?';
            default -> false;
        };
    }

    private void close(boolean part) {
        String found = String.valueOf(address);
        address = null;
        String trimmed = trimmed(found);
        if (known.contains(trimmed)) {
            passed.append(found);
            if (part) {
                passed.append(' ');
            }
        } else {
            passed.append(REMOVED).append(found.length() > LONGEST_ADDRESS ? "" : found.substring(trimmed.length()));
        }
    }

    private static boolean ends(char next) {
        return next <= ' ' || next > '~' || ENDS.indexOf(next) >= 0;
    }

    /** Returns the address without punctuation of the sentence around it, as in GitHub's Markdown. */
    private static String trimmed(String address) {
        int end = address.length();
        while (end > 0) {
            char last = address.charAt(end - 1);
            String before = address.substring(0, end);
            boolean unbalanced = last == ')'
                    && before.chars().filter(c -> c == ')').count()
                            > before.chars().filter(c -> c == '(').count();
            if (TRAILING.indexOf(last) < 0 && !unbalanced) {
                break;
            }
            end--;
        }
        return address.substring(0, end);
    }

    private enum Beginning {
        YES,
        NO,
        /** May still become one. */
        MAYBE
    }

    private Beginning beginning(int at) {
        for (String beginning : BEGINNINGS) {
            int length = Math.min(beginning.length(), held.length() - at);
            if (held.substring(at, at + length).equalsIgnoreCase(beginning.substring(0, length))) {
                return length == beginning.length() ? Beginning.YES : Beginning.MAYBE;
            }
        }
        return Beginning.NO;
    }
}
