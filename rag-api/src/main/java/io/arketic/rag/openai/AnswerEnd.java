package io.arketic.rag.openai;

import io.arketic.rag.model.Usage;
import java.util.List;

/**
 * Ends an answer, while it arrives in pieces, before one of the caller's stop texts, or at the caller's number of
 * tokens.
 */
final class AnswerEnd {

    private final List<String> stops;
    private final int mostTokens;

    /** Holds text that was not yet passed on, because a stop text may begin in it. */
    private final StringBuilder held = new StringBuilder();

    private final StringBuilder said = new StringBuilder();
    private String reason = "stop";
    private boolean over;

    AnswerEnd(List<String> stops, int mostTokens) {
        this.stops = List.copyOf(stops);
        this.mostTokens = mostTokens;
    }

    /** Returns the part of the next piece to pass on, which may be empty. */
    String accept(String piece) {
        if (over) {
            return "";
        }
        held.append(piece);
        int stop = stops.stream()
                .mapToInt(held::indexOf)
                .filter(found -> found >= 0)
                .min()
                .orElse(-1);
        if (stop >= 0) {
            over = true;
            held.setLength(stop);
            return release(held.length());
        }
        return release(held.length() - longestBeginning());
    }

    /** Returns the held text after the last piece. */
    String rest() {
        return over ? "" : release(held.length());
    }

    /** Returns the passed text. */
    String said() {
        return said.toString();
    }

    /** Returns {@code stop}, or {@code length} if the tokens were exhausted. */
    String reason() {
        return reason;
    }

    /** Returns the characters at the end of the held text that may begin a stop text. */
    private int longestBeginning() {
        int longest = 0;
        for (String stop : stops) {
            for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
                if (held.substring(held.length() - length).equals(stop.substring(0, length))) {
                    longest = length;
                }
            }
        }
        return longest;
    }

    private String release(int length) {
        int before = said.length();
        said.append(held, 0, length);
        held.delete(0, length);
        if (Usage.estimate(said.toString()) > mostTokens) {
            int kept = said.length();
            while (kept > before && Usage.estimate(said.substring(0, kept)) > mostTokens) {
                kept = said.offsetByCodePoints(kept, -1);
            }
            said.setLength(kept);
            over = true;
            reason = "length";
        }
        return said.substring(before);
    }
}
