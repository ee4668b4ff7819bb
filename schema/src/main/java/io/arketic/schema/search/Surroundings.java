package io.arketic.schema.search;

/**
 * Holds a document's text around a chunk, and the chunk itself.
 *
 * @param start offset in the document version's text, in code points, inclusive
 * @param end exclusive; the text has as many code points as lie between
 */
public record Surroundings(int start, int end, String text) {

    /**
     * Limits the white space between two chunks, which belongs to neither; a larger gap is text that no chunk contains.
     */
    private static final int WIDEST_GAP = 16;

    static boolean touch(int end, int nextStart) {
        return nextStart - end <= WIDEST_GAP;
    }

    /**
     * Joins the text with that of the next chunk, without their overlap. The gap between them becomes line ends, so
     * that offsets stay right.
     */
    Surroundings followedBy(int nextStart, int nextEnd, String next) {
        if (nextEnd <= end) {
            return this;
        }
        if (nextStart >= end) {
            return new Surroundings(start, nextEnd, text + "\n".repeat(nextStart - end) + next);
        }
        int shared = Math.min(end - nextStart, next.codePointCount(0, next.length()));
        return new Surroundings(start, nextEnd, text + next.substring(next.offsetByCodePoints(0, shared)));
    }
}
